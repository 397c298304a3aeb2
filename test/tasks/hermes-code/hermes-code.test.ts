import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/engine/contracts/action.ts';
import type { GitStatus } from '../../../src/system/git/git.ts';
import type { VenvProbe } from '../../../src/system/python/venv.ts';
import { hermesCodeTask } from '../../../src/tasks/hermes-code/index.ts';
import type { Checkout, HermesCodeFacts } from '../../../src/tasks/hermes-code/look.ts';
import { answersWith } from '../answers.ts';

const CHECKOUT = '/home/cleo/.hermes/hermes-agent';
const status: GitStatus = {
  commit: '303c0ad',
  branch: 'main',
  upstream: 'origin/main',
  ahead: 0,
  behind: 0,
  changed: [],
  conflicts: [],
};
const probe: VenvProbe = {
  python: '3.11.2',
  pip: true,
  installed: '0.19.0',
  source: CHECKOUT,
  missing: [],
  halfWritten: [],
  setAside: [],
  unimportable: [],
};
const git = (
  changes: Partial<GitStatus> = {},
  remote = 'https://github.com/Nucleotto/hermes-agent.git',
): Checkout => ({
  kind: 'git',
  status: { ...status, ...changes },
  remote,
});
const alive = (changes: Partial<VenvProbe> = {}, help = 'ok') =>
  ({ kind: 'alive', probe: { ...probe, ...changes }, madeFor: ['3.11'], help }) as const;
const project = {
  version: '0.19.0',
  requiresPython: '>=3.11,<3.14',
  dependencies: ['openai'],
  extras: ['anthropic', 'homeassistant', 'all'],
};
const healthy: HermesCodeFacts = {
  atWork: undefined,
  leftOver: false,
  foreignFile: undefined,
  checkout: git(),
  project,
  interpreters: [{ path: '/usr/bin/python3', version: '3.11.2' }],
  offeredPython: undefined,
  venv: alive(),
};
const judge = (facts: Partial<HermesCodeFacts>, answers = answersWith()) =>
  hermesCodeTask.judge({ ...healthy, ...facts }, answers);
const commands = (actions: readonly Action[] = []) =>
  actions.map((action) => ('argv' in action ? action.argv.join(' ') : ''));

test('healthy: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

describe('a fresh machine', () => {
  const bare: HermesCodeFacts = {
    ...healthy,
    checkout: { kind: 'absent' },
    project: undefined,
    interpreters: [],
    venv: { kind: 'absent' },
  };
  const findings = hermesCodeTask.judge(bare, answersWith());
  const actions = findings.flatMap(({ fixes }) => fixes[0]?.actions ?? []);

  test('one cause, one finding: what cannot be fetched is not installed either', () => {
    expect(findings.map(({ code }) => code)).toEqual(['hermes-not-cloned']);
  });

  test('clone, environment, pip: in this order, unasked, as the user', () => {
    const words = commands(actions).join('\n');
    expect(words).toMatch(/git clone.*mv -T.*-m venv.*pip .* install/s);
    expect(actions.every((action) => 'user' in action && action.user === 'cleo')).toBe(true);
    expect(hermesCodeTask.judge(bare, answersWith()).some(({ fixes }) => fixes[0]?.consequence)).toBe(false);
  });

  test('the clone grows under another name, is checked, and is renamed last', () => {
    const clone = commands(actions).filter((command) => command.includes('.hermes-agent.cloning'));
    expect(clone[0]).toMatch(/--depth 1 -- https:\/\/github\.com\/Nucleotto\/hermes-agent\.git/);
    expect(clone[1]).toMatch(/cat-file -e HEAD:pyproject\.toml/);
    expect(clone[2]).toBe(`mv -T -- /home/cleo/.hermes/.hermes-agent.cloning ${CHECKOUT}`);
  });

  test('a branch from the answers', () => {
    const findings = hermesCodeTask.judge(bare, answersWith({ hermesBranch: 'v0.13.0' }));
    expect(commands(findings[0]?.fixes[0]?.actions).join('\n')).toContain('--branch v0.13.0');
  });

  test('a clone that was cut off is removed first', () => {
    const findings = hermesCodeTask.judge({ ...bare, leftOver: true }, answersWith());
    expect(commands(findings[0]?.fixes[0]?.actions)).toContain(
      'rm -rf -- /home/cleo/.hermes/.hermes-agent.cloning',
    );
  });
});

describe('what is in the way', () => {
  test('a killed clone is kept beside it, and fetched again unasked', () => {
    const [finding] = judge({ checkout: { kind: 'unfinished' } });
    expect(finding?.code).toBe('hermes-clone-unfinished');
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe(
      `mv --backup=numbered -T -- ${CHECKOUT} ${CHECKOUT}.set-aside`,
    );
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });
  test('somebody’s files: only with consent', () => {
    const [finding] = judge({ checkout: { kind: 'in-the-way', names: ['notes.txt'] } });
    expect(finding?.code).toBe('hermes-folder-in-the-way');
    expect(finding?.fixes[0]?.consequence).toContain('.set-aside');
  });
  test('an earlier run’s pip is waited for', () => {
    expect(
      judge({ atWork: `${CHECKOUT}/venv/bin/python -m pip install`, venv: { kind: 'absent' } }),
    ).toMatchObject([{ code: 'hermes-install-at-work', fixes: [], watch: expect.anything() }]);
  });
  test('a file of root is given back before anything else is judged', () => {
    const findings = judge({ foreignFile: `${CHECKOUT}/.git/index`, venv: { kind: 'absent' } });
    expect(findings).toHaveLength(1);
    expect(commands(findings[0]?.fixes[0]?.actions)).toEqual([
      `python3 -I - give-back cleo:cleo below ${CHECKOUT}`,
    ]);
  });
  test('a checkout that git cannot read is left alone', () => {
    expect(judge({ checkout: { kind: 'unreadable', said: 'fatal: bad object HEAD' } })).toMatchObject([
      { code: 'hermes-checkout-unreadable', severity: 'blocked', fixes: [] },
    ]);
  });
});

describe('a checkout is never thrown away', () => {
  test.each<[string, Checkout]>([
    ['hermes-code-changed-by-hand', git({ changed: ['a.py'] })],
    ['hermes-code-diverged', git({ ahead: 2 })],
    ['hermes-code-in-conflict', git({ conflicts: ['a.py'] })],
    ['hermes-code-from-elsewhere', git({}, 'https://github.com/NousResearch/hermes-agent')],
    ['hermes-code-not-from-git', { kind: 'plain-folder' }],
  ])('%s is a note without a fix', (code, checkout) => {
    expect(judge({ checkout })).toMatchObject([{ code, severity: 'risk', fixes: [] }]);
  });

  test('another branch than the answers say is noted; a checked out tag is not', () => {
    const answers = answersWith({ hermesBranch: 'v0.19.0' });
    expect(judge({}, answers)).toMatchObject([{ code: 'hermes-code-other-branch', fixes: [] }]);
    expect(judge({ checkout: git({ branch: undefined }) }, answers)).toEqual([]);
  });

  test('a token in the address is taken out and not shown', () => {
    const [finding] = judge({
      checkout: git({}, 'https://me:ghp_0123456789abcdef0123@github.com/Nucleotto/hermes-agent.git'),
    });
    expect(finding?.code).toBe('hermes-token-in-address');
    expect(JSON.stringify(finding)).not.toContain('ghp_');
  });
});

describe('the environment', () => {
  test('only the way to its Python is cut: the links are recreated, the packages stay', () => {
    const venv = { kind: 'dead', said: 'No such file', madeFor: ['3.11'] } as const;
    const [finding] = judge({ venv });
    expect(finding?.code).toBe('hermes-venv-dead');
    expect(commands(finding?.fixes[0]?.actions)).toEqual([
      `rm -f -- ${CHECKOUT}/venv/bin/python ${CHECKOUT}/venv/bin/python3 ${CHECKOUT}/venv/bin/python3.11`,
      `/usr/bin/python3 -m venv ${CHECKOUT}/venv`,
    ]);
    expect(commands(finding?.fixes[1]?.actions)[0]).toContain('venv --clear');
  });
  test('packages of another Python: recreated', () => {
    const [finding] = judge({ venv: { ...alive({ pip: false, installed: null }), madeFor: ['3.9'] } });
    expect(finding).toMatchObject({
      code: 'hermes-venv-other-python',
      evidence: expect.stringMatching(/3\.9 but now runs with 3\.11/),
    });
    expect(commands(finding?.fixes[0]?.actions)[0]).toContain('venv --clear');
  });
  const install = (extras: string) =>
    expect.stringContaining(
      `pip --disable-pip-version-check --no-input install --progress-bar off -e ${extras}`,
    );

  test.each<[string, Partial<HermesCodeFacts>, string]>([
    [
      'the interpreter is gone',
      { venv: { kind: 'dead', said: 'No such file', madeFor: [] } },
      'hermes-venv-dead',
    ],
    [
      'ensurepip was killed',
      { venv: alive({ pip: false, installed: null }, 'No module named hermes_cli') },
      'hermes-venv-unfinished',
    ],
  ])('%s: recreated', (_, facts, code) => {
    const [finding] = judge(facts);
    expect(finding).toMatchObject({ code });
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe(`/usr/bin/python3 -m venv --clear ${CHECKOUT}/venv`);
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test('a working environment of uv, without pip, is left alone', () => {
    expect(judge({ venv: alive({ pip: false, installed: null }) })).toEqual([]);
  });

  test.each<[string, Partial<VenvProbe>, string]>([
    ['pip was killed before Hermes was in', { installed: null }, 'hermes-not-installed'],
    ['git pull without pip install', { installed: '0.13.0' }, 'hermes-install-outdated'],
    ['a package is missing', { missing: ['httpx'] }, 'hermes-packages-missing'],
    ['installed from elsewhere', { source: '/root/hermes-agent' }, 'hermes-installed-from-elsewhere'],
  ])('%s: pip again', (_, changes, code) => {
    const [finding] = judge({ venv: alive(changes) });
    expect(finding?.code).toBe(code);
    expect(commands(finding?.fixes[0]?.actions)).toEqual([install('.[homeassistant,anthropic]')]);
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test('it may not read a file that is not its code: judged by the tasks of those files', () => {
    const denied = (path: string) =>
      judge({ venv: alive({}, `PermissionError: [Errno 13] Permission denied: '${path}'`) });
    expect(denied('/home/cleo/.hermes/.env')).toEqual([]);
    expect(denied(`${CHECKOUT}/hermes_cli/main.py`)).toMatchObject([{ code: 'hermes-does-not-start' }]);
  });
  test('what pip had set aside for a package goes before the package is written again', () => {
    const [finding] = judge({ venv: alive({ halfWritten: ['aiohttp'], setAside: ['/x/~iohttp'] }) });
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe('rm -rf -- /x/~iohttp');
  });
  test('a half-written package is written again by name', () => {
    const [finding] = judge({ venv: alive({ halfWritten: ['aiohttp'] }) });
    expect(commands(finding?.fixes[0]?.actions)[0]).toMatch(/--force-reinstall --no-deps -- aiohttp$/);
  });

  test('aiohttp and anthropic come with the extras', () => {
    const [finding] = judge({
      venv: alive({
        unimportable: [{ module: 'aiohttp', why: "ModuleNotFoundError: No module named 'aiohttp'" }],
      }),
    });
    expect(commands(finding?.fixes[0]?.actions)).toEqual([install('.[homeassistant,anthropic]')]);
  });

  test('a project without these extras gets the packages by name', () => {
    const [finding] = judge({
      project: { ...project, extras: [] },
      venv: alive({ unimportable: [{ module: 'yaml', why: "ModuleNotFoundError: No module named 'yaml'" }] }),
    });
    expect(commands(finding?.fixes[0]?.actions)[0]).toMatch(/install --progress-bar off -- pyyaml$/);
  });

  test('a project that needs anthropic itself is installed plainly', () => {
    const [finding] = judge({
      project: { ...project, dependencies: ['anthropic', 'edge-tts'] },
      venv: alive({ installed: null }),
    });
    expect(commands(finding?.fixes[0]?.actions)).toEqual([install('.')]);
  });

  test('complete and yet it does not start: recreated, but only with consent', () => {
    const [finding] = judge({ venv: alive({}, 'SyntaxError: invalid syntax') });
    expect(finding).toMatchObject({ code: 'hermes-does-not-start' });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
});

describe('Python', () => {
  const newest = { ...project, version: '0.21.3', requiresPython: '>=3.14,<3.15' };

  test('no Python fits: blocked, with both sides named', () => {
    const [finding] = judge({ project: newest, venv: { kind: 'absent' } });
    expect(finding).toMatchObject({ code: 'hermes-wants-another-python', severity: 'blocked', fixes: [] });
    expect(finding?.evidence).toMatch(/>=3\.14,<3\.15.*3\.11\.2/);
  });

  test('no Python fits, and the package sources offer one that does: installed unasked, beside the system’s own', () => {
    const interpreters = [{ path: '/usr/bin/python3', version: '3.14.8' }];
    const [finding] = judge({ interpreters, offeredPython: '3.13', venv: { kind: 'absent' } });
    expect(finding).toMatchObject({ code: 'hermes-wants-another-python', severity: 'missing' });
    const [fix] = finding?.fixes ?? [];
    expect(commands(fix?.actions)).toEqual([
      expect.stringMatching(/^apt-get .*install .* python3\.13-venv$/),
    ]);
    expect(fix?.consequence).toBeUndefined();
  });

  test('with it there, the environment is made with that one', () => {
    const interpreters = [
      { path: '/usr/bin/python3', version: '3.14.8' },
      { path: '/usr/bin/python3.13', version: '3.13.9' },
    ];
    const [finding] = judge({ interpreters, venv: { kind: 'absent' } });
    expect(commands(finding?.fixes[0]?.actions)[0]).toMatch(/^\/usr\/bin\/python3\.13 -m venv/);
  });

  test.each<[string, string[], RegExp]>([
    [
      'only a newer one than known releases run on: the code says first what it needs',
      ['3.14.8'],
      /mv -T \S+ \S+ \S+$/,
    ],
    ['a fitting one beside it: that one, at once', ['3.14.8', '3.13.9'], /python3\.13 -m venv .* install /s],
    ['the system’s own fits', ['3.11.2'], /python3\.11 -m venv .* install /s],
  ])('nothing is cloned yet, and there is %s', (_, versions, ends) => {
    const interpreters = versions.map((version) => ({
      path: `/usr/bin/python${version.replace(/\.\d+$/, '')}`,
      version,
    }));
    const [finding] = judge({
      interpreters,
      checkout: { kind: 'absent' },
      project: undefined,
      venv: { kind: 'absent' },
    });
    const words = commands(finding?.fixes[0]?.actions).join('\n');
    expect(words).toMatch(/git clone/);
    expect(words).toMatch(ends);
    expect(/-m venv/.test(words)).toBe(/and install it$/.test(finding?.fixes[0]?.title ?? ''));
  });

  test('another Python of the machine is taken when it fits', () => {
    const interpreters = [...healthy.interpreters, { path: '/usr/bin/python3.14', version: '3.14.0' }];
    const [finding] = judge({ project: newest, interpreters, venv: { kind: 'absent' } });
    expect(commands(finding?.fixes[0]?.actions)[0]).toMatch(/^\/usr\/bin\/python3\.14 -m venv/);
  });

  test('an environment of a Python that no longer fits is recreated', () => {
    const interpreters = [...healthy.interpreters, { path: '/usr/bin/python3.14', version: '3.14.0' }];
    const [finding] = judge({ project: newest, interpreters });
    expect(finding?.code).toBe('hermes-venv-other-python');
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });
});
