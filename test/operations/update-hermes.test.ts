import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { UpdateFacts } from '../../src/operations/update-hermes/facts.ts';
import { updateHermes } from '../../src/operations/update-hermes/index.ts';
import { reveal } from '../../src/secret/secret.ts';
import type { GitStatus } from '../../src/system/git/git.ts';
import { pythonString } from '../../src/system/python/python-literal.ts';
import type { ServiceState } from '../../src/system/services/systemd-show.ts';
import { template } from '../../src/system/templates.ts';
import type { HermesServiceFacts } from '../../src/tasks/hermes-service/look.ts';
import { answersWith } from '../tasks/answers.ts';
import { differsLater } from './same-plan.ts';

const status: GitStatus = {
  commit: 'aaaaaaaaaaaa',
  branch: 'main',
  upstream: 'origin/main',
  ahead: 0,
  behind: 3,
  changed: [],
  conflicts: [],
};
const project = { version: '0.13.0', requiresPython: '>=3.11', dependencies: [], extras: ['anthropic'] };
const probe = {
  python: '3.11.2',
  pip: true,
  installed: '0.13.0',
  source: '/home/cleo/.hermes/hermes-agent',
  missing: [],
  halfWritten: [],
  setAside: [],
  unimportable: [],
};
const running: ServiceState = {
  load: 'loaded',
  active: 'active',
  sub: 'running',
  file: 'enabled',
  pid: 100,
  startedMs: 0,
  restarts: 0,
  result: 'success',
  exitStatus: 0,
  needsReload: false,
  path: '/etc/systemd/system/hermes-gateway.service',
  dropIns: [],
  user: 'cleo',
  directory: '/home/cleo/.hermes/hermes-agent',
  command: ['python', '-m', 'hermes_cli.main', 'gateway', 'run'],
  restart: 'always',
  killMode: 'mixed',
  stopTimeoutMs: 210_000,
  environment: {},
  environmentFiles: [],
  preventsRestart: ['78'],
  forcesRestart: ['75'],
  sandboxing: { noNewPrivileges: true, protectSystem: 'strict', filtersCalls: true },
};
const service: HermesServiceFacts = {
  now: 0,
  service: running,
  unitOrigin: 'ours',
  pythonIsThere: true,
  directoryIsThere: true,
  unitFiles: [],
  rivals: [],
  secondUnit: undefined,
  foreignFile: undefined,
  listens: 'everywhere',
  answer: { kind: 'hermes', withKey: 200, models: ['otto'], withoutKey: 401 },
  modelName: 'otto',
  starts: [],
  changes: [],
  connections: 2,
  complaints: [],
  confined: true,
  portRules: 'loaded',
  sshPorts: [22],
  key: undefined,
};
const checkout = (changes: Partial<GitStatus> = {}) => {
  return { kind: 'git', status: { ...status, ...changes }, remote: 'https://github.com/x/y.git' } as const;
};
const news: UpdateFacts = {
  code: {
    atWork: undefined,
    leftOver: false,
    foreignFile: undefined,
    checkout: checkout(),
    project,
    interpreters: [],
    offeredPython: undefined,
    venv: { kind: 'alive', probe, madeFor: ['3.11'], help: 'ok', added: [], uv: undefined },
  },
  service,
  target: {
    ref: 'origin/main',
    commit: 'bbbbbbbbbbbb',
    ownCommits: 0,
    news: ['bbbbbbb Release 0.19.0', 'ccccccc Fix the lock'],
    project: { ...project, version: '0.19.0', requiresPython: '>=3.11,<3.14' },
  },
  venvBytes: 136_000_000,
  freeBytes: 5_000_000_000,
};
const choice = { ref: 'origin/main' };
const codes = (facts: UpdateFacts) =>
  updateHermes.refuses(facts, choice, answersWith()).map(({ code }) => code);
const plan = (facts: UpdateFacts) => updateHermes.plan(facts, choice, answersWith());
const purposes = (facts: UpdateFacts) => plan(facts).steps.map(({ do: action }) => action.purpose);
const withCode = (changes: Partial<UpdateFacts['code']>) => ({ code: { ...news.code, ...changes } });
const withTarget = (changes: Partial<UpdateFacts['target']>) => ({ target: { ...news.target, ...changes } });

test('newer code may be gone over to, and what is new is shown before', () => {
  expect(codes(news)).toEqual([]);
  const words = updateHermes.consequence?.(news, choice);
  for (const part of ['0.13.0 (aaaaaaaaa)', '0.19.0 (bbbbbbbbb)', 'Fix the lock'])
    expect(words).toContain(part);
});

test.each<[string, Partial<UpdateFacts>, string]>([
  ['no checkout', withCode({ checkout: { kind: 'absent' } }), 'update-hermes-not-whole'],
  ['somebody at work', withCode({ atWork: 'pip install' }), 'update-hermes-at-work'],
  ['local changes', withCode({ checkout: checkout({ changed: ['run.py'] }) }), 'update-hermes-local-changes'],
  ['a conflict', withCode({ checkout: checkout({ conflicts: ['run.py'] }) }), 'update-hermes-local-changes'],
  ['an unknown name', withTarget({ commit: undefined }), 'update-hermes-unknown-version'],
  ['commits of its own', withTarget({ ownCommits: 2 }), 'update-hermes-own-commits'],
  [
    'another Python',
    withTarget({ project: { ...project, requiresPython: '>=3.14,<3.15' } }),
    'update-hermes-wants-another-python',
  ],
  ['a full disk', { freeBytes: 500_000_000 }, 'update-hermes-disk-full'],
])('%s: refused before anything is touched', (_, changes, code) => {
  expect(codes({ ...news, ...changes })).toEqual([code]);
});

test('nothing is fetched where there is no checkout: why not is said instead', () => {
  const fetched = (facts: UpdateFacts) => updateHermes.prepare?.(facts, {}, answersWith()) ?? [];
  // A portal page is no failure of a fetch: who answered is asked as well.
  expect(
    fetched(news).map((one) => 'kind' in one && one.kind === 'run' && one.argv.slice(3).join(' ')),
  ).toEqual(['fetch --quiet --tags --force origin', 'fetch --quiet --dry-run origin HEAD']);
  expect(fetched({ ...news, code: { ...news.code, checkout: { kind: 'absent' } } })).toEqual([]);
});

test('the newest runs already: nothing to do, which is said', () => {
  const same = { ...news, ...withTarget({ commit: status.commit }) };
  expect([codes(same), purposes(same)]).toEqual([[], []]);
  expect(updateHermes.consequence?.(same, choice)).toBeUndefined();
  expect(updateHermes.summary?.(same, choice)).toEqual([expect.stringContaining('Nothing was done')]);
});

test('code, packages, configuration, and one restart at the very end', () => {
  const order = purposes(news);
  expect(order.slice(4, 9)).toEqual([
    'Switch to the new code',
    'Fetch the parts of the new code that come from other repositories',
    'Install Hermes and what it needs',
    'Make sure that the new Hermes starts',
    'Check the configuration with the new Hermes',
  ]);
  expect(order.filter((purpose) => /restart/i.test(purpose))).toHaveLength(1);
  expect(order.at(-1)).toMatch(/Restart Hermes/);
});

test('the way back: the old code, then the old environment, then one restart', () => {
  const back = plan(news)
    .steps.toReversed()
    .flatMap(({ undo = [] }) => [undo].flat().map(({ purpose }) => purpose));
  expect(back.indexOf('Switch back to the old code')).toBeLessThan(
    back.indexOf('Put the old environment back'),
  );
  expect(back.filter((purpose) => /Restart Hermes/.test(purpose))).toHaveLength(1);
  expect(back.indexOf('Remove what pip noted about the new code')).toBeLessThan(
    back.indexOf('Switch back to the old code'),
  );
});

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The program that checks the configuration, with a Hermes of the test's own. */
function check(config: string | undefined, hermes = 'print("Config version: 33")') {
  folder = mkdtempSync(join(tmpdir(), 'hermes-'));
  mkdirSync(join(folder, 'hermes_cli'));
  writeFileSync(join(folder, 'hermes_cli/__init__.py'), '');
  writeFileSync(join(folder, 'hermes_cli/main.py'), `${hermes}\nprint("Optional:")\nprint("SECRET_KEY")\n`);
  // The machine's interpreter may be without it.
  writeFileSync(
    join(folder, 'yaml.py'),
    'import json\nclass YAMLError(Exception): pass\ndef safe_load(file):\n  try: return json.load(file)\n  except ValueError as error: raise YAMLError(str(error))\n',
  );
  const path = join(folder, 'config.yaml');
  if (config !== undefined) writeFileSync(path, config);
  chmodSync(folder, 0o755);
  const input = reveal(template('hermes-config-check.py', { config: pythonString(path) }));
  const {
    status: code,
    stdout,
    stderr,
  } = spawnSync('python3', ['-B', '-'], {
    cwd: folder,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', PYTHONPATH: folder },
  });
  return { code, said: `${stdout}${stderr}` };
}

test('the configuration is checked by what is required, not by the long list of what is optional', () => {
  const { code, said } = check('{"model": "x"}');
  expect([code, said]).toEqual([0, 'Config version: 33\n']);
  expect(check(undefined).code).toBe(0);
});

test.each([
  ['cannot be read', '{"model": ', undefined, /cannot be read by the new Hermes/],
  ['is no list of settings', '"text"', undefined, /no list of settings/],
  ['is refused by Hermes itself', '{}', 'import sys; sys.exit(3)', /ended with code 3/],
])('a configuration that %s ends the update', (_, config, hermes, words) => {
  const { code, said } = check(config, hermes);
  expect(code).toBe(1);
  expect(said).toMatch(words);
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  const later = {
    ...news,
    freeBytes: 4_000_000_000,
    service: { ...service, connections: 3, now: service.now + 3_600_000 },
  };
  expect(await differsLater(updateHermes, { facts: news, later, choice, answers: answersWith() })).toEqual(
    [],
  );
});
