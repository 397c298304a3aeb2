import type { Accounts } from './accounts.ts';
import { startCommand } from './command.ts';
import { environmentOf } from './environment.ts';
import { type Argv, type ExecResult, type FileStat, HostError } from './host.ts';

/** By their full paths, so that a user's own PATH does not decide who the command runs as. */
const SETPRIV = '/usr/bin/setpriv';
const ENV = '/usr/bin/env';

/** nogroup: for a number without an account. */
const NOBODYS_GROUP = 65_534;

/** Whom a command runs as. */
interface Person {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** The user of a name or of a number; a number needs no account. Undefined when there is no user of that name. */
export async function personOf(accounts: Accounts, user: string | number): Promise<Person | undefined> {
  const account = await accounts.account(user);
  if (account !== undefined) return account;
  const uid = Number(user);
  if (!/^\d+$/.test(String(user)) || uid === 0) return undefined;
  return { name: String(user), uid, gid: NOBODYS_GROUP, home: '/' };
}

/**
 * The command with a user's rights and nothing else: no further group (runuser keeps those of the account, and somebody
 * may have added docker), no capability and no way to regain one, no program that grants rights (sudo, su). `folder`:
 * it is entered with those rights; without it the command stays where it is started.
 */
export function commandAs({ uid, gid }: Pick<Person, 'uid' | 'gid'>, argv: Argv, folder?: string): Argv {
  return [
    SETPRIV,
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--no-new-privs',
    '--',
    ...(folder === undefined ? [] : [ENV, `--chdir=${folder}`, '--']),
    ...argv,
  ];
}

/** No settings file of a user is larger. */
export const MOST_READ_AS_USER = 8 * 1024 * 1024;

const LIMIT_MS = 10_000;
const ABSENT = 44;

/** Comes to an end with ABSENT where nothing is; whatever else is wrong is said on stderr. */
const KIND = `kind=$(stat --dereference --format=%F -- "$1" 2>&1) || case $kind in
  *': No such file or directory'|*': Not a directory') exit ${ABSENT};;
  *) printf '%s\\n' "$kind" >&2; exit 1;;
esac
`;

const READ = `${KIND}case $kind in
  'regular file'|'regular empty file') exec head --bytes=${MOST_READ_AS_USER + 1} -- "$1";;
  directory) echo 'it is a directory' >&2; exit 1;;
  *) echo 'it is no file, but a pipe or a device' >&2; exit 1;;
esac`;

const LIST = `${KIND}[ "$kind" = directory ] || exit ${ABSENT}
exec find "$1/" -mindepth 1 -maxdepth 1 -printf '%f\\0'`;

const STAT = `found=$(stat --format='%f %u %g %s %Y' -- "$1" 2>&1) || case $found in
  *': No such file or directory'|*': Not a directory') exit ${ABSENT};;
  *) printf '%s\\n' "$found" >&2; exit 1;;
esac
printf '%s\\n' "$found"`;

const WRITE = `set -eu
target=$(readlink --canonicalize --verbose -- "$1")
start=\${target%/*}/.\${target##*/}
part=$start.$$.tmp
# What one that was killed has left.
rm -f -- "$start".[0-9]*.tmp
trap 'rm -f -- "$part"' EXIT
umask 077
set -C
cat >"$part"
chmod -- "$2" "$part"
sync -- "$part"
mv -f -T -- "$part" "$target"`;

/** Work on files with one user's rights, where root itself goes no further: each comes back like its twin in files.ts. */
export class FilesAs {
  readonly #person: Person;

  constructor(person: Person) {
    this.#person = person;
  }

  async read(path: string): Promise<string | undefined> {
    const result = await this.#run(READ, path);
    if (result.exitCode === ABSENT) return undefined;
    this.#must(result, `${path} could not be read`);
    if (Buffer.byteLength(result.stdout) > MOST_READ_AS_USER)
      throw new HostError(`${path} could not be read: it is larger than 8 MB`);
    return result.stdout;
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    const result = await this.#run(LIST, path);
    if (result.exitCode === ABSENT) return undefined;
    this.#must(result, `${path} could not be listed`);
    return result.stdout
      .split('\0')
      .filter((name) => name !== '')
      .sort();
  }

  /** The numbers of owner and group have no names yet. */
  async stat(path: string): Promise<Omit<FileStat, 'owner' | 'group'> | undefined> {
    const result = await this.#run(STAT, path);
    if (result.exitCode === ABSENT) return undefined;
    this.#must(result, `${path} could not be looked at`);
    const found = /^([0-9a-f]{1,8}) (\d{1,10}) (\d{1,10}) (\d{1,15}) (-?\d{1,11})\n$/.exec(result.stdout);
    if (found === null) throw new HostError(`${path} could not be looked at`);
    const [mode = 0, uid = 0, gid = 0, size = 0, seconds = 0] = found
      .slice(1)
      .map((text, index) => Number.parseInt(text, index === 0 ? 16 : 10));
    return { kind: kindOf(mode), mode: mode & 0o7777, uid, gid, size, modifiedMs: seconds * 1000 };
  }

  async write(path: string, content: string | Uint8Array, mode: number): Promise<void> {
    const result = await this.#run(WRITE, path, { more: [mode.toString(8)], input: content });
    this.#must(result, `${path} could not be written`);
  }

  async remove(path: string): Promise<void> {
    this.#must(await this.#run('exec rm -f -- "$1"', path), `${path} could not be removed`);
  }

  #run(
    script: string,
    path: string,
    { more = [], input }: { readonly more?: readonly string[]; readonly input?: string | Uint8Array } = {},
  ): Promise<ExecResult> {
    return startCommand(commandAs(this.#person, ['/bin/sh', '-c', script, 'sh', path, ...more]), {
      cwd: '/',
      env: environmentOf(this.#person, process.env),
      stdin: input,
      timeoutMs: LIMIT_MS,
      killAfterMs: 1_000,
    }).result;
  }

  #must({ exitCode, timedOut, stderr }: ExecResult, problem: string): void {
    if (exitCode === 0) return;
    const why = timedOut ? 'it took too long' : lastWords(stderr);
    throw new HostError(
      `${problem}: it leads through a link of ${this.#person.name}, which root follows only with that user's rights (${why}). Put the file or folder itself there in place of the link.`,
    );
  }
}

/** 'Permission denied' */
function lastWords(stderr: string): string {
  return stderr.trim().split('\n').at(-1)?.split(': ').at(-1)?.slice(0, 200) || 'no reason was given';
}

function kindOf(mode: number): FileStat['kind'] {
  const type = mode & 0o170000;
  if (type === 0o100000) return 'file';
  if (type === 0o040000) return 'directory';
  return type === 0o120000 ? 'symlink' : 'other';
}
