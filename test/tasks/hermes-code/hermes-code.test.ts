import { describe, expect, test } from 'vitest';
import type { Action } from '../../../src/engine/contracts/action.ts';
import type { Host } from '../../../src/host/host.ts';
import type { GitStatus } from '../../../src/system/git/git.ts';
import type { VenvProbe } from '../../../src/system/python/venv.ts';
import { type Added, parseAdded } from '../../../src/tasks/hermes-code/added.ts';
import { hermesCodeTask } from '../../../src/tasks/hermes-code/index.ts';
import { lastGoodCommit } from '../../../src/tasks/hermes-code/last-good.ts';
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
  ({
    kind: 'alive',
    probe: { ...probe, ...changes },
    madeFor: ['3.11'],
    help,
    added: [] as Added,
    uv: undefined as string | undefined,
  }) as const;
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

  test('code that was here before comes back as the commit that was last known to be good', () => {
    const known = hermesCodeTask.judge({ ...bare, lastGood: '303c0adfc' }, answersWith());
    const words = commands(known[0]?.fixes[0]?.actions);
    expect(words.join('\n')).toMatch(
      /git clone (?!.*--depth).*cat-file.*reset --quiet --hard 303c0adfc.*submodule update.*mv -T/s,
    );
    const reset = known[0]?.fixes[0]?.actions.find((one) => 'argv' in one && one.argv.includes('reset'));
    // A commit that is nowhere to be had must not keep Hermes away.
    expect(reset).toMatchObject({ succeedsWith: [0, 128] });
    expect(commands(actions).join('\n')).not.toContain('reset');
  });

  test.each([
    ['an update noted it last', { note: 3, healthy: 2, saved: 1 }, 'aaaaaaa'],
    ['all was healthy with another one since', { note: 2, healthy: 3, saved: 1 }, 'bbbbbbb'],
    ['answers were saved since', { note: 2, healthy: 3, saved: 4 }, undefined],
    ['nothing is known', {}, undefined],
  ])('the commit of code that is gone, when %s', async (_, times: Record<string, number>, expected) => {
    const file = (path: string) =>
      path.endsWith('hermes-code.json') ? 'note' : path.endsWith('healthy.json') ? 'healthy' : 'saved';
    const contents: Record<string, string> = {
      note: '{"commit":"aaaaaaa"}',
      healthy: JSON.stringify({ at: times.healthy, items: { hermes: { value: 'bbbbbbb' } } }),
    };
    const host = {
      stat: async (path: string) =>
        times[file(path)] === undefined ? undefined : { modifiedMs: times[file(path)] },
      readFile: async (path: string) => (times[file(path)] === undefined ? undefined : contents[file(path)]),
    } as unknown as Host;
    expect(await lastGoodCommit(host)).toBe(expected);
  });

  test('a clone that was cut off is removed first', () => {
    const findings = hermesCodeTask.judge({ ...bare, leftOver: true }, answersWith());
    expect(commands(findings[0]?.fixes[0]?.actions)).toContain(
      'rm -rf -- /home/cleo/.hermes/.hermes-agent.cloning',
    );
  });
});

describe('a Hermes that runs as another user', () => {
  const nothing = { checkout: { kind: 'absent' }, project: undefined, venv: { kind: 'absent' } } as const;
  const elsewhere = {
    user: 'root',
    home: '/root/.hermes',
    code: '/usr/local/lib/hermes-agent',
    unit: '/etc/systemd/system/hermes-gateway.service',
    active: true,
  };

  test('is not absent: nothing is cloned beside it, and it is said what stays where', () => {
    const [finding, ...more] = judge({ ...nothing, elsewhere });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'hermes-runs-as-another-user', severity: 'blocked', fixes: [] });
    expect(finding?.evidence).toMatch(/as root, from \/usr\/local\/lib\/hermes-agent.*in \/root\/\.hermes/);
    expect(finding?.reason).toMatch(/root on this machine.*cp -a \/root\/\.hermes \/home\/cleo\/\.hermes/s);
  });

  test('where there is none, it is fetched as before', () => {
    expect(judge(nothing).map(({ code }) => code)).toEqual(['hermes-not-cloned']);
  });
});

test('a home that is a link: the same folder under two names is the same folder', () => {
  const source = '/data/cleo/.hermes/hermes-agent';
  expect(judge({ venv: alive({ source, fromHere: true }) })).toEqual([]);
  expect(judge({ venv: alive({ source, fromHere: false }) }).map(({ code }) => code)).toEqual([
    'hermes-installed-from-elsewhere',
  ]);
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

const MISSING_YAML = [{ module: 'yaml', why: "ImportError: cannot import name 'yaml'" }];

describe('the environment', () => {
  test('only the way to its Python is cut: the links are recreated, the packages stay', () => {
    const venv = { kind: 'dead', said: 'No such file', madeFor: ['3.11'], added: [] } as const;
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
      `pip --disable-pip-version-check --no-input install --no-compile --progress-bar off -e ${extras}`,
    );

  test.each<[string, Partial<HermesCodeFacts>, string]>([
    [
      'the interpreter is gone',
      { venv: { kind: 'dead', said: 'No such file', madeFor: [], added: [] } },
      'hermes-venv-dead',
    ],
  ])('%s: recreated', (_, facts, code) => {
    const [finding] = judge(facts);
    expect(finding).toMatchObject({ code });
    expect(commands(finding?.fixes[0]?.actions)[0]).toBe(`/usr/bin/python3 -m venv --clear ${CHECKOUT}/venv`);
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  describe('without pip', () => {
    const MISSING = [{ module: 'aiohttp', why: "ModuleNotFoundError: No module named 'aiohttp'" }];
    const ofUv = {
      ...alive({ pip: false, installed: null, unimportable: MISSING }),
      uv: '0.8.3',
      added: ['ib-insync', 'pandas'],
    };

    test('pip comes first, and what is in it stays', () => {
      const [finding] = judge({ venv: ofUv });
      expect(finding).toMatchObject({
        code: 'hermes-venv-unfinished',
        evidence: 'The environment was made by uv 0.8.3, so it has no pip, and aiohttp cannot be imported.',
      });
      expect(finding?.reason).not.toContain('interrupted');
      expect(commands(finding?.fixes[0]?.actions)).toEqual([
        `${CHECKOUT}/venv/bin/python -m ensurepip --default-pip`,
        install('.[homeassistant,anthropic]'),
      ]);
      expect(finding?.fixes[0]?.consequence).toBeUndefined();
    });

    test('recreating is asked about, with what will be missing', () => {
      const [finding] = judge({ venv: ofUv });
      expect(finding?.fixes[1]?.consequence).toContain('ib-insync, pandas');
    });

    test('an empty one was cut off, and that is said', () => {
      const [finding] = judge({ venv: alive({ pip: false, installed: null }, 'No module named hermes_cli') });
      expect(finding?.reason).toContain('interrupted');
      expect(finding?.fixes[1]?.consequence).toBeUndefined();
    });
  });

  test('whatever is wrong with it: what somebody added is never lost unasked', () => {
    const added = ['pandas'];
    const venvs: readonly HermesCodeFacts['venv'][] = [
      { kind: 'dead', said: 'No such file', madeFor: [], added },
      { kind: 'dead', said: 'No such file', madeFor: [], added: 'unknown' },
      { ...alive(), madeFor: ['3.9'], added },
      { ...alive({ unimportable: MISSING_YAML }), added },
      { ...alive({}, 'SyntaxError: invalid syntax'), added },
    ];
    const clearing = venvs
      .flatMap((venv) => judge({ venv }))
      .flatMap(({ fixes }) => fixes)
      .filter(({ actions }) => commands(actions).some((line) => line.includes('--clear')));
    expect(clearing).toHaveLength(venvs.length);
    for (const { consequence } of clearing) expect(consequence).toMatch(/lost/);
  });

  test('what was asked for by name is told from the files of the packages', () => {
    const at = (name: string) => `${CHECKOUT}/venv/lib/python3.11/site-packages/${name}`;
    const files = [
      'hermes_agent-0.19.0.dist-info/REQUESTED',
      'hermes_agent-0.19.0.dist-info/RECORD',
      'ib_insync-0.9.86.dist-info/REQUESTED',
      'httpx-0.27.0.dist-info/RECORD',
    ];
    expect(parseAdded(files.map(at).join('\n'))).toEqual(['ib-insync']);
    expect(parseAdded(at('httpx-0.27.0.dist-info/RECORD'))).toBe('unknown');
    expect(parseAdded('')).toEqual([]);
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
