import { randomBytes } from 'node:crypto';
import { constants, existsSync, lstatSync } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { reveal, type SecretText } from '../secret/secret.ts';
import type { Accounts } from './accounts.ts';
import { FilesAs, personOf } from './as-user.ts';
import { codeOf, isAbsent, WORDS, wordsFor } from './file-words.ts';
import { type FileStat, HostError, type WriteOptions } from './host.ts';
import { contentOf, namesIn, numbersOf, opened } from './reading.ts';
import { type Diverted, type Folder, folderAt, type OnStep, type Reached, walk } from './walk.ts';

/** A folder on the way is not there. */
const ABSENT = Symbol('absent');

/**
 * Files of this machine, for a root that trusts no folder of another user: every path is walked from / with what is
 * held ({@link walk}), and what is done is done relative to the folder at its end. A link that a user has made is
 * followed with that user's rights alone. Swapping things in between gains nothing: only the user's own files are read
 * and written then.
 */
export class Files {
  readonly #accounts: Accounts;
  readonly #onStep: OnStep | undefined;

  constructor(accounts: Accounts, onStep?: OnStep) {
    this.#accounts = accounts;
    this.#onStep = onStep;
  }

  /** The content as UTF-8; undefined when there is no such file. */
  read(path: string): Promise<string | undefined> {
    return this.#do(path, 'read', 'follow', {
      here: async (reached) => opened(reached, path, (fd, most) => contentOf(fd, path, most), this.#onStep),
      as: (files) => files.read(path),
      absent: undefined,
    });
  }

  /**
   * Lends the file, open for reading, and returns the result of `use`; undefined when there is no such file. Throws
   * HostError where another user's link would must be followed.
   */
  lend<Result>(path: string, use: (fd: number) => Result): Promise<Result | undefined> {
    return this.#do(path, 'read', 'follow', {
      here: async (reached) => opened(reached, path, use, this.#onStep),
      as: () => refuse(path),
      absent: undefined,
    });
  }

  /**
   * Lends the folder as a path that leads to it as long as `use` is running. 'absent': there is none. 'link': the way leads
   * through a link that is not to be followed by root.
   */
  lendFolder<Result>(path: string, use: (place: string) => Result): Promise<Result | 'absent' | 'link'> {
    return this.#do<Result | 'absent' | 'link'>(path, 'entered', 'follow', {
      here: async (reached) => {
        const folder = folderAt(reached);
        return folder === undefined ? 'absent' : use(`/proc/self/fd/${folder.fd}`);
      },
      as: async () => 'link',
      absent: 'absent',
    });
  }

  /**
   * Replaces a file so that at every moment either the old or the new content is there, whole, and with its final owner
   * and permissions. The directory must exist.
   */
  async write(path: string, content: SecretText | Uint8Array, options: WriteOptions): Promise<void> {
    const owner = await ownerIds(options.owner ?? 'root:root', this.#accounts);
    const clear = content instanceof Uint8Array ? content : reveal(content);
    // Never a program that gives away its owner's rights, whatever the mode was taken from.
    const mode = options.mode & 0o777;
    await this.#do(path, 'written', 'follow', {
      here: ({ folder, name, entry }) => {
        if (name === '' || entry?.stat.isDirectory() === true)
          throw new HostError(`${path} could not be written: ${WORDS.EISDIR}`);
        return this.#replace(folder, name, clear, { ...owner, mode });
      },
      as: async (files, user) => {
        if (user.uid !== owner.uid || user.gid !== owner.gid)
          throw new HostError(
            `${path} could not be written: it leads through a link of ${user.name}, and what is written there would belong to ${user.name} instead of ${options.owner ?? 'root:root'}. Put the file or folder itself there in place of the link.`,
          );
        await files.write(path, clear, mode);
      },
    });
  }

  /** What is at the path itself; undefined when there is nothing. */
  async stat(path: string): Promise<FileStat | undefined> {
    const found = await this.#do(path, 'looked at', 'is', {
      here: async ({ folder, name }) => {
        this.#onStep?.(`look at ${name}`);
        return numbersOf(name === '' ? folder.stat : lstatSync(folder.at(name)));
      },
      as: (files) => files.stat(path),
      absent: undefined,
    });
    if (found === undefined) return undefined;
    const { uid, gid } = found;
    const [account, group] = await Promise.all([this.#accounts.account(uid), this.#accounts.group(gid)]);
    return { ...found, owner: account?.name ?? String(uid), group: group?.name ?? String(gid) };
  }

  /** Names in a directory, sorted; undefined when there is none. */
  list(path: string): Promise<readonly string[] | undefined> {
    return this.#do(path, 'listed', 'follow', {
      here: async (reached) => {
        const folder = folderAt(reached);
        this.#onStep?.('list');
        return folder === undefined ? undefined : namesIn(folder, path);
      },
      as: (files) => files.list(path),
      absent: undefined,
    });
  }

  /** Removes what is at the path itself, which must not be a folder; it is fine if nothing is there. */
  remove(path: string): Promise<void> {
    return this.#do(path, 'removed', 'is', {
      here: async ({ folder, name }) => {
        this.#onStep?.(`remove ${name}`);
        await unlink(folder.at(name)).catch((error: unknown) => {
          // On a disk that is read-only Linux says so even of a name that is not there.
          const isThere = lstatSync(folder.at(name), { throwIfNoEntry: false }) !== undefined;
          if (isThere || codeOf(error) !== 'EROFS') throw error;
        });
      },
      as: (files) => files.remove(path),
      absent: undefined,
    });
  }

  /**
   * The user beside root who can change what a path leads to, by name or number; undefined when root alone can. Throws
   * HostError when that is not one user: a folder of a group, or of everybody. What is not there yet could be made by whom
   * the folder above it belongs to.
   */
  async keeper(path: string): Promise<string | undefined> {
    const found = await this.#do<string | undefined | typeof ABSENT>(path, 'looked at', 'follow', {
      here: async (reached) => {
        const { closed, keeper } = folderAt(reached) ?? reached.folder;
        if (closed) return undefined;
        if (keeper === undefined)
          throw new HostError(`${path} cannot be used: several users may change what is there`);
        return (await this.#accounts.account(keeper))?.name ?? String(keeper);
      },
      as: async (_files, { name }) => name,
      absent: ABSENT,
    });
    return found === ABSENT ? this.keeper(dirname(path)) : found;
  }

  async #do<Result>(
    path: string,
    done: string,
    last: 'follow' | 'is',
    ways: {
      readonly here: (reached: Reached) => Promise<Result>;
      readonly as: (files: FilesAs, user: { name: string; uid: number; gid: number }) => Promise<Result>;
      /** What is given back when nothing is there; without it that is an error. */
      readonly absent?: Result;
    },
  ): Promise<Result> {
    try {
      const walked = walk(path, last, this.#onStep);
      if (walked.kind === 'diverted') {
        const user = await this.#personOf(walked, path);
        return await ways.as(new FilesAs(user), user);
      }
      try {
        return await ways.here(walked);
      } finally {
        walked.close();
      }
    } catch (error) {
      if (error instanceof HostError) throw error;
      if ('absent' in ways && isAbsent(error)) return ways.absent as Result;
      throw new HostError(`${path} could not be ${done}: ${wordsFor(error)}`, { cause: error });
    }
  }

  async #personOf({ as }: Diverted, path: string) {
    const person = as === undefined ? undefined : await personOf(this.#accounts, as);
    return person ?? refuse(path);
  }

  async #replace(
    folder: Folder,
    name: string,
    content: string | Uint8Array,
    { uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number },
  ): Promise<void> {
    await removeLeftovers(folder, name);
    const temporary = folder.at(`.${name}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
    try {
      // 'wx' refuses whatever somebody put there; 0600 until owner and permissions are the final ones.
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.chown(uid, gid);
        await file.chmod(mode);
        await file.sync();
      } finally {
        await file.close();
      }
      this.#onStep?.(`rename to ${name}`);
      // Neither name is followed: what somebody put there instead is replaced, or comes into their own folder.
      await rename(temporary, folder.at(name));
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
    // Some file systems refuse this; the file itself is safe anyway.
    const again = await open(folder.at('.'), constants.O_RDONLY | constants.O_DIRECTORY).catch(
      () => undefined,
    );
    await again?.sync().catch(() => undefined);
    await again?.close();
  }
}

/** What a process that was killed had written of this file so far. It may hold secrets that are in use nowhere else by now. */
async function removeLeftovers(folder: Folder, name: string): Promise<void> {
  try {
    const names = namesIn(folder, name).filter((one) => isLeftover(one, name));
    await Promise.all(names.map((one) => unlink(folder.at(one))));
  } catch {
    // The file itself matters more.
  }
}

/** '.env.812.0123456789ab.tmp' when there is no process 812; releases before this one left the number out. */
function isLeftover(one: string, name: string): boolean {
  if (!one.startsWith(`.${name}.`)) return false;
  const [, pid] = /^(?:(\d+)\.)?[0-9a-f]{12}\.tmp$/.exec(one.slice(name.length + 2)) ?? [undefined, ''];
  return pid === undefined || (pid !== '' && !existsSync(`/proc/${pid}`));
}

function refuse(path: string): never {
  throw new HostError(
    `${path} leads through a link of another user, and root does not follow it. Put the file or folder itself there in place of the link.`,
  );
}

async function ownerIds(owner: string, accounts: Accounts): Promise<{ uid: number; gid: number }> {
  const [userName = '', groupName = userName] = owner.split(':');
  const numeric = (name: string) => (/^\d+$/.test(name) ? Number(name) : undefined);
  const [uid, gid] = await Promise.all([
    numeric(userName) ?? accounts.account(userName).then((account) => account?.uid),
    numeric(groupName) ?? accounts.group(groupName).then((group) => group?.gid),
  ]);
  if (uid === undefined) throw new HostError(`There is no user ${userName} on this machine.`);
  if (gid === undefined) throw new HostError(`There is no group ${groupName} on this machine.`);
  return { uid, gid };
}
