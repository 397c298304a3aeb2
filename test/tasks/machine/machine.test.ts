import { describe, expect, test } from 'vitest';
import type { FetchResult } from '../../../src/host/host.ts';
import { clockOf } from '../../../src/tasks/machine/clock.ts';
import type { MachineFacts } from '../../../src/tasks/machine/facts.ts';
import { machineTask } from '../../../src/tasks/machine/index.ts';
import type { PortHolder } from '../../../src/tasks/machine/ports.ts';
import { imageRegistry, type Probe } from '../../../src/tasks/machine/reachability.ts';
import { answersWith } from '../answers.ts';
import { named } from '../containers.ts';

const GIB = 1024 ** 3;

/** A droplet of 8 GB, freshly made. */
const healthy: MachineFacts = {
  root: true,
  os: {
    id: 'ubuntu',
    versionId: '24.04',
    codename: 'noble',
    prettyName: 'Ubuntu 24.04.2 LTS',
    like: ['debian'],
  },
  acceptedOs: undefined,
  architecture: 'x86_64',
  systemd: true,
  cpus: 2,
  memory: 7.75 * GIB,
  swap: 0,
  disk: { size: 165e9, free: 150e9 },
  installed: false,
  clock: { ahead: 120, kept: true, canBeKept: true },
  ports: [],
  probes: [],
  modes: { system: [], other: [] },
};
const judge = (facts: Partial<MachineFacts>, answers = answersWith()) =>
  machineTask.judge({ ...healthy, ...facts }, answers);
const codes = (facts: Partial<MachineFacts>) =>
  judge(facts).map(({ severity, code }) => `${severity} ${code}`);

test('a fresh droplet with Ubuntu 24.04 and 8 GB: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

const debian = { id: 'debian', versionId: '12', codename: 'bookworm', prettyName: 'Debian 12', like: [] };

test.each<[string, Partial<MachineFacts>, string[]]>([
  ['not root', { root: false }, ['blocked not-root']],
  ['Debian 12', { os: debian }, ['risk os-untested']],
  ['Debian 12, agreed to', { os: debian, acceptedOs: 'debian 12' }, []],
  [
    'Debian 13 after Debian 12 was agreed to',
    { os: { ...debian, versionId: '13' }, acceptedOs: 'debian 12' },
    ['risk os-untested'],
  ],
  ['Ubuntu 22.04', { os: { ...healthy.os, versionId: '22.04' } }, ['risk os-untested']],
  ['Fedora', { os: { ...debian, id: 'fedora' } }, ['blocked os-unknown']],
  ['a processor that nothing is built for', { architecture: 'riscv64' }, ['blocked architecture-unknown']],
  ['arm64', { architecture: 'aarch64' }, []],
  ['no systemd', { systemd: false }, ['blocked no-systemd']],
  ['4 GB of memory', { memory: 3.8 * GIB }, ['risk machine-small']],
  ['one processor', { cpus: 1 }, ['risk machine-small']],
  ['1 GB of memory', { memory: 0.95 * GIB }, ['blocked memory-far-too-small']],
  ['1 GB of memory and 2 GB of swap', { memory: 0.95 * GIB, swap: 2 * GIB }, ['risk machine-small']],
  ['25 GB of disk', { disk: { size: 25e9, free: 22e9 } }, ['risk machine-small']],
  ['no room for the image', { disk: { size: 165e9, free: 5e9 } }, ['blocked disk-far-too-small']],
  ['an Otto has taken the room', { disk: { size: 165e9, free: 5e9 }, installed: true }, []],
  [
    'the clock is 5 min ahead',
    { clock: { ahead: 300_000, kept: true, canBeKept: true } },
    ['broken clock-wrong'],
  ],
  [
    'the clock of a container is 5 min behind',
    { clock: { ahead: -300_000, kept: undefined, canBeKept: false } },
    ['blocked clock-wrong'],
  ],
  ['nobody keeps the clock', { clock: { ahead: 0, kept: false, canBeKept: true } }, ['risk clock-not-kept']],
  ['a container: its host keeps the clock', { clock: { ahead: 0, kept: undefined, canBeKept: false } }, []],
])('%s', (_, facts, expected) => {
  expect(codes(facts)).toEqual(expected);
});

test('an untested system is asked about, and the answer is kept', () => {
  const [fix] = judge({ os: debian })[0]?.fixes ?? [];
  expect(fix?.consequence).toBeDefined();
  expect(fix?.actions).toMatchObject([
    { kind: 'write-file', path: '/var/lib/otto-install/accepted-os', content: 'debian 12\n' },
  ]);
});

describe('ports', () => {
  const holder = (changes: Partial<PortHolder>): PortHolder => ({
    port: 80,
    address: '0.0.0.0',
    name: 'nginx',
    pid: 77,
    command: '',
    unit: undefined,
    inContainer: false,
    ...changes,
  });

  test.each<[string, Partial<PortHolder>]>([
    ['nginx on 80', {}],
    ['nginx on 443', { port: 443 }],
    ['Docker on 8080', { port: 8080, name: 'docker-proxy' }],
    ['a container with the network of the host', { port: 8080, name: 'python', inContainer: true }],
    ['Paperclip', { port: 3000, name: 'docker-proxy' }],
    [
      'Hermes',
      {
        port: 8642,
        name: 'python',
        command: '/home/cleo/.hermes/hermes-agent/venv/bin/python -m hermes_cli.main gateway run',
      },
    ],
  ])('%s belongs there', (_, changes) => {
    expect(judge({ ports: [holder(changes)] })).toEqual([]);
  });

  test.each([
    ['over a bridge', { name: 'docker-proxy' }],
    ['on the machine’s own network', { name: 'python', inContainer: true, command: 'python -m hermes' }],
  ])(
    'a container on 8642, %s: named, and stopped with its restart policy only with consent',
    (_, changes) => {
      const container = named('agent', { image: 'agent:1', restartPolicy: 'always' });
      const [finding] = judge({ ports: [holder({ port: 8642, container, started: '1', ...changes })] });
      expect(finding?.evidence).toBe(
        'Port 8642 is held by the container agent (image agent:1, restart policy always).',
      );
      expect(finding?.fixes[0]).toMatchObject({
        id: 'stop-container',
        consequence: expect.stringContaining('container agent'),
        actions: [
          { argv: ['docker', 'update', '--restart', 'no', 'agent'] },
          { argv: ['docker', 'stop', 'agent'] },
        ],
      });
    },
  );

  test('Docker’s proxy is never ended, also where Docker does not say for which container it stands', () => {
    expect(judge({ ports: [holder({ port: 8642, name: 'docker-proxy', started: '1' })] })[0]?.fixes).toEqual(
      [],
    );
  });

  test('Apache on 80: named, and stopped only with consent', () => {
    const [finding] = judge({
      ports: [holder({ name: 'apache2', unit: 'apache2.service', command: '/usr/sbin/apache2 -k start' })],
    });
    expect(finding).toMatchObject({ code: 'port-80-held', severity: 'broken' });
    expect(finding?.evidence).toContain(
      'apache2 (pid 77, service apache2.service: /usr/sbin/apache2 -k start)',
    );
    expect(finding?.fixes[0]).toMatchObject({
      consequence: expect.any(String),
      actions: [{ argv: ['systemctl', 'disable', '--now', 'apache2.service'] }],
    });
  });

  test("another's container on 80 is not stopped", () => {
    const [finding] = judge({ ports: [holder({ name: 'docker-proxy', unit: 'docker.service' })] });
    expect(finding).toMatchObject({ code: 'port-80-held', fixes: [] });
  });

  test('something else on 8642', () => {
    expect(
      codes({ ports: [holder({ port: 8642, name: 'python3', command: 'python3 -m http.server' })] }),
    ).toEqual(['broken port-8642-held']);
  });

  test.each<[PortHolder['port'], string]>([
    [443, 'broken port-443-held'],
    [3000, 'broken port-3000-held'],
    [8080, 'broken port-8080-held'],
  ])('something else on %s', (port, code) => {
    expect(codes({ ports: [holder({ port, name: 'java' })] })).toEqual([code]);
  });

  test('a program that was started by hand is ended, that very process and no other', () => {
    const python = {
      port: 8642,
      name: 'python3',
      pid: 4711,
      command: 'python3 -m http.server 8642',
    } as const;
    const [finding] = judge({ ports: [holder({ ...python, started: '90210' })] });
    expect(finding?.fixes[0]).toMatchObject({
      consequence: expect.any(String),
      actions: [{ argv: ['bash', '-s', '--', '4711', '90210', '10'] }],
    });
    expect(judge({ ports: [holder(python)] })[0]?.fixes).toEqual([]);
  });

  test('port 3000 does not matter without Paperclip', () => {
    const ports = [holder({ port: 3000, name: 'grafana', unit: 'grafana.service' })];
    expect(judge({ ports }, answersWith({ paperclip: 'skip' }))).toEqual([]);
    expect(judge({ ports })).toHaveLength(1);
  });
});

describe('a clock that is years off', () => {
  const expired: FetchResult = {
    ok: false,
    failure: 'tls',
    detail: 'certificate has expired',
    durationMs: 1,
  };
  const answer: FetchResult = { ok: true, status: 200, headers: {}, body: '', durationMs: 1 };
  const of = (...results: readonly FetchResult[]): readonly Probe[] =>
    results.map((result) => ({
      service: {
        id: 'acme',
        name: 'The certificate authority',
        url: 'https://acme.example/',
        needed: 'later',
      },
      result,
    }));
  const time = { exitCode: 0, stdout: 'NTP=yes\nCanNTP=yes\n' };
  const clock = (...results: readonly FetchResult[]) =>
    clockOf(of(...results), time, false, Date.UTC(2036, 0, 2));

  test('no certificate is valid: it is the clock, and nothing else is named', () => {
    const findings = judge({ clock: clock(expired, expired), probes: of(expired, expired) });
    expect(findings).toMatchObject([
      {
        code: 'clock-wrong',
        evidence: expect.stringMatching(/today is 2036-01-02.*The certificate authority/),
      },
    ]);
  });

  test('one that nobody else contradicts is that server’s own', () => {
    const findings = judge({ clock: clock(expired, answer), probes: of(expired, answer) });
    expect(findings.map(({ code }) => code)).toEqual(['unreachable-acme']);
  });

  test('a certificate of nobody’s says nothing about the clock', () => {
    expect(clock({ ...expired, detail: 'self-signed certificate' }).refuted).toBeUndefined();
  });

  test.each([
    [300_000, '300 s ahead of'],
    [-5 * 3_600_000, '5 hours behind'],
    [3650 * 24 * 3_600_000, '3650 days ahead of'],
  ])('%d ms: %s', (ahead, words) => {
    expect(judge({ clock: { ahead, kept: true, canBeKept: true } })[0]?.evidence).toContain(words);
  });
});

describe('the internet', () => {
  const probe = (needed: 'now' | 'later', result: FetchResult): Probe => ({
    service: { id: 'github', name: 'GitHub', url: 'https://github.com/', needed },
    result,
  });
  const timeout: FetchResult = {
    ok: false,
    failure: 'timeout',
    detail: 'no answer in 8 s',
    durationMs: 8000,
  };

  test('any answer will do', () => {
    const forbidden: FetchResult = { ok: true, status: 403, headers: {}, body: '', durationMs: 1 };
    expect(judge({ probes: [probe('now', forbidden)] })).toEqual([]);
  });

  test('what a step needs is named and waited for', () => {
    const [finding] = judge({ probes: [probe('now', timeout)] });
    expect(finding).toMatchObject({
      code: 'unreachable-github',
      severity: 'blocked',
      watch: { everyMs: 5_000 },
    });
    expect(finding?.evidence).toMatch(/GitHub \(github\.com\).*no answer in time.*no answer in 8 s/);
  });

  test.each<[Probe['service']['id'], string]>([
    ['claude', 'unreachable-claude'],
    ['acme', 'unreachable-acme'],
    ['github-api', 'unreachable-github-api'],
    ['image-registry', 'unreachable-image-registry'],
    ['python-index', 'unreachable-python-index'],
    ['npm-registry', 'unreachable-npm-registry'],
  ])('%s has a code of its own', (id, code) => {
    const { service, result } = probe('now', timeout);
    expect(judge({ probes: [{ service: { ...service, id }, result }] })[0]?.code).toBe(code);
  });

  test('a page with 200 instead of JSON is from something in between', () => {
    const page: FetchResult = {
      ok: true,
      status: 200,
      headers: {},
      body: '<!DOCTYPE html>\n<html>Please sign in</html>',
      durationMs: 1,
    };
    const { service } = probe('later', page);
    const [finding] = judge({ probes: [{ service: { ...service, id: 'acme' }, result: page }] });
    expect(finding).toMatchObject({ code: 'unreachable-acme', evidence: expect.stringMatching(/web page/) });
    expect(judge({ probes: [probe('now', page)] })).toEqual([]);
  });

  test('what only a later renewal needs holds nothing up', () => {
    expect(judge({ probes: [probe('later', timeout)] })).toMatchObject([{ severity: 'risk', fixes: [] }]);
  });

  test.each([
    ['ghcr.io/open-webui/open-webui:main', 'https://ghcr.io/v2/'],
    ['registry.example:5000/open-webui', 'https://registry.example:5000/v2/'],
    ['openwebui/open-webui:main', undefined],
    ['open-webui', undefined],
  ])('the registry of %s', (image, url) => {
    expect(imageRegistry(image)?.url).toBe(url);
  });
});

describe('the firewall keeps this machine from asking others', () => {
  const outgoing = { closed: ['DNS (port 53)', 'https (port 443)'], rule: undefined };
  const down: FetchResult = { ok: false, failure: 'timeout', detail: 'timed out', durationMs: 8_000 };
  const probes: Probe[] = [
    { service: { id: 'github', name: 'GitHub', url: 'https://github.com/', needed: 'now' }, result: down },
  ];

  test('the cause is named, and none of its effects', () => {
    const findings = judge({ outgoing, probes });
    expect(findings.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'broken outgoing-traffic-dropped',
    ]);
    expect(findings[0]?.fixes[0]?.consequence).toContain('on purpose');
  });

  test('a rule that UFW did not write is named and left', () => {
    const rule = { chain: 'OUTPUT', line: '-A OUTPUT -p tcp -m tcp --dport 443 -j DROP' };
    const [finding] = judge({ outgoing: { closed: ['https (port 443)'], rule } });
    expect(finding?.evidence).toContain(rule.line);
    expect(finding?.fixes).toEqual([]);
  });
});

test('room is judged where the data will go: a small disk of its own for Docker, before an install', () => {
  const dockerDisk = { target: '/var', size: 5e9, free: 4e9 };
  expect(codes({ dockerDisk })).toEqual(['blocked disk-far-too-small']);
  expect(codes({ dockerDisk: { target: '/', size: 165e9, free: 150e9 } })).toEqual([]);
  expect(codes({ dockerDisk, installed: true })).toEqual([]);
});
