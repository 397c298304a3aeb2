import { type Call, homeOf, NotRehearsed, type Outcome, type Tool } from '../machine.ts';

const pyproject = (version: string) => `[project]
name = "hermes-agent"
version = "${version}"
requires-python = ">=3.11,<3.14"
dependencies = ["httpx", "openai", "pydantic", "pyyaml", "rich"]

[project.optional-dependencies]
anthropic = ["anthropic"]
homeassistant = ["aiohttp"]
`;

/** What a clone brings, and what the repository has had since. */
const CLONED = { commit: '303c0adfc65edc656fd8ae59cf4d4cf53fec1622', version: '0.19.0' };
const NEWEST = { commit: '7f1e04c2b9a86d3c5e02f1477be0a9d3c1845ab6', version: '0.19.2' };
const NEWS = ['7f1e04c Answer sooner when a tool is slow', 'b2c9d10 Renew a sign-in before it ends'];
const RELEASES = [CLONED, NEWEST];

/** What the steps look at in a checkout of Hermes. */
const CHECKOUT: Readonly<Record<string, string>> = {
  'pyproject.toml': pyproject(CLONED.version),
  'hermes_cli/config.py': '    "_config_version": 33,\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/logs/HEAD': `${'0'.repeat(40)} ${CLONED.commit} clone\n`,
  '.git/refs/heads/main': `${CLONED.commit}\n`,
  '.git/refs/remotes/origin/main': `${CLONED.commit}\n`,
};

/** git, for one private repository: Hermes. */
export const git: Tool = async (call) => {
  const inFolder = call.args[0] === '-C';
  const folder = inFolder ? (call.args[1] ?? '') : call.cwd;
  const [verb, ...rest] = inFolder ? call.args.slice(2) : call.args;
  switch (verb) {
    case 'clone':
      return clone(call, rest);
    case 'cat-file':
      return { exitCode: call.machine.files.exists(`${folder}/pyproject.toml`) ? 0 : 128 };
    case 'status':
      return status(call, folder);
    case 'config':
      return config(call, folder, rest.at(-1));
    case 'fetch':
      return rest.includes('--dry-run') ? { exitCode: 0 } : fetched(call, folder);
    case 'rev-parse':
      return print(commitOf(call, folder, rest.at(-1) ?? ''));
    case 'rev-list':
      return print(countOf(call, folder, rest.at(-1) ?? ''));
    case 'log':
      return rest.at(-1)?.startsWith('HEAD..') === true && headOf(call, folder) === CLONED.commit
        ? { exitCode: 0, stdout: `${NEWS.join('\n')}\n` }
        : { exitCode: 0, stdout: '' };
    case 'show':
      return print(shown(rest.at(-1) ?? ''));
    case 'reset':
    case 'submodule':
      return { exitCode: 0 }; // The repository has none.
    case 'merge':
    case 'checkout':
      return switchTo(call, folder, rest);
    default:
      throw new NotRehearsed(`git ${call.args.join(' ')}`);
  }
};

function gitConfig({ machine, user }: Call): string {
  return machine.files.read(`${homeOf(machine, user)}/.gitconfig`) ?? '';
}

async function clone(call: Call, words: readonly string[]): Promise<Outcome> {
  const { machine, line, signal, user } = call;
  const [url = '', into = ''] = words.slice(-2);
  line(`Cloning into '${into}'...`);
  if (!gitConfig(call).includes('gh auth git-credential'))
    return {
      exitCode: 128,
      stderr: `fatal: could not read Username for '${new URL(url).origin}': terminal prompts disabled\n`,
    };
  for (let percent = 0; percent <= 100; percent += 5) {
    line(`Receiving objects: ${String(percent).padStart(3)}% (${percent * 17}/1700), ${percent / 4} MiB`);
    await machine.wait(400, signal);
    if (signal?.aborted) return { exitCode: 143 };
  }
  const owner = `${user}:${user}`;
  for (const [name, content] of Object.entries(CHECKOUT))
    machine.files.put(`${into}/${name}`, content, { owner });
  machine.files.put(`${into}/.git/config`, `[remote "origin"]\n\turl = ${url}\n`, { owner });
  return { exitCode: 0 };
}

const print = (value: string | undefined): Outcome =>
  value === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: `${value}\n` };

const headOf = ({ machine }: Call, folder: string) =>
  machine.files.read(`${folder}/.git/refs/heads/main`)?.trim();

async function fetched({ machine, user, signal }: Call, folder: string): Promise<Outcome> {
  await machine.wait(2_500, signal);
  machine.files.put(`${folder}/.git/refs/remotes/origin/main`, `${NEWEST.commit}\n`, {
    owner: `${user}:${user}`,
  });
  return { exitCode: 0 };
}

/** Of 'origin/main^{commit}', of 'HEAD', of a commit itself. */
function commitOf(call: Call, folder: string, name: string): string | undefined {
  const plain = name.replace('^{commit}', '');
  if (plain === 'HEAD' || plain === 'main') return headOf(call, folder);
  if (plain === 'origin/main')
    return call.machine.files.read(`${folder}/.git/refs/remotes/origin/main`)?.trim();
  return RELEASES.find(({ commit }) => commit === plain)?.commit;
}

/** 'A..HEAD': how many commits HEAD has that A does not have. Nobody works in this checkout. */
function countOf(call: Call, folder: string, range: string): string {
  const [from = '', to = ''] = range.split('..').map((name) => commitOf(call, folder, name) ?? '');
  return from === CLONED.commit && to === NEWEST.commit ? `${NEWS.length}` : '0';
}

function shown(what: string): string | undefined {
  const [commit, path] = what.split(':');
  const release = RELEASES.find((one) => one.commit === commit);
  return release === undefined || path !== 'pyproject.toml'
    ? undefined
    : pyproject(release.version).trimEnd();
}

/** The working tree and the branch are those of a commit from then on. */
function switchTo(call: Call, folder: string, words: readonly string[]): Outcome {
  const release = RELEASES.find(({ commit }) => commit === words.at(-1));
  if (release === undefined) throw new NotRehearsed(`git ${call.args.join(' ')}`);
  const owner = `${call.user}:${call.user}`;
  call.machine.files.put(`${folder}/pyproject.toml`, pyproject(release.version), { owner });
  call.machine.files.put(`${folder}/.git/refs/heads/main`, `${release.commit}\n`, { owner });
  return { exitCode: 0 };
}

function status(call: Call, folder: string): Outcome {
  const { machine } = call;
  if (!machine.files.exists(`${folder}/.git/HEAD`))
    return {
      exitCode: 128,
      stderr: 'fatal: not a git repository (or any of the parent directories): .git\n',
    };
  const lines = [
    `branch.oid ${headOf(call, folder) ?? CLONED.commit}`,
    'branch.head main',
    'branch.upstream origin/main',
    `branch.ab +0 -${commitOf(call, folder, 'origin/main') === headOf(call, folder) ? 0 : NEWS.length}`,
  ];
  return { exitCode: 0, stdout: lines.map((line) => `# ${line}\n`).join('') };
}

/** `git config --get`: of the checkout, or of the user. Exit code 1: not set. */
function config(call: Call, folder: string, key: string | undefined): Outcome {
  const value =
    key === 'remote.origin.url'
      ? /url = (.*)/.exec(call.machine.files.read(`${folder}/.git/config`) ?? '')?.[1]
      : key === 'credential.https://github.com.helper'
        ? /helper = (.*)/.exec(gitConfig(call))?.[1]
        : undefined;
  return value === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: `${value}\n` };
}
