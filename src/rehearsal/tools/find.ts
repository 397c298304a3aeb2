import { type Machine, NotRehearsed, type Outcome, type Tool } from '../machine.ts';
import { openers } from './processes.ts';

/** A command with another user's rights: only find is asked so. */
export const setpriv: Tool = (call) => {
  const [program, ...args] = call.args.slice(call.args.indexOf('--') + 1);
  if (program !== 'find') throw new NotRehearsed(`setpriv ${call.args.join(' ')}`);
  return find({ ...call, program, args });
};

/** The questions that are asked with find. */
export const find: Tool = ({ machine, args, user }) => {
  const after = (word: string) => args[args.lastIndexOf(word) + 1] ?? '';
  if (args.includes('-maxdepth') && args.includes('%U %u %p\\n')) return owners(machine, args);
  // pip in memory notes nothing beside the code.
  if (args.includes('*.egg-info') && args.includes('rm')) return { exitCode: 0 };
  // Packages in memory have no files.
  if (args.includes('REQUESTED')) return { exitCode: 0, stdout: '' };
  if (args.includes('-lname')) return { exitCode: 0, stdout: openers(machine, after('-lname')) };
  if (args.includes('-user') && args.includes('-quit'))
    return foreignFile(
      machine,
      args[0] ?? '',
      after('-user'),
      args.includes('-prune') ? after('-path') : undefined,
    );
  if (args.includes('-print0')) return writableByAll(machine, args.slice(0, args.indexOf('-xdev')));
  if (args.includes('-readable')) return access(machine, user, args[1] ?? '', after('-path'));
  throw new NotRehearsed(`find ${args.join(' ')}`);
};

/** Whose each of the named files is. */
function owners(machine: Machine, args: readonly string[]): Outcome {
  const stats = args
    .slice(0, args.indexOf('-maxdepth'))
    .map((path) => ({ path, stat: machine.files.stat(path) }));
  const lines = stats.flatMap(({ path, stat }) =>
    stat === undefined ? [] : [`${stat.uid} ${stat.owner} ${path}\n`],
  );
  return { exitCode: Number(lines.length < stats.length), stdout: lines.join('') };
}

/** The first file below a folder that belongs to somebody else; `pruned` is not entered. */
function foreignFile(machine: Machine, folder: string, user: string, pruned: string | undefined): Outcome {
  const found = machine.files
    .below(folder)
    .filter((path) => pruned === undefined || (path !== pruned && !path.startsWith(`${pruned}/`)))
    .find((path) => machine.files.stat(path)?.owner !== user);
  return { exitCode: 0, stdout: found === undefined ? '' : `${found}\0` };
}

/** What a user may do with a folder (depth 0) and a file in it (depth 1): '0rwx', '1rw'. */
function access(machine: Machine, user: string, folder: string, file: string): Outcome {
  const lines = [folder, file].map((path, depth) => {
    const stat = machine.files.stat(path);
    if (stat === undefined) return '';
    const bits = stat.owner === user ? stat.mode >> 6 : stat.mode;
    return `\n${depth}${bits & 4 ? 'r' : ''}${bits & 2 ? 'w' : ''}${bits & 1 ? 'x' : ''}`;
  });
  return { exitCode: 0, stdout: lines.join('') };
}

/** What everybody may write below some folders. */
function writableByAll(machine: Machine, folders: readonly string[]): Outcome {
  const open = folders
    .flatMap((folder) => machine.files.below(folder))
    .filter((path) => {
      const stat = machine.files.stat(path);
      return stat !== undefined && stat.kind !== 'symlink' && (stat.mode & 0o1002) === 0o0002;
    });
  return { exitCode: 0, stdout: open.map((path) => `${path}\0`).join('') };
}
