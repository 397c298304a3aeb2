import { findContainer, openContainer, sendInside } from '../containers.ts';
import {
  type Call,
  type Container,
  type Machine,
  NotRehearsed,
  type Outcome,
  type Tool,
} from '../machine.ts';
import { fetchFrom, Unreachable } from '../network.ts';
import { backUp } from './data/backups.ts';
import { docker as dockerTool } from './docker.ts';
import { fileTools } from './files.ts';
import { configured } from './web/curl.ts';

/** `sh -s -- …`: the scripts of templates, by the name in their first line. */
const SCRIPTS: Readonly<Record<string, (call: Call, args: readonly string[]) => Outcome | Promise<Outcome>>> =
  {
    'wait-for-answer': waitForAnswer,
    'ask-authority': askAuthority,
    'inside-network': insideNetwork,
    'recreate-container': recreateContainer,
    'start-again': startAgain,
    'container-unless-gone': containerUnlessGone,
    'keep-file': keepFile,
    'put-away': putAway,
    'keep-program': keepProgram,
    'venv-back': venvBack,
    'keep-files': keepFiles,
    'start-once': startOnce,
    // There is no log and no journal in a rehearsal.
    'forget-state': (call, args) => removeFolder(call, args.slice(0, 1)),
  };

const sh: Tool = (call) => {
  const [flag, , ...args] = call.args;
  const name = /^# otto-install: ([a-z-]+)/.exec(call.input)?.[1] ?? '';
  const script = flag === '-s' ? SCRIPTS[name] : undefined;
  if (script === undefined) throw new NotRehearsed(`sh ${call.args.join(' ')}`);
  return script(call, args);
};

async function askAuthority({ machine }: Call, [url = '']: readonly string[]): Promise<Outcome> {
  const answer = await fetchFrom(machine, url, { timeoutMs: 30_000 });
  return answer.ok ? { exitCode: 0 } : { exitCode: 1, stderr: 'curl: (28) there was no answer\n' };
}

async function waitForAnswer({ machine, signal }: Call, args: readonly string[]): Promise<Outcome> {
  const [name = '', url = '', expected = '', patience = '0'] = args;
  const until = machine.now() + Number(patience) * 1000;
  while (machine.now() < until && signal?.aborted !== true) {
    const body = url.startsWith('inside:')
      ? await bodyInside(findContainer(machine, name), url.slice('inside:'.length))
      : await bodyOf(machine, url);
    if (body.includes(expected)) return { exitCode: 0, stdout: `${name} answers\n` };
    await machine.wait(1_000, signal);
  }
  return { exitCode: signal?.aborted === true ? 143 : 1, stderr: `${name} did not answer\n` };
}

async function bodyOf(machine: Machine, url: string): Promise<string> {
  const answer = await fetchFrom(machine, url, { timeoutMs: 5_000 });
  return answer.ok ? answer.body : '';
}

async function bodyInside(container: Container | undefined, url: string): Promise<string> {
  if (container === undefined) return '';
  try {
    const request = { method: 'GET', url: new URL(url), headers: {}, body: '', from: 'droplet' } as const;
    return (await sendInside(container, request)).body;
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    return '';
  }
}

/** The request is in the script, between the marks. */
async function insideNetwork({ machine, input }: Call, [name = '']: readonly string[]): Promise<Outcome> {
  const container = findContainer(machine, name);
  if (container?.running !== true) return { exitCode: 1, stderr: `The container ${name} does not run.\n` };
  const [, request = ''] = /<<'END-OF-REQUEST'\n([\s\S]*)\nEND-OF-REQUEST\n$/.exec(input) ?? [];
  return configured({ machine, input: request }, (asked) => sendInside(container, asked));
}

/** The new one always answers here, so the old one only has to go. */
async function recreateContainer(call: Call, args: readonly string[]): Promise<Outcome> {
  const [name = '', patience = '', url = '', expected = '', , ...words] = args;
  const docker = (...more: readonly string[]) => dockerTool({ ...call, args: more });
  await docker('stop', '-t', '60', name);
  await docker('rm', '-f', name);
  const made = await docker('run', ...words);
  return made.exitCode === 0 ? waitForAnswer(call, [name, url, expected, patience]) : made;
}

async function startAgain(call: Call, [name = '']: readonly string[]): Promise<Outcome> {
  const { machine } = call;
  const container = findContainer(machine, name);
  if (container === undefined) return { exitCode: 1, stderr: `No such container: ${name}\n` };
  if (container.running) await dockerTool({ ...call, args: ['stop', '-t', '60', name] });
  await machine.wait(800);
  if (!container.running) openContainer(machine, container);
  return { exitCode: 0, stdout: `${name}\n` };
}

async function containerUnlessGone(call: Call, args: readonly string[]): Promise<Outcome> {
  const [what = '', name = '', before = ''] = args;
  const there = (one: string) => findContainer(call.machine, one) !== undefined;
  const docker = (...words: readonly string[]) => dockerTool({ ...call, args: words });
  const well: Outcome = { exitCode: 0 };
  if (what === 'put-back') return there(name) || !there(before) ? well : docker('rename', before, name);
  if (!there(name) || (what === 'remove-new' && !there(before))) return well;
  if (what === 'policy') return docker('update', '--restart', before, name);
  return what === 'stop' ? docker('stop', '-t', '60', name) : docker('rm', '-f', name);
}

function keepFile(call: Call, [what = '', file = '', copy = '']: readonly string[]): ReturnType<Tool> {
  const [from, to] = what === 'keep' ? [file, copy] : [copy, file];
  if (what === 'put-back' && !call.machine.files.exists(from)) return { exitCode: 0 };
  return fileTools.cp({ ...call, args: ['-p', '--', from, to] });
}

function putAway({ machine }: Call, [from = '', to = '']: readonly string[]): Outcome {
  if (machine.files.exists(from)) {
    machine.files.makeDirectory(to.slice(0, to.lastIndexOf('/')), { mode: 0o700 });
    machine.files.move(from, to);
  }
  return { exitCode: 0 };
}

/** The copy stays until the operation is over. */
function venvBack({ machine }: Call, [kept = '', venv = '']: readonly string[]): Outcome {
  if (!machine.files.exists(kept)) return { exitCode: 0 };
  machine.files.remove(venv);
  machine.files.copy(kept, venv);
  return { exitCode: 0 };
}

/** Each file beside itself; one that was not there is away again afterwards. */
function keepFiles({ machine: { files } }: Call, [what = '', ...paths]: readonly string[]): Outcome {
  for (const path of paths) {
    const copy = `${path}.kept`;
    if (what === 'keep' && files.exists(path)) files.copy(path, copy);
    if (what === 'put-back') {
      files.remove(path);
      files.copy(copy, path);
    }
    if (what === 'forget') files.remove(copy);
  }
  return { exitCode: 0 };
}

/** Only the service of the night: it runs the program that its unit names. */
async function startOnce(call: Call, [service = '']: readonly string[]): Promise<Outcome> {
  const unit = call.machine.files.read(`/etc/systemd/system/${service}`) ?? '';
  const program = /^ExecStart=\S+ (?:-I )?(\S+\.py)/m.exec(unit)?.[1];
  const input = call.machine.files.read(program ?? '');
  if (input === undefined) throw new NotRehearsed(`start-once ${service}`);
  return backUp({ ...call, input }, 'make');
}

/** Only its list of checksums: nothing runs it here. */
function keepProgram({ machine, input }: Call, [, , to = '']: readonly string[]): Outcome {
  const [, list = ''] = /<<'END-OF-LIST'\n([\s\S]*)\nEND-OF-LIST\n/.exec(input) ?? [];
  machine.files.makeDirectory(to);
  machine.files.put(`${to}/SHA256SUMS`, `${list}\n`, { mode: 0o644, owner: 'root:root' });
  return { exitCode: 0 };
}

function removeFolder({ machine }: Call, paths: readonly string[]): Outcome {
  for (const path of paths) machine.files.remove(path);
  return { exitCode: 0 };
}

export const shellTools = { sh } satisfies Record<string, Tool>;
