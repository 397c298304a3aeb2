import { type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { folderProgram } from './folders.ts';

/** The packages that Hermes 0.19 needs, enough of them for a visible progress. */
const WHEELS = [
  'aiohttp',
  'anthropic',
  'certifi',
  'croniter',
  'cryptography',
  'httpx',
  'jinja2',
  'openai',
  'prompt_toolkit',
  'pydantic',
  'pyyaml',
  'requests',
  'rich',
  'tenacity',
];

const HERMES_VERSION = '0.19.0';

/** Which venv an interpreter belongs to; undefined for the system's. */
function venvOf(program: string): string | undefined {
  const prefix = /^(.*)\/bin\/python[\d.]*$/.exec(program)?.[1];
  return prefix === undefined || /^\/usr(\/local)?$/.test(prefix) ? undefined : prefix;
}

/** What pip writes last of all when it has installed Hermes. */
const installRecord = (venv: string) =>
  `${venv}/lib/python3.12/site-packages/hermes_agent-${HERMES_VERSION}.dist-info/RECORD`;

function isWhole(machine: Machine, venv: string): boolean {
  return machine.files.exists(installRecord(venv));
}

const noModule: Outcome = { exitCode: 1, stderr: "ModuleNotFoundError: No module named 'hermes_cli'\n" };

/** Python of the system or of a venv, for what the steps do with it. */
export const python: Tool = (call) => {
  const { program, args, input, machine } = call;
  const folders = folderProgram(call);
  if (folders !== undefined) return folders;
  const venv = venvOf(program);
  const words = args.filter((arg) => !/^-[BI]$/.test(arg)).join(' ');
  if (words === '--version') return { exitCode: 0, stdout: 'Python 3.12.3\n' };
  if (words.startsWith('-m venv ')) return makeVenv(call, args.at(-1) ?? '');
  if (words.startsWith('- give ') && input.includes('# otto-install: paperclip-data')) {
    const [folder = '', uid = '', gid = ''] = args.slice(-3);
    machine.files.change(folder, { owner: `${uid}:${gid}`, mode: 0o700 });
    machine.files.change(folder, { owner: `${uid}:${gid}` }, true);
    return { exitCode: 0 };
  }
  if (venv !== undefined) {
    if (/^-m pip .*\binstall\b/.test(words)) return pipInstall(call, venv);
    if (words === '-m hermes_cli.main --help' || words.startsWith('-c import '))
      return isWhole(machine, venv) ? { exitCode: 0, stdout: 'usage: hermes [-h]\n' } : noModule;
    if (words.startsWith('- ') && input.startsWith('# otto-install: what a venv holds'))
      return probe(machine, venv);
  }
  throw new NotRehearsed(`${program} ${args.join(' ')}`);
};

async function makeVenv({ machine, user, signal }: Call, venv: string): Promise<Outcome> {
  if (!machine.packages.has('python3-venv'))
    return {
      exitCode: 1,
      stderr: 'The virtual environment was not created successfully because ensurepip is not available.\n',
    };
  await machine.wait(6000, signal);
  if (signal?.aborted) return { exitCode: 143 };
  machine.files.put(`${venv}/bin/python`, '', { mode: 0o755, owner: `${user}:${user}` });
  return { exitCode: 0 };
}

async function pipInstall({ machine, user, line, signal }: Call, venv: string): Promise<Outcome> {
  for (const name of WHEELS) {
    line(`Collecting ${name}`);
    await machine.wait(1200, signal);
    line(`  Downloading ${name}-1.0-py3-none-any.whl`);
    await machine.wait(1200, signal);
    if (signal?.aborted) return { exitCode: 143 };
  }
  line(`Installing collected packages: ${[...WHEELS, 'hermes-agent'].join(', ')}`);
  await machine.wait(12_000, signal);
  if (signal?.aborted) return { exitCode: 143 };
  line(
    `Successfully installed ${WHEELS.map((name) => `${name}-1.0`).join(' ')} hermes-agent-${HERMES_VERSION}`,
  );
  machine.files.put(installRecord(venv), '', { owner: `${user}:${user}` });
  return { exitCode: 0 };
}

/** The answer of the script in src/system/python/venv.ts. */
function probe(machine: Machine, venv: string): Outcome {
  const whole = isWhole(machine, venv);
  const result = {
    python: '3.12.3',
    pip: true,
    installed: whole ? HERMES_VERSION : null,
    source: whole ? venv.replace(/\/venv$/, '') : null,
    missing: [],
    halfWritten: [],
    setAside: [],
    unimportable: whole ? [] : [{ module: 'aiohttp', why: "ModuleNotFoundError: No module named 'aiohttp'" }],
  };
  return { exitCode: 0, stdout: `${JSON.stringify(result)}\n` };
}
