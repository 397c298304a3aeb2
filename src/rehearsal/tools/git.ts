import { type Call, homeOf, NotRehearsed, type Outcome, type Tool } from '../machine.ts';

const PYPROJECT = `[project]
name = "hermes-agent"
version = "0.19.0"
requires-python = ">=3.11,<3.14"
dependencies = ["httpx", "openai", "pydantic", "pyyaml", "rich"]

[project.optional-dependencies]
anthropic = ["anthropic"]
homeassistant = ["aiohttp"]
`;

const COMMIT = '303c0adfc65edc656fd8ae59cf4d4cf53fec1622';

/** What the steps look at in a checkout of Hermes. */
const CHECKOUT: Readonly<Record<string, string>> = {
  'pyproject.toml': PYPROJECT,
  'hermes_cli/config.py': '    "_config_version": 33,\n',
  '.git/HEAD': 'ref: refs/heads/main\n',
  '.git/logs/HEAD': `${'0'.repeat(40)} ${COMMIT} clone\n`,
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

function status({ machine }: Call, folder: string): Outcome {
  if (!machine.files.exists(`${folder}/.git/HEAD`))
    return {
      exitCode: 128,
      stderr: 'fatal: not a git repository (or any of the parent directories): .git\n',
    };
  const lines = [
    `branch.oid ${COMMIT}`,
    'branch.head main',
    'branch.upstream origin/main',
    'branch.ab +0 -0',
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
