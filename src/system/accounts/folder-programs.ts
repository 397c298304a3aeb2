import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Argv } from '../../host/host.ts';
import { template } from '../templates.ts';

/**
 * What root must do below a folder of another user and that user cannot: programs of templates/folders, which work from
 * a descriptor and never by path.
 */
type Program = 'give-back' | 'remove' | 'measure';

/** A command that is such a program. */
interface FolderProgram {
  readonly argv: Argv;
  readonly input: string;
}

/** The name comes first among its arguments, for people who read the plan. */
const program = (name: Program, ...words: readonly string[]): FolderProgram => ({
  argv: ['python3', '-I', '-', name, ...words],
  input: String(
    template(`folders/${name}.py`, chapters('backup/descriptors', 'backup/trees', 'folders/tree')),
  ),
});

const chapters = (...names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name.replace(/^.*\//, ''), template(`${name}.py`, {})]));

const run = (
  { argv, input }: FolderProgram,
  purpose: string,
  timeoutMs: number,
  knownFailures: readonly KnownFailure[] = [],
): Command => command(argv, purpose, { input, timeoutMs, knownFailures: [...knownFailures, CHANGED] });

const CHANGED: KnownFailure = {
  pattern: 'is a link that not only root can have made|is a link or a file where a folder has to be',
  reason:
    'A user who can write there has put a link where a folder should be. Root does not follow it: it could lead anywhere.',
  next: 'Replace the link with the folder itself, then look again.',
};

const LEFT_ALONE: KnownFailure = {
  pattern: 'Left alone',
  reason:
    'Some files of another user were left as they are: a hard link, a device, or something on another disk may belong to the system.',
  next: 'The lines above name them. Delete those that nobody needs, or change their owner by hand, then look again.',
};

/**
 * Gives everything that does not belong to a user to that user: these paths, or everything `below` them, too. `owner`
 * is 'user:group', by name or by number.
 */
export const giveBack = (
  owner: string,
  paths: readonly string[],
  purpose: string,
  { below = true, timeoutMs = 60_000 }: { readonly below?: boolean; readonly timeoutMs?: number } = {},
): Command =>
  run(program('give-back', owner, below ? 'below' : 'itself', ...paths), purpose, timeoutMs, [LEFT_ALONE]);

/** Removes files, and folders with their contents, whoever owns them. Does no harm when they are gone. */
export const removeFolders = (paths: readonly string[], purpose: string, timeoutMs = 10 * 60_000): Command =>
  run(program('remove', ...paths), purpose, timeoutMs);

/** Prints {@link Measure} as JSON. */
export const measureFolder = (path: string): FolderProgram => program('measure', path);
