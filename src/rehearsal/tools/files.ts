import { NotRehearsed, type Tool } from '../machine.ts';
import { find, setpriv } from './find.ts';

const plain = (args: readonly string[]) => args.filter((arg) => !arg.startsWith('-'));
const isDeep = (args: readonly string[]) =>
  args.some((arg) => arg === '--recursive' || /^-\w*[rR]/.test(arg));

/** The value of `--name=value`, `-x value` or `--name value`. */
function option(args: readonly string[], ...names: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    for (const name of names) {
      if (arg === name) return args[index + 1];
      if (name.startsWith('--') && arg.startsWith(`${name}=`)) return arg.slice(name.length + 1);
    }
  }
  return undefined;
}

const mkdir: Tool = ({ machine, args, user }) => {
  const mode = option(args, '-m', '--mode');
  for (const path of plain(args).filter((arg) => arg !== mode)) {
    machine.files.makeDirectory(path, {
      owner: `${user}:${user}`,
      ...(mode ? { mode: Number.parseInt(mode, 8) } : {}),
    });
  }
  return { exitCode: 0 };
};

/** Only `install -d`: makes folders with owner and mode. */
const install: Tool = ({ machine, args, user }) => {
  if (!args.some((arg) => arg === '--directory' || arg === '-d'))
    throw new NotRehearsed(`install ${args.join(' ')}`);
  const mode = option(args, '-m', '--mode');
  const owner = option(args, '-o', '--owner') ?? user;
  const group = option(args, '-g', '--group') ?? owner;
  const values = [mode, owner, group];
  for (const path of plain(args).filter((arg) => arg.startsWith('/') && !values.includes(arg))) {
    const options = { owner: `${owner}:${group}`, ...(mode ? { mode: Number.parseInt(mode, 8) } : {}) };
    machine.files.makeDirectory(path, options);
    machine.files.change(path, options);
  }
  return { exitCode: 0 };
};

const chown: Tool = ({ machine, args }) => {
  const [owner = '', ...paths] = plain(args);
  for (const path of paths) machine.files.change(path, { owner }, isDeep(args));
  return { exitCode: 0 };
};

const chmod: Tool = ({ machine, args }) => {
  const [mode = '', ...paths] = plain(args);
  if (!/^[0-7]+$/.test(mode)) throw new NotRehearsed(`chmod ${mode}`);
  for (const path of paths) machine.files.change(path, { mode: Number.parseInt(mode, 8) }, isDeep(args));
  return { exitCode: 0 };
};

const rm: Tool = ({ machine, args }) => {
  for (const path of plain(args)) machine.files.remove(path);
  return { exitCode: 0 };
};

/** Only `rmdir --ignore-fail-on-non-empty`. */
const rmdir: Tool = ({ machine, args }) => {
  for (const path of plain(args))
    if ((machine.files.list(path) ?? []).length === 0) machine.files.remove(path);
  return { exitCode: 0 };
};

const mv: Tool = ({ machine, args }) => {
  const [from = '', to = ''] = plain(args);
  if (!machine.files.exists(from))
    return { exitCode: 1, stderr: `mv: cannot stat '${from}': No such file or directory\n` };
  machine.files.move(from, to);
  return { exitCode: 0 };
};

/** Only `cp -a -- FROM TO`, and `cp -p` of one file. */
const cp: Tool = async ({ machine, args, signal }) => {
  const [from = '', to = ''] = plain(args);
  if (args.includes('-a') && machine.files.exists(from)) {
    await machine.wait(3_000, signal);
    machine.files.copy(from, to);
    return { exitCode: 0 };
  }
  const [content, stat] = [machine.files.read(from), machine.files.stat(from)];
  if (!args.includes('-p') || stat?.kind === 'directory') throw new NotRehearsed(`cp ${args.join(' ')}`);
  if (content === undefined || stat === undefined)
    return { exitCode: 1, stderr: `cp: cannot stat '${from}': No such file or directory\n` };
  machine.files.put(to, content, { mode: stat.mode, owner: `${stat.owner}:${stat.group}` });
  return { exitCode: 0 };
};

const ln: Tool = ({ machine, args }) => {
  const [target = '', path = ''] = plain(args);
  machine.files.link(path, target);
  return { exitCode: 0 };
};

/** What a link says, not where that leads to in the end. */
const readlink: Tool = ({ machine, args }) => {
  const target = machine.files.target(plain(args)[0] ?? '');
  return target === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: `${target}\n` };
};

/** Whether a user may do that with a path: by owner, else by the bits of others. */
const test: Tool = ({ machine, args: [check, path = ''], user }) => {
  const stat = machine.files.stat(machine.files.follow(path));
  const bit = { '-r': 4, '-w': 2, '-x': 1 }[check ?? ''];
  if (stat === undefined) return { exitCode: 1 };
  if (bit === undefined) return { exitCode: check === '-d' ? Number(stat.kind !== 'directory') : 0 };
  const shift = stat.owner === user ? 6 : 0;
  return { exitCode: user === 'root' || (stat.mode >> shift) & bit ? 0 : 1 };
};

/** Lines of a file that match; only `grep -m1 -hoE`. */
const grep: Tool = ({ machine, args }) => {
  const [pattern = '', path = ''] = plain(args);
  if (!args.includes('-hoE')) throw new NotRehearsed(`grep ${args.join(' ')}`);
  const text = machine.files.read(path);
  if (text === undefined) return { exitCode: 2, stderr: `grep: ${path}: No such file or directory\n` };
  const found = new RegExp(pattern).exec(text)?.[0];
  return found === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: `${found}\n` };
};

/** The end of files, or of a process: `tail --pid=N -f /dev/null` waits until it is gone. */
const tail: Tool = async ({ machine, args, input, signal }) => {
  const pid = args.map((arg) => /^--pid=(\d+)$/.exec(arg)?.[1]).find((found) => found !== undefined);
  while (pid !== undefined && machine.processes.has(Number(pid)) && !signal?.aborted)
    await machine.wait(1000, signal);
  const start = /^\+(\d+)$/.exec(option(args, '-c') ?? '')?.[1];
  const paths = args.filter((arg) => arg.startsWith('/') && arg !== '/dev/null');
  const texts = paths.length === 0 ? [input] : paths.map((path) => machine.files.read(path));
  const stdout = texts.join('').slice(start === undefined ? 0 : Number(start) - 1);
  return { exitCode: texts.includes(undefined) ? 1 : 0, stdout };
};

/** A file's lines, the last one first. */
const tac: Tool = ({ machine, args, input }) => {
  const [path] = plain(args);
  const text = path === undefined ? input : machine.files.read(path);
  if (text === undefined)
    return { exitCode: 1, stderr: `tac: failed to open '${path}': No such file or directory\n` };
  const lines = text.split('\n').filter((line) => line !== '');
  return {
    exitCode: 0,
    stdout: lines
      .toReversed()
      .map((line) => `${line}\n`)
      .join(''),
  };
};

/** Only `sha256sum --check`: nothing damages a file here. */
const sha256sum: Tool = ({ machine, args, cwd }) => ({
  exitCode: machine.files.exists(`${cwd}/${plain(args)[0]}`) ? 0 : 1,
});

/** Only `openssl dgst -sha256 -r FILE…`: what the list beside them says, as nothing damages a file here. */
const openssl: Tool = ({ machine, cwd }) => {
  const list = machine.files.read(`${cwd}/SHA256SUMS`);
  return list === undefined ? { exitCode: 1 } : { exitCode: 0, stdout: list };
};

/** What is in memory is never lost here. */
const sync: Tool = () => ({ exitCode: 0 });

export const fileTools = {
  sync,
  tac,
  sha256sum,
  openssl,
  grep,
  find,
  tail,
  mkdir,
  install,
  chown,
  setpriv,
  chmod,
  rm,
  rmdir,
  mv,
  cp,
  ln,
  readlink,
  test,
} satisfies Record<string, Tool>;
