import { readFile } from 'node:fs/promises';

/** One line of passwd(5). */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** One line of group(5). */
export interface Group {
  readonly name: string;
  readonly gid: number;
}

/** Runs `getent DATABASE KEY` and returns its output, '' when there is no such entry. */
type Getent = (database: 'passwd' | 'group', key: string) => Promise<string>;

/** Reads the text of passwd(5), or what `getent passwd` prints of it; lines that are not accounts are left out. */
export function parsePasswd(text: string): readonly Account[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home, shell] = line.split(':');
    if (name === undefined || uid === undefined || gid === undefined || home === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home, shell: shell ?? '/bin/sh' }];
  });
}

/** Reads the text of group(5), or what `getent group` prints of it. */
export function parseGroup(text: string): readonly Group[] {
  return text.split('\n').flatMap((line) => {
    const [name, , gid] = line.split(':');
    return name === undefined || gid === undefined ? [] : [{ name, gid: Number(gid) }];
  });
}

/**
 * The users and groups of this machine. The files are read each time, because users are made during a run; only what
 * is not in them (a directory service) costs a process.
 */
export class Accounts {
  readonly #getent: Getent;

  constructor(getent: Getent) {
    this.#getent = getent;
  }

  /** The account by name or uid; undefined when there is none. */
  async account(key: string | number): Promise<Account | undefined> {
    const matches = (account: Account) =>
      typeof key === 'number' ? account.uid === key : account.name === key;
    const local = parsePasswd(await read('/etc/passwd')).find(matches);
    return local ?? parsePasswd(await this.#getent('passwd', String(key))).find(matches);
  }

  /** The group by name or gid; undefined when there is none. */
  async group(key: string | number): Promise<Group | undefined> {
    const matches = (group: Group) => (typeof key === 'number' ? group.gid === key : group.name === key);
    const local = parseGroup(await read('/etc/group')).find(matches);
    return local ?? parseGroup(await this.#getent('group', String(key))).find(matches);
  }
}

async function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
