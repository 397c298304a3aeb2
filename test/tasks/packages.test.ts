import { describe, expect, test } from 'vitest';
import { type Package, parsePackages } from '../../src/system/dpkg.ts';
import { NO_UNIT, type Unit } from '../../src/system/systemd.ts';
import type { AptState } from '../../src/tasks/apt-state.ts';
import { packagesTask } from '../../src/tasks/packages.ts';
import type { DockerFacts } from '../../src/tasks/server-packages/docker.ts';
import { type ServerPackagesFacts, serverPackagesTask } from '../../src/tasks/server-packages.ts';
import { answersWith } from './answers.ts';

const installed = (...names: string[]): ReadonlyMap<string, Package> =>
  parsePackages(names.map((name) => `ii \t${name}\t1.0\n`).join(''));

const STEP_1 = ['git', 'python3-venv', 'python3-pip', 'sqlite3', 'curl', 'ca-certificates', 'gh'];
const apt = (changes: Partial<AptState> = {}): AptState => ({
  packages: installed(...STEP_1),
  interrupted: [],
  journalLeft: false,
  holder: undefined,
  listsFresh: true,
  ...changes,
});
const update = { pid: 812, seconds: 80, command: '/usr/bin/python3 /usr/bin/unattended-upgrade' };

describe('Step 1', () => {
  const judge = (state: Partial<AptState>) => packagesTask.judge({ apt: apt(state) }, answersWith());

  test('everything is there: nothing to do, whatever apt is busy with', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ holder: update, interrupted: ['x (half configured)'] })).toEqual([]);
  });

  test('only what is missing is installed', () => {
    const [finding] = judge({ packages: installed('git', 'curl', 'ca-certificates', 'sqlite3') });
    expect(finding).toMatchObject({ code: 'packages-missing', severity: 'missing' });
    const [fix] = finding?.fixes ?? [];
    expect(fix?.consequence).toBeUndefined();
    expect(fix?.actions).toHaveLength(1);
    expect(fix?.actions[0]).toMatchObject({
      argv: expect.arrayContaining(['python3-venv', 'python3-pip', 'gh']),
    });
    expect(fix?.actions[0]).not.toMatchObject({ argv: expect.arrayContaining(['git']) });
  });

  test('old lists of packages are fetched first', () => {
    const actions = judge({ packages: installed(), listsFresh: false })[0]?.fixes[0]?.actions ?? [];
    expect(
      actions.map((action) => action.kind === 'run' && action.argv.at(action === actions[0] ? -1 : 3)),
    ).toEqual(['update', 'install']);
  });

  test("a fresh droplet's own update is named and waited for", () => {
    const [finding] = judge({ packages: installed(), holder: update });
    expect(finding).toMatchObject({ code: 'apt-busy', severity: 'blocked', fixes: [] });
    expect(finding?.saw).toMatch(/unattended-upgrades\) \(pid 812\).* 1 min 20 s/);
    expect(finding?.watch?.forMs).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test.each([{ interrupted: ['nginx (half configured)'] }, { journalLeft: true }])(
    'an installation that was cut off is ended first: %o',
    (state) => {
      const [finding] = judge({ packages: installed(), ...state });
      expect(finding?.code).toBe('dpkg-interrupted');
      expect(finding?.fixes[0]).toMatchObject({
        actions: [{ argv: expect.arrayContaining(['dpkg', '--configure', '--pending']) }],
      });
      expect(finding?.fixes[1]?.consequence).toBeDefined();
    },
  );
});

describe('Docker, nginx, certbot', () => {
  const SERVERS = ['docker.io', 'nginx', 'certbot', 'python3-certbot-nginx', 'ufw'];
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
    offered: new Set(),
    needsAppArmor: false,
    ...changes,
  });
  const healthy: ServerPackagesFacts = {
    apt: apt({ packages: installed(...SERVERS) }),
    docker: docker(),
    nginx: true,
    ufw: true,
    certbot: 'apt',
  };
  const judge = (facts: Partial<ServerPackagesFacts>) =>
    serverPackagesTask.judge({ ...healthy, ...facts }, answersWith());
  const absent = docker({
    kind: 'absent',
    cli: false,
    engine: false,
    up: false,
    service: NO_UNIT,
    bridge: undefined,
  });
  const bare = { apt: apt({ packages: installed() }), nginx: false, ufw: false, certbot: 'absent' } as const;
  const named = (facts: Partial<ServerPackagesFacts>) => {
    const action = judge(facts)[0]?.fixes[0]?.actions.at(-1);
    return action?.kind === 'run' ? action.argv.slice(action.argv.indexOf('--no-upgrade') + 1) : [];
  };

  test('everything is there and at work: nothing to do', () => {
    expect(judge({})).toEqual([]);
    const own = docker({ kind: 'docker-ce' });
    expect(
      judge({ docker: own, apt: apt({ packages: installed('docker-ce', ...SERVERS.slice(1)) }) }),
    ).toEqual([]);
    expect(
      judge({ certbot: 'snap', apt: apt({ packages: installed('docker.io', 'nginx', 'ufw') }) }),
    ).toEqual([]);
    expect(judge({ docker: docker({ kind: 'other', service: running }) })).toEqual([]);
  });

  test.each<[string, DockerFacts, string[]]>([
    ['the distribution has one package', absent, ['docker.io']],
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
    ['AppArmor without its parser', { ...absent, needsAppArmor: true }, ['docker.io', 'apparmor']],
  ])('a bare machine, %s', (_, facts, packages) => {
    expect(named({ ...bare, docker: facts })).toEqual([
      ...packages,
      'nginx',
      'certbot',
      'python3-certbot-nginx',
      'ufw',
    ]);
  });

  test('an existing Docker of any kind is kept', () => {
    for (const kind of ['docker-ce', 'other', 'snap'] as const)
      expect(named({ ...bare, docker: docker({ kind }) })).toEqual([
        'nginx',
        'certbot',
        'python3-certbot-nginx',
        'ufw',
      ]);
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
  test.each<[string, Partial<ServerPackagesFacts>, string, boolean]>([
    ['stopped', down({}), 'docker-down', false],
    ['failed', down({ active: 'failed' }), 'docker-down', false],
    ['masked', down({ load: 'masked' }), 'docker-masked', true],
    [
      'a mistake in its settings',
      down(
        { active: 'failed' },
        "unable to configure the Docker daemon with file /etc/docker/daemon.json: invalid character 'b'",
      ),
      'docker-configuration-invalid',
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

  test('no bridge: only a person can tell why', () => {
    expect(judge({ docker: docker({ bridge: undefined }) })).toMatchObject([
      { code: 'docker-bridge-missing', fixes: [] },
    ]);
  });
});
