import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import type { Host } from '../../../src/host/host.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { NO_UNIT, type Unit } from '../../../src/system/services/systemd.ts';
import type { AptState } from '../../../src/tasks/apt-state.ts';
import { inAnotherStore, lookForHidden } from '../../../src/tasks/docker/another-store.ts';
import { type DockerTaskFacts, dockerTask } from '../../../src/tasks/docker/index.ts';
import type { DockerFacts } from '../../../src/tasks/docker/look.ts';
import { answersWith } from '../answers.ts';
import { idleApt, installed } from '../apt-state.ts';
import { steps, words } from '../findings.ts';

const apt = (changes: Partial<AptState> = {}): AptState => ({
  ...idleApt,
  packages: installed('docker.io', 'ca-certificates'),
  ...changes,
});

describe('Docker', () => {
  const running: Unit = { ...NO_UNIT, load: 'loaded', active: 'active', sub: 'running', file: 'enabled' };
  const docker = (changes: Partial<DockerFacts> = {}): DockerFacts => ({
    kind: 'docker.io',
    cli: true,
    engine: true,
    up: true,
    service: running,
    containerd: running,
    journal: '',
    bridge: '172.17.0.1',
    settings: { text: undefined, copy: undefined, bridge: '172.17.0.1' },
    offered: new Set(),
    needsAppArmor: false,
    ...changes,
  });
  const healthy: DockerTaskFacts = { apt: apt(), docker: docker() };
  const judge = (facts: Partial<DockerTaskFacts>) =>
    dockerTask.judge({ ...healthy, ...facts }, answersWith());
  const absent = docker({
    kind: 'absent',
    cli: false,
    engine: false,
    up: false,
    service: NO_UNIT,
    bridge: undefined,
  });
  const bare = { apt: apt({ packages: installed('ca-certificates') }) };
  const named = (facts: Partial<DockerTaskFacts>) => {
    const action = judge(facts)[0]?.fixes[0]?.actions.at(-1);
    return action?.kind === 'run' ? action.argv.slice(action.argv.indexOf('--no-upgrade') + 1) : [];
  };

  test('it is there and at work: nothing to do', () => {
    expect(judge({})).toEqual([]);
    const own = docker({ kind: 'docker-ce' });
    expect(judge({ docker: own, apt: apt({ packages: installed('docker-ce') }) })).toEqual([]);
    expect(judge({ docker: docker({ kind: 'other', service: running }) })).toEqual([]);
  });

  test('it is missing; what stands in the way of installing it comes first', () => {
    expect(judge({ ...bare, docker: absent })).toMatchObject([
      { code: 'docker-missing', severity: 'missing' },
    ]);
    const held = { pid: 812, seconds: 80, command: '/usr/bin/python3 /usr/bin/unattended-upgrade' };
    const busy = apt({ packages: installed(), holder: held });
    expect(judge({ apt: busy, docker: absent })).toMatchObject([
      { code: 'docker-apt-busy', severity: 'blocked', fixes: [] },
    ]);
    const cut = apt({ packages: installed(), journalLeft: true });
    expect(judge({ apt: cut, docker: absent })).toMatchObject([
      { code: 'docker-dpkg-interrupted', severity: 'broken' },
    ]);
    // Only what is missing has to be installed: a busy apt does not matter to a Docker that is there.
    expect(judge({ apt: apt({ holder: held }) })).toEqual([]);
  });

  test.each<[string, DockerFacts, string[]]>([
    ['nothing is known of packages yet', absent, ['docker.io', '?exact-name(docker-cli)']],
    ['the distribution has one package', { ...absent, offered: new Set(['x']) }, ['docker.io']],
    [
      'the client is a package of its own',
      { ...absent, offered: new Set(['docker-cli']) },
      ['docker.io', 'docker-cli'],
    ],
    [
      "Docker's repository is set up",
      { ...absent, offered: new Set(['docker-ce', 'docker-cli']) },
      ['docker-ce', 'docker-ce-cli', 'containerd.io'],
    ],
    [
      'AppArmor without its parser',
      { ...absent, needsAppArmor: true },
      ['docker.io', 'apparmor', '?exact-name(docker-cli)'],
    ],
  ])('a bare machine, %s', (_, facts, packages) => {
    expect(named({ ...bare, docker: facts })).toEqual(packages);
  });

  test('what it fetches comes over https', () => {
    expect(named({ apt: apt({ packages: installed() }), docker: absent })).toContain('ca-certificates');
  });

  test('an existing Docker of any kind is kept', () => {
    for (const kind of ['docker-ce', 'other'] as const)
      expect(judge({ ...bare, docker: docker({ kind }) })).toEqual([]);
  });

  test('a client that is missing does not count as a fix that did not help', () => {
    const facts = { docker: docker({ cli: false, offered: new Set(['docker-cli']) }) };
    expect(judge(facts)[0]?.code).toBe('docker-client-missing');
    expect(named(facts)).toEqual(['docker-cli']);
  });

  test("a snap's Docker is replaced only with consent", () => {
    const [finding] = judge({ docker: docker({ kind: 'snap' }) });
    expect(finding?.code).toBe('docker-is-snap');
    expect(finding?.fixes[0]?.consequence).toMatch(/stop/);
  });

  test("Podman in Docker's clothes is left to the operator", () => {
    expect(judge({ docker: docker({ kind: 'podman' }) })).toMatchObject([
      { code: 'docker-is-podman', fixes: [] },
    ]);
  });

  const down = (service: Partial<Unit>, journal = '') => ({
    docker: docker({ up: false, service: { ...running, active: 'inactive', ...service }, journal }),
  });
  test.each<[string, Partial<DockerTaskFacts>, string, boolean]>([
    ['stopped', down({}), 'docker-down', false],
    ['failed', down({ active: 'failed' }), 'docker-down', false],
    ['masked', down({ load: 'masked' }), 'docker-masked', true],
    ['started too often', down({ active: 'failed', result: 'start-limit-hit' }), 'docker-start-limit', false],
    [
      'started too often after it had failed',
      down(
        { active: 'failed', result: 'exit-code' },
        'docker.service: Start request repeated too quickly.\ndocker.service: Failed with result',
      ),
      'docker-start-limit',
      false,
    ],
    [
      'a daemon that hangs',
      { docker: docker({ up: false, silent: true, service: running }) },
      'docker-silent',
      true,
    ],
    [
      'a machine that was busy when a stopped daemon was asked',
      { docker: docker({ up: false, silent: true, service: { ...running, active: 'inactive' } }) },
      'docker-down',
      false,
    ],
    [
      'not after a reboot',
      { docker: docker({ service: { ...running, file: 'disabled' } }) },
      'docker-not-enabled',
      false,
    ],
    [
      'containerd dead',
      { docker: docker({ containerd: { ...running, active: 'failed' } }) },
      'containerd-down',
      false,
    ],
  ])('Docker: %s', (_, facts, code, asks) => {
    const findings = judge(facts);
    expect(findings.map((finding) => finding.code)).toEqual([code]);
    expect(findings[0]?.fixes[0]?.consequence !== undefined).toBe(asks);
  });

  test('a Docker that is just starting is waited for', () => {
    expect(judge(down({ active: 'activating', sub: 'start' }))).toMatchObject([
      { code: 'docker-starting', fixes: [], watch: { everyMs: 1_000 } },
    ]);
  });

  test('a masked containerd may start again first', () => {
    const facts = {
      docker: docker({ containerd: { ...running, load: 'masked', active: 'inactive', file: 'masked' } }),
    };
    expect(steps(judge(facts))[0]).toBe('systemctl unmask containerd.service');
  });

  describe('its settings', () => {
    const broken = (settings: Partial<DockerFacts['settings']>, journal = '') =>
      judge({
        docker: docker({
          up: false,
          service: { ...running, active: 'failed' },
          journal,
          settings: { text: 'x', copy: undefined, bridge: undefined, ...settings },
        }),
      });
    const written = (findings: readonly Finding[], fix = 0) => {
      const [action] = findings[0]?.fixes[fix]?.actions ?? [];
      return action?.kind === 'write-file' ? JSON.parse(reveal(action.content)) : undefined;
    };

    test('a slip of the hand is fixed, with consent, and everything else stays', () => {
      const findings = broken({ text: '{ "log-driver": "local",\n}' });
      expect(words(findings)).toEqual(['broken docker-configuration-invalid (asks)']);
      expect(written(findings)).toEqual({ 'log-driver': 'local' });
      expect(steps(findings).at(-1)).toBe('systemctl enable --now docker.service');
    });

    test('what Docker refuses is taken out, nothing else', () => {
      const settings = { hosts: ['tcp://0.0.0.0:2375'], 'log-driver': 'local' };
      const journal =
        'unable to configure the Docker daemon with file /etc/docker/daemon.json: the following directives are specified both as a flag and in the configuration file: hosts: (from flag: [fd://], from file: [tcp://0.0.0.0:2375])';
      expect(written(broken({ text: JSON.stringify(settings) }, journal))).toEqual({
        'log-driver': 'local',
      });
    });

    test('what cannot be fixed is replaced by a copy, or by nothing', () => {
      const copy = { path: '/etc/docker/daemon.json.bak', text: '{"debug":true}' };
      expect(written(broken({ text: '<html>', copy }))).toEqual({ debug: true });
      expect(written(broken({ text: '<html>' }))).toEqual({});
    });

    test('an old complaint about settings that are good by now is not believed', () => {
      const journal =
        'unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character';
      expect(words(broken({ text: '{}' }, journal))).toEqual(['broken docker-down']);
    });
  });

  describe('its bridge', () => {
    const restart = [
      'systemctl stop docker.socket docker.service',
      'ip link delete docker0',
      'systemctl reset-failed docker.service docker.socket',
      'systemctl enable --now docker.service',
    ];

    test('gone: made again, which containers feel', () => {
      const findings = judge({ docker: docker({ bridge: undefined }) });
      expect(words(findings)).toEqual(['broken docker-bridge-missing (asks)']);
      expect(steps(findings)).toEqual(restart);
    });

    test('turned off in the settings: that line goes, the others stay', () => {
      const settings = { bridge: 'none', debug: true };
      const facts = docker({
        bridge: undefined,
        settings: { text: JSON.stringify(settings), copy: undefined, bridge: undefined },
      });
      expect(steps(judge({ docker: facts }))).toEqual(['write /etc/docker/daemon.json', ...restart]);
    });

    test('at another address than the one in the settings', () => {
      const settings = {
        text: '{"bip":"172.17.0.1/16"}',
        copy: undefined,
        bridge: '172.17.0.1',
      };
      const findings = judge({ docker: docker({ bridge: '172.26.0.1', settings }) });
      expect(words(findings)).toEqual(['broken docker-bridge-stale (asks)']);
      expect(steps(findings)).toEqual(restart);
    });

    test('moved on purpose: nothing to do', () => {
      const settings = {
        text: '{"bip":"172.26.0.1/16"}',
        copy: undefined,
        bridge: '172.26.0.1',
      };
      expect(judge({ docker: docker({ bridge: '172.26.0.1', settings }) })).toEqual([]);
      expect(
        judge({ docker: docker({ bridge: '10.201.0.1', settings: { ...settings, bridge: undefined } }) }),
      ).toEqual([]);
    });
  });
});

describe('Docker looks into another store', () => {
  const ID = 'a'.repeat(64);
  const files: Record<string, string> = {
    [`/var/lib/docker/containers/${ID}/config.v2.json`]: JSON.stringify({
      Name: '/open-webui',
      Config: { Image: 'ghcr.io/open-webui/open-webui:main', Env: ['WEBUI_SECRET_KEY=secret'] },
    }),
  };
  const hostWith = (inspected: string, more: Readonly<Record<string, string>> = {}) =>
    ({
      exec: async (argv: readonly string[]) => ({
        exitCode: 0,
        stdout: argv.includes('systemctl')
          ? 'LoadState=loaded\nActiveState=active'
          : argv.includes('ps')
            ? inspected === '[]'
              ? ''
              : `${'b'.repeat(64)}\n`
            : inspected,
        stderr: '',
      }),
      list: async (path: string) => (path === '/var/lib/docker/containers' ? [ID, 'x'] : undefined),
      readFile: async (path: string) => ({ ...files, ...more })[path],
    }) as unknown as Host;

  test('what is on the disk and not listed is named, and nothing else of its file is kept', async () => {
    const hidden = await lookForHidden(hostWith('[]'), []);
    expect(hidden).toEqual({ root: '/var/lib/docker', names: ['open-webui'] });
    expect(hidden && inAnotherStore(hidden)).toMatchObject({
      code: 'docker-looks-elsewhere',
      severity: 'blocked',
      fixes: [],
      evidence:
        'Docker lists no container of this Otto, but open-webui is on the disk, in /var/lib/docker/containers.',
    });
  });

  test('a container that is removed when it ends comes and goes between two questions', async () => {
    const limits = { [`/var/lib/docker/containers/${ID}/hostconfig.json`]: '{"AutoRemove":true}' };
    expect(await lookForHidden(hostWith('[]', limits), [])).toBeUndefined();
  });

  test('while Docker knows an Open WebUI, what else is on the disk is somebody’s', async () => {
    const listed = JSON.stringify([{ Id: 'b'.repeat(64), Name: '/web', Config: { Image: 'open-webui:1' } }]);
    expect(await lookForHidden(hostWith(listed), [])).toBeUndefined();
  });
});
