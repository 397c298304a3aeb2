import { type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';

/** The packages that Hermes 0.19 needs, as many as make a progress worth watching. */
const WHEELS = [
  'aiohttp',
  'anthropic',
  'httpx',
  'openai',
  'pydantic',
  'pyyaml',
  'rich',
  'croniter',
  'jinja2',
  'tenacity',
  'prompt_toolkit',
  'requests',
];

/** How far a venv has come; kept in a file of the venv itself. */
const STATE_FILE = 'rehearsed-packages';

function home(call: Call): string {
  return call.machine.users.get(call.user)?.home ?? '/root';
}

/** Which venv an interpreter belongs to; undefined for the system's. */
function venvOf(program: string): string | undefined {
  return /^(.*)\/bin\/python[\d.]*$/.exec(program)?.[1]?.replace(/^\/usr(\/local)?$/, '') || undefined;
}

/** Python of the system or of a venv, for what the steps do with it. */
export const python: Tool = (call) => {
  const { program, args, input, machine } = call;
  const words = args.filter((arg) => !/^-[BI]$/.test(arg));
  if (words[0] === '--version') return { exitCode: 0, stdout: 'Python 3.12.3\n' };
  if (words[0] === '-m' && words[1] === 'venv') return makeVenv(call, words.at(-1) ?? '');
  const venv = venvOf(program);
  if (words[0] === '-m' && words[1] === 'pip' && venv !== undefined) return pipInstall(call, venv);
  if (words[0] === '-m' && words[1] === 'hermes_cli.main' && words[2] === '--help' && venv !== undefined) {
    return isWhole(machine, venv)
      ? { exitCode: 0, stdout: 'usage: hermes\n' }
      : { exitCode: 1, stderr: "ModuleNotFoundError: No module named 'hermes_cli'\n" };
  }
  if (words[0] === '-' && input.startsWith('# otto-install: what a venv holds'))
    return probe(call, venv ?? '');
  throw new NotRehearsed(`${program} ${args.join(' ')}`);
};

async function makeVenv(call: Call, venv: string): Promise<Outcome> {
  if (!call.machine.packages.has('python3-venv'))
    return {
      exitCode: 1,
      stderr: 'The virtual environment was not created successfully because ensurepip is not available.\n',
    };
  await call.machine.wait(6000, call.signal);
  call.machine.files.put(`${venv}/bin/python`, '', { mode: 0o755, owner: `${call.user}:${call.user}` });
  call.machine.files.put(`${venv}/${STATE_FILE}`, '', { owner: `${call.user}:${call.user}` });
  return { exitCode: 0 };
}

async function pipInstall(call: Call, venv: string): Promise<Outcome> {
  const { machine, line, signal } = call;
  for (const name of WHEELS) {
    line(`Collecting ${name}`);
    line(`  Downloading ${name}-1.0-py3-none-any.whl`);
    await machine.wait(1500, signal);
    if (signal?.aborted) return { exitCode: 143 };
  }
  line(`Installing collected packages: ${[...WHEELS, 'hermes-agent'].join(', ')}`);
  await machine.wait(8000, signal);
  if (signal?.aborted) return { exitCode: 143 };
  line(`Successfully installed ${[...WHEELS, 'hermes-agent'].map((name) => `${name}-1.0`).join(' ')}`);
  machine.files.put(`${venv}/${STATE_FILE}`, WHEELS.join('\n'), { owner: `${call.user}:${call.user}` });
  return { exitCode: 0 };
}

function isWhole(machine: Machine, venv: string): boolean {
  return (machine.files.read(`${venv}/${STATE_FILE}`) ?? '') !== '';
}

function probe({ machine }: Call, venv: string): Outcome {
  if (!machine.files.exists(`${venv}/bin/python`)) return { exitCode: 127 };
  const whole = isWhole(machine, venv);
  const result = {
    python: '3.12.3',
    pip: true,
    installed: whole ? '0.19.0' : null,
    source: whole ? venv.replace(/\/venv$/, '') : null,
    missing: [],
    halfWritten: [],
    unimportable: whole
      ? []
      : [{ module: 'hermes_cli', why: "ModuleNotFoundError: No module named 'hermes_cli'" }],
  };
  return { exitCode: 0, stdout: `${JSON.stringify(result)}\n` };
}

const PYPROJECT = `[project]
name = "hermes-agent"
version = "0.19.0"
requires-python = ">=3.11,<3.14"
dependencies = ["httpx", "openai", "pydantic", "pyyaml", "rich"]

[project.optional-dependencies]
anthropic = ["anthropic"]
homeassistant = ["aiohttp"]
`;

/** git, for one private repository: Hermes. */
export const git: Tool = async (call) => {
  const { machine, args, user, line, signal } = call;
  const folder = args[0] === '-C' ? (args[1] ?? '') : call.cwd;
  const [verb, ...rest] = args[0] === '-C' ? args.slice(2) : args;
  switch (verb) {
    case 'clone': {
      const into = rest.at(-1) ?? '';
      const helper = machine.files.read(`${home(call)}/.gitconfig`) ?? '';
      if (!helper.includes('gh auth git-credential'))
        return {
          exitCode: 128,
          stderr: "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n",
        };
      for (const percent of [10, 40, 75, 100]) {
        line(
          `Receiving objects: ${percent}% (${percent * 17}/1700), ${(percent / 4).toFixed(2)} MiB | 4.00 MiB/s`,
        );
        await machine.wait(2000, signal);
        if (signal?.aborted) return { exitCode: 143 };
      }
      const owner = `${user}:${user}`;
      machine.files.makeDirectory(into, { owner });
      for (const [name, content] of Object.entries({
        'pyproject.toml': PYPROJECT,
        '.git/HEAD': 'ref: refs/heads/main\n',
        'hermes_cli/config.py': '    "_config_version": 33,\n',
      })) {
        machine.files.put(`${into}/${name}`, content, { owner });
      }
      return { exitCode: 0 };
    }
    case 'cat-file':
      return { exitCode: machine.files.exists(`${folder}/pyproject.toml`) ? 0 : 128 };
    case 'status':
      return {
        exitCode: 0,
        stdout:
          '# branch.oid 3ef6bbd20000\n# branch.head main\n# branch.upstream origin/main\n# branch.ab +0 -0\n',
      };
    case 'config':
      return config(call, rest);
    default:
      throw new NotRehearsed(`git ${args.join(' ')}`);
  }
};

function config(call: Call, words: readonly string[]): Outcome {
  const key = words.at(-1);
  if (key === 'remote.origin.url')
    return { exitCode: 0, stdout: 'https://github.com/Nucleotto/hermes-agent.git\n' };
  if (key !== 'credential.https://github.com.helper') throw new NotRehearsed(`git config ${words.join(' ')}`);
  const helper = /helper = (.*)/.exec(call.machine.files.read(`${home(call)}/.gitconfig`) ?? '')?.[1];
  return helper === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: `${helper}\n` };
}
