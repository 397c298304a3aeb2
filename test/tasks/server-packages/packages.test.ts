import { describe, expect, test } from 'vitest';
import { halfInstalledPackages, parsePackages } from '../../../src/system/packages/dpkg.ts';
import type { AptState } from '../../../src/tasks/apt-state.ts';
import { packagesTask } from '../../../src/tasks/packages/index.ts';
import { type ServerPackagesFacts, serverPackagesTask } from '../../../src/tasks/server-packages/index.ts';
import { answersWith } from '../answers.ts';
import { idleApt, installed } from '../apt-state.ts';

const STEP_1 = ['git', 'python3-venv', 'python3-pip', 'sqlite3', 'curl', 'ca-certificates', 'gh'];
const apt = (changes: Partial<AptState> = {}): AptState => ({
  ...idleApt,
  packages: installed(...STEP_1),
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

  test('lists that do not have what is missing are not trusted: a power cut may have cut one off', () => {
    const steps = (notOffered: readonly string[]) =>
      (judge({ packages: installed(), notOffered })[0]?.fixes[0]?.actions ?? []).map((action) =>
        action.kind === 'run'
          ? [action.argv[0], ...action.argv.filter((word) => word === 'update')].join(' ')
          : '',
      );
    expect(steps(['gh'])).toEqual(['find', 'apt-get update', 'apt-get']);
    expect(steps(['something-else'])).toEqual(['apt-get']);
  });

  test("a fresh droplet's own update is named and waited for", () => {
    const [finding] = judge({ packages: installed(), holder: update });
    expect(finding).toMatchObject({ code: 'apt-busy', severity: 'blocked', fixes: [] });
    expect(finding?.evidence).toMatch(/unattended-upgrades\) \(pid 812\).* 1 min 20 s/);
    expect(finding?.watch?.forMs).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test('an installation that was cut off holds nothing back when everything is there', () => {
    expect(judge({ interrupted: ['backup-agent (half configured)'] })).toMatchObject([
      { code: 'dpkg-interrupted', severity: 'risk' },
    ]);
  });

  test.each([{ interrupted: ['nginx (half configured)'] }, { journalLeft: true }])(
    'an installation that was cut off is ended first: %o',
    (state) => {
      const [finding] = judge({ packages: installed(), ...state });
      expect(finding?.code).toBe('dpkg-interrupted');
      expect(finding?.fixes[0]).toMatchObject({
        actions: [{ argv: expect.arrayContaining(['dpkg', '--configure', '--pending']) }],
      });
      expect(finding?.fixes.map(({ consequence }) => consequence === undefined)).toEqual([true, true, false]);
    },
  );

  const DPKG = expect.stringMatching(/^dpkg .* --configure --pending$/);
  test('what is half installed is unpacked again first, and nothing is removed unasked', () => {
    const packages = parsePackages('iHR\tcontainerd\t1.6.20\nii \tgit\t1.0\n');
    expect(halfInstalledPackages(packages)).toEqual(['containerd']);
    const [finding] = judge({
      packages,
      halfInstalled: ['containerd'],
      interrupted: ['containerd (half installed)'],
    });
    const words = finding?.fixes.map(({ actions }) =>
      actions.map((action) => action.kind === 'run' && action.argv.join(' ')),
    );
    expect(words).toEqual([
      [DPKG, expect.stringMatching(/^apt-get .* --fix-broken --no-remove --reinstall containerd$/)],
      [DPKG],
      [DPKG, expect.stringMatching(/^apt-get .* --fix-broken --reinstall containerd$/)],
    ]);
    expect(finding?.fixes.map(({ consequence }) => consequence === undefined)).toEqual([true, true, false]);
  });
});

describe('what serves Otto to the outside', () => {
  const WEB = ['nginx', 'certbot', 'python3-certbot-nginx', 'ufw'];
  const healthy: ServerPackagesFacts = {
    apt: apt({ packages: installed(...WEB) }),
    nginx: true,
    ufw: true,
    certbot: 'apt',
  };
  const judge = (facts: Partial<ServerPackagesFacts>) =>
    serverPackagesTask.judge({ ...healthy, ...facts }, answersWith());
  const bare = { apt: apt({ packages: installed() }), nginx: false, ufw: false, certbot: 'absent' } as const;

  test('everything is there: nothing to do', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ certbot: 'snap', apt: apt({ packages: installed('nginx', 'ufw') }) })).toEqual([]);
  });

  test('what is missing is named and installed', () => {
    const [finding] = judge(bare);
    expect(finding).toMatchObject({ code: 'server-packages-missing', severity: 'missing' });
    expect(finding?.fixes[0]?.actions.at(-1)).toMatchObject({ argv: expect.arrayContaining(WEB) });
  });

  test('what stands in the way of installing it comes first', () => {
    const packages = installed(...WEB.slice(0, 3));
    expect(judge({ apt: apt({ packages, holder: update }), ufw: false })).toMatchObject([
      { code: 'server-packages-apt-busy', severity: 'blocked', fixes: [] },
    ]);
    expect(judge({ apt: apt({ packages, journalLeft: true }), ufw: false })).toMatchObject([
      { code: 'server-packages-dpkg-interrupted', severity: 'broken' },
    ]);
  });
});
