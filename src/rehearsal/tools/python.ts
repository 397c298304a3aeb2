import { type Call, type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { backupProgram } from './data/backups.ts';
import { folderProgram } from './data/folders.ts';
import { paperclipData } from './data/paperclip-data.ts';

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

/** Which venv an interpreter belongs to; undefined for the system's. */
function venvOf(program: string): string | undefined {
  const prefix = /^(.*)\/bin\/python[\d.]*$/.exec(program)?.[1];
  return prefix === undefined || /^\/usr(\/local)?$/.test(prefix) ? undefined : prefix;
}

const PACKAGES = 'lib/python3.12/site-packages';

/** What pip writes last of all when it has installed Hermes, with the version that it had. */
const installRecord = (venv: string, version: string) =>
  `${venv}/${PACKAGES}/hermes_agent-${version}.dist-info/RECORD`;

/** The Hermes that a venv holds; undefined when there is none, or half of one. */
function installedIn(machine: Machine, venv: string): string | undefined {
  const found = machine.files
    .below(`${venv}/${PACKAGES}`)
    .map((path) => /\/hermes_agent-([\d.]+)\.dist-info\/RECORD$/.exec(path)?.[1]);
  return found.find((version) => version !== undefined);
}

/** The version of the code that is beside a venv. */
const codeBeside = (machine: Machine, venv: string): string =>
  /^version = "(.*)"$/m.exec(
    machine.files.read(`${venv.replace(/\/venv$/, '')}/pyproject.toml`) ?? '',
  )?.[1] ?? '0.19.0';

const noModule: Outcome = { exitCode: 1, stderr: "ModuleNotFoundError: No module named 'hermes_cli'\n" };

/** Python of the system or of a venv, for what the steps do with it. */
export const python: Tool = (call) => {
  const { program, args, input, machine } = call;
  const folders = folderProgram(call);
  if (folders !== undefined) return folders;
  const backup = backupProgram(call);
  if (backup !== undefined) return backup;
  const venv = venvOf(program);
  const words = args.filter((arg) => !/^-[BI]$/.test(arg)).join(' ');
  if (words === '--version') return { exitCode: 0, stdout: 'Python 3.12.3\n' };
  if (words.startsWith('-m venv ')) return makeVenv(call, args.at(-1) ?? '');
  if (input.includes('# otto-install: paperclip-data')) return paperclipData(call);
  // What is in memory is whole.
  if (input.startsWith('# otto-install: hermes-databases')) return { exitCode: 0, stdout: '[]\n' };
  if (venv !== undefined) {
    if (/^-m pip .*\binstall\b/.test(words)) return pipInstall(call, venv);
    if (words === '-m hermes_cli.main --help' || words.startsWith('-c import '))
      return installedIn(machine, venv) !== undefined
        ? { exitCode: 0, stdout: 'usage: hermes [-h]\n' }
        : noModule;
    // Its configuration is ours, and fits.
    if (words === '-' && input.startsWith('# otto-install: hermes-config-check')) return { exitCode: 0 };
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
  const version = codeBeside(machine, venv);
  const before = installedIn(machine, venv);
  line(`Successfully installed ${WHEELS.map((name) => `${name}-1.0`).join(' ')} hermes-agent-${version}`);
  if (before !== undefined) machine.files.remove(installRecord(venv, before));
  machine.files.put(installRecord(venv, version), '', { owner: `${user}:${user}` });
  return { exitCode: 0 };
}

/** The answer of the script in src/system/python/venv.ts. */
function probe(machine: Machine, venv: string): Outcome {
  const version = installedIn(machine, venv);
  const whole = version !== undefined;
  const result = {
    python: '3.12.3',
    pip: true,
    installed: version ?? null,
    source: whole ? venv.replace(/\/venv$/, '') : null,
    missing: [],
    halfWritten: [],
    setAside: [],
    unimportable: whole ? [] : [{ module: 'aiohttp', why: "ModuleNotFoundError: No module named 'aiohttp'" }],
  };
  return { exitCode: 0, stdout: `${JSON.stringify(result)}\n` };
}
