import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, wordsFor } from './file-words.ts';
import { HostError } from './host.ts';
import { folderAt, isTrusted, walk } from './walk.ts';

/**
 * Lends a folder of our own, as a path that leads to this very one as long as `use` is running; makes it, 0700, and those above
 * it, when it is not there. Throws HostError when somebody else could put something into it, so that what is opened in it by its
 * name is ours.
 */
export async function inPrivateFolder<Result>(
  path: string,
  use: (place: string) => Promise<Result> | Result,
): Promise<Result> {
  make(path);
  const walked = walk(path, 'follow');
  if (walked.kind === 'diverted') throw notOurs(path);
  try {
    const folder = folderAt(walked);
    if (folder === undefined) throw new HostError(`${path} could not be used: there is a file of that name`);
    if (!isTrusted(folder.stat.uid) || (folder.stat.mode & 0o022) !== 0) throw notOurs(path);
    return await use(`/proc/self/fd/${folder.fd}`);
  } finally {
    walked.close();
  }
}

function make(path: string): void {
  try {
    const walked = walk(path, 'follow');
    if (walked.kind === 'diverted') throw notOurs(path);
    try {
      // Never through a link: when something is there by now it fails.
      if (walked.name !== '' && walked.entry === undefined) mkdirSync(walked.folder.at(walked.name), 0o700);
    } finally {
      walked.close();
    }
  } catch (error) {
    if (error instanceof HostError) throw error;
    if (codeOf(error) === 'EEXIST') return;
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path)
      throw new HostError(`${path} could not be made: ${wordsFor(error)}`, { cause: error });
    make(dirname(path));
    make(path);
  }
}

function notOurs(path: string): HostError {
  return new HostError(
    `${path} cannot be used: others than root may write there. Give it to root, and to root alone.`,
  );
}
