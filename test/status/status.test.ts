import { describe, expect, it } from 'vitest';
import type { Checked, StatusFacts } from '../../src/status/facts.ts';
import {
  backupFact,
  containerFact,
  memoryFact,
  neverBegan,
  runFact,
  unitFact,
  unitsThere,
  withRules,
} from '../../src/status/read.ts';
import { statusLines, statusText } from '../../src/status/text.ts';
import { parseContainer } from '../../src/system/docker/docker.ts';
import { memoryOf, parseUnitStates } from '../../src/system/services/unit-states.ts';

const SHOWN = `NRestarts=2
Id=hermes-gateway.service
LoadState=loaded
ActiveState=active
SubState=running
StateChangeTimestamp=@1795389071

NextElapseUSecRealtime=Mon 2026-11-23 05:27:10 UTC
Id=certbot.timer
LoadState=loaded
ActiveState=active
SubState=waiting
StateChangeTimestamp=@1795389066

NRestarts=0
Id=ufw.service
LoadState=not-found
ActiveState=inactive
SubState=dead
StateChangeTimestamp=@0
`;

describe('units', () => {
  const [hermes, timer, absent] = parseUnitStates(SHOWN);
  it('are read in their order, with their times', () => {
    expect(hermes).toEqual({
      load: 'loaded',
      active: 'active',
      sub: 'running',
      sinceMs: 1_795_389_071_000,
      restarts: 2,
      nextMs: undefined,
    });
    expect(timer?.nextMs).toBe(Date.parse('2026-11-23T05:27:10Z'));
    expect(absent?.sinceMs).toBeUndefined();
    expect(parseUnitStates('')).toEqual([]);
    expect(parseUnitStates(`garbage\n\n${SHOWN}`)).toEqual([]);
  });

  it.each([
    [hermes, { state: 'active (running)', running: true, restarts: 2 }],
    [absent, { state: 'not there', running: false }],
    [undefined, { state: 'unknown: systemd does not answer', running: false }],
    [
      { ...hermes, load: 'masked', active: 'inactive', sub: 'dead' },
      { state: 'masked, inactive (dead)', running: false },
    ],
    [
      { ...hermes, active: 'activating', sub: 'auto-restart' },
      { state: 'activating (auto-restart)', running: false },
    ],
  ])('as a line %#', (state, expected) => {
    expect(unitFact('hermes-gateway.service', state as typeof hermes, undefined)).toMatchObject(expected);
  });
});

describe('a unit of two names', () => {
  const [loaded, , absent] = parseUnitStates(SHOWN);
  const otherNames = { 'certbot.timer': 'snap.certbot.renew.timer' };
  it.each([
    ['under the one that is there', absent, loaded, 'snap.certbot.renew.timer', 'loaded'],
    ['under its own when that is there', loaded, absent, 'certbot.timer', 'loaded'],
    ['under its own when both are', loaded, loaded, 'certbot.timer', 'loaded'],
    ['under its own when neither is', absent, absent, 'certbot.timer', 'not-found'],
    ['under its own when systemd does not answer', undefined, undefined, 'certbot.timer', undefined],
  ])('is shown %s', (_, own, other, unit, load) => {
    const [nginx, timer] = unitsThere(['nginx.service', 'certbot.timer'], otherNames, [loaded, own, other]);
    expect([nginx?.unit, timer?.unit, timer?.state?.load]).toEqual(['nginx.service', unit, load]);
  });
});

it('adds up the memory of a group of processes', () => {
  const output = `  2268 9:name=systemd:/system.slice/nginx.service,0::/system.slice/nginx.service
  6784 0::/system.slice/nginx.service
 81700 0::/system.slice/docker.service
329540 9:name=systemd:/docker/00ecf916,0::/docker/00ecf916
  1000 0::/system.slice/docker-00ecf916.scope
`;
  expect(memoryOf(output, 'nginx.service')).toBe((2268 + 6784) * 1024);
  expect(memoryOf(output, '00ecf916')).toBe((329540 + 1000) * 1024);
  expect(memoryOf(output, 'ufw.service')).toBeUndefined();
});

describe('containers', () => {
  const made = (state: object) =>
    parseContainer(
      JSON.stringify([{ Id: 'a', State: { StartedAt: '2026-11-22T23:00:00Z', ...state }, RestartCount: 1 }]),
    );
  it.each([
    [made({ Status: 'running' }), undefined, { state: 'container running', running: true, restarts: 1 }],
    [
      made({ Status: 'running', Restarting: true, ExitCode: 3 }),
      undefined,
      { state: 'restarting (exit code 3)', running: false },
    ],
    [
      made({ Status: 'exited', ExitCode: 137 }),
      undefined,
      { state: 'container exited (exit code 137)', running: false },
    ],
    [undefined, undefined, { state: 'not there', running: false }],
    [undefined, 'Docker is stopped.', { state: 'unknown: Docker is stopped.', running: false }],
  ])('as a line %#', (container, problem, expected) => {
    expect(containerFact('open-webui', container, problem, undefined)).toMatchObject(expected);
  });
});

describe('what others wrote down', () => {
  it.each([
    [
      '{"at":"2026-11-22T03:00:00Z","ok":true,"archive":"/b/a.tar.gz","bytes":5}',
      { ok: true, archive: '/b/a.tar.gz', bytes: 5 },
    ],
    [
      '{"at":1795389077401,"ok":false,"error":"the disk is full"}',
      { atMs: 1_795_389_077_401, ok: false, error: 'the disk is full' },
    ],
  ])('a backup: %s', (content, expected) => {
    expect(backupFact(content)).toMatchObject(expected);
  });

  it.each([undefined, '', '{', '[]', '{"ok":true}'])('no backup: %s', (content) => {
    expect(backupFact(content)).toBeUndefined();
  });

  it('a run and how it ended', () => {
    expect(runFact('20261122T194058Z-install.log', '# Result: healthy, 53 actions, 59.9 s\n')).toEqual({
      atMs: Date.parse('2026-11-22T19:40:58Z'),
      mode: 'install',
      result: 'healthy, 53 actions, 59.9 s',
    });
    expect(runFact('20261122T194058Z-operate-2.log', 'something else')).toMatchObject({
      mode: 'operate',
      result: undefined,
    });
    expect(runFact('notes.txt', '')).toBeUndefined();
  });

  it('the memory', () => {
    const text = 'MemTotal:  8000000 kB\nMemAvailable:  5000000 kB\nSwapTotal: 0 kB\n';
    expect(memoryFact(text)).toEqual({
      total: 8_192_000_000,
      available: 5_120_000_000,
      swap: 0,
      swapFree: 0,
    });
    expect(memoryFact('')).toBeUndefined();
  });
});

const NOW = new Date(2026, 10, 22, 14, 2, 11).getTime();
const FACTS: StatusFacts = {
  atMs: NOW,
  domain: 'otto.client.example',
  services: [
    {
      name: 'nginx',
      state: 'active (running)',
      running: true,
      sinceMs: NOW - 7_200_000,
      restarts: 0,
      memory: 16_000_000,
    },
  ],
  versions: [
    {
      name: 'Hermes',
      version: '0.19.0',
      detail: '303c0ad, 2026-07-20',
      newer: '3 commits are fetched and not installed: otto-install update hermes',
    },
  ],
  ports: [
    {
      port: 80,
      listeners: [
        { address: '0.0.0.0', by: 'nginx' },
        { address: '::', by: 'nginx' },
      ],
    },
    { port: 3000, listeners: [] },
  ],
  certificate: { untilMs: NOW + 10 * 86_400_000, issuer: 'R11' },
  disks: [{ target: '/', size: 50_000_000_000, free: 20_000_000_000 }],
  memory: { total: 8e9, available: 5e9, swap: 0, swapFree: 0 },
  lastRun: { atMs: NOW, mode: 'install', result: undefined },
  problems: [],
};
const HEALTHY: Checked = { outcome: 'healthy', ms: 1_900, findings: [], waiting: 0 };

describe('the status as text', () => {
  it('says what runs, and nothing of findings where there are none', () => {
    const text = statusText(FACTS, HEALTHY, 100);
    expect(text).toContain('● Everything was checked and runs.\n');
    expect(text).toContain('● nginx           active (running)   since 22 Nov 12:02  0 restarts    16 MB\n');
    expect(text).toContain('    80  0.0.0.0 and ::  nginx\n');
    expect(text).toContain('  3000  nothing listens\n');
    expect(text).toContain('Hermes       0.19.0  (303c0ad, 2026-07-20)');
    expect(text).toContain('3 commits are fetched');
    expect(text).toContain('until 2 Dec 2026, 10 days (R11)');
    expect(text).toContain('Last backup  none recorded');
    expect(text).toContain('install, 22 Nov 14:02: running, or cut off');
    expect(text).not.toContain('finding');
  });

  it('says what is damaged in the last backup, where a long path hides nothing', () => {
    const archive = `/var/backups/otto-install/otto-${'a'.repeat(60)}.tar.gz`;
    const backup = { atMs: NOW, ok: true, archive, lacks: ['damaged: /home/cleo/.hermes/state.db'] };
    const text = statusText({ ...FACTS, backup }, HEALTHY, 80);
    expect(text).toContain('not whole: damaged: /home/cleo/.hermes/state.db\n');
  });

  it.each<[string, Partial<Checked>, string]>([
    [
      'a fault',
      {
        outcome: 'findings',
        findings: [{ code: 'nginx-down', severity: 'broken', evidence: 'nginx is dead.' }],
        waiting: 2,
      },
      '✗ One finding (2 not checked until then); otto-install check says',
    ],
    [
      'faults and a risk',
      {
        outcome: 'findings',
        findings: [
          { code: 'a', severity: 'broken', evidence: 'A.' },
          { code: 'b', severity: 'blocked', evidence: 'B.' },
          { code: 'c', severity: 'risk', evidence: 'C.' },
        ],
      },
      '✗ 2 findings (1 risk)',
    ],
    [
      'a risk',
      { outcome: 'healthy', findings: [{ code: 'c', severity: 'risk', evidence: 'C.' }] },
      '▲ Everything was checked and runs (1 risk).\n▲ c: C.',
    ],
    [
      'no check',
      { outcome: 'not checked', reason: 'no domain is known' },
      '✗ Not checked: no domain is known.',
    ],
  ])('%s', (_, checked, expected) => {
    expect(statusText(FACTS, { ...HEALTHY, ...checked }, 100)).toContain(expected);
  });

  it('says who administers Open WebUI, and since when', () => {
    const createdMs = new Date(2026, 10, 1, 12).getTime();
    const shown = (administrators: StatusFacts['administrators']) =>
      statusText({ ...FACTS, administrators }, HEALTHY, 100);
    expect(
      shown([
        { email: 'admin@client.example', createdMs, active: true },
        { email: 'ann@client.example', active: false },
      ]),
    ).toContain(
      'Administrators of Open WebUI\n  admin@client.example  since 1 Nov 2026\n  ann@client.example  (locked)\n',
    );
    expect(shown([])).toContain('✗ nobody');
    expect(shown(undefined)).not.toContain('Administrators');
  });

  it('names an operation that was cut off, and what could not be looked at', () => {
    const text = statusText(
      { ...FACTS, cutOff: 'Update Hermes', problems: ['Docker is stopped.'] },
      HEALTHY,
      100,
    );
    expect(text).toContain('✗ Cut off in the middle: Update Hermes.');
    expect(text).toContain('▲ Docker is stopped.');
  });

  it.each([78, 38])('fits into %i columns', (width) => {
    for (const { text, mark } of statusLines(
      FACTS,
      { ...HEALTHY, findings: [{ code: 'c', severity: 'risk', evidence: 'x'.repeat(200) }] },
      width,
    ))
      expect(text.length + (mark === undefined ? 0 : 2)).toBeLessThanOrEqual(width);
  });
});

describe('what says nothing of this Otto', () => {
  it('a run that another one kept from starting', () => {
    const name = '20261130T190000Z-install.log';
    const held = '# Result: failed: Another otto-install is running on this machine: …, 0 actions, 0.1 s';
    const done = '# Result: healthy, 53 actions, 59.9 s';
    const facts = [held, done].map((line) => runFact(name, line));
    expect(facts.map((fact) => fact !== undefined && neverBegan(fact))).toEqual([true, false]);
    const cut = runFact(name, '2026-11-30T19:00:01Z at work');
    expect(cut !== undefined && neverBegan(cut)).toBe(false);
  });

  it('the unit of UFW, while its rules are loaded', () => {
    const unit = { name: 'ufw', state: 'inactive (dead)', running: false };
    expect(withRules(unit, 'active')).toMatchObject({
      running: true,
      state: 'rules loaded, unit inactive (dead)',
    });
    expect(withRules(unit, 'inactive')).toBe(unit);
    expect(withRules({ ...unit, name: 'nginx' }, 'active').running).toBe(false);
  });
});
