import { lstat, readlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { HostError } from './host.ts';

/** As many links as Linux itself follows (path_resolution(7)). */
const MOST_LINKS = 40;

/** Where a path leads. */
export interface Destination {
  /** The folder at its end, without any link in it. */
  readonly folder: string;
  /** What is in there, or is not there yet. */
  readonly name: string;
  /** Owners (uid) of the links on the way that are neither root nor we. */
  readonly strangers: readonly number[];
}

/**
 * Follows all links in a path, that of its last part too, and notes whose they are. What it finds may be another thing a
 * moment later where somebody else may write: whoever opens it has to see that it is still the same.
 */
export async function follow(path: string): Promise<Destination> {
  const strangers = new Set<number>();
  const ahead = parts(path);
  let folder = '/';
  let links = 0;
  for (let name = ahead.shift(); name !== undefined; name = ahead.shift()) {
    const here = join(folder, name);
    const stat = name === '..' ? undefined : await lstat(here).catch(() => undefined);
    if (stat?.isSymbolicLink() === true) {
      links += 1;
      if (links > MOST_LINKS) throw new HostError(`${path} cannot be used: too many links in a row`);
      if (!isTrusted(stat.uid)) strangers.add(stat.uid);
      const target = await readlink(here);
      if (target.startsWith('/')) folder = '/';
      ahead.unshift(...parts(target));
    } else if (name === '..') folder = dirname(folder);
    else if (ahead.length === 0) return { folder, name, strangers: [...strangers] };
    else folder = here;
  }
  return { folder, name: '', strangers: [...strangers] };
}

/**
 * Throws when strangers' links lead to what is not theirs. Root may do everything everywhere, so such a link could make
 * it read or replace any file: the deploy user, who runs what people ask for in a chat, owns the folders that we write to.
 */
export function refuseStrangers(path: string, strangers: readonly number[], owner: number): void {
  const stranger = strangers.find((uid) => uid !== owner);
  if (stranger === undefined) return;
  throw new HostError(
    `${path} leads through a link of another user (uid ${stranger}) to what does not belong to that user, and root does not follow it. Put the file itself there in place of the link.`,
  );
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

function isTrusted(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}
