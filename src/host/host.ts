import type { SecretText } from '../secret/secret.ts';

/** A command as data: program and arguments, never a shell string. */
export type Argv = readonly [string, ...string[]];

/** How a command is run. */
export interface ExecOptions {
  /**
   * The user it runs as, by name or number; without it, the user that we are (root). It then has that user's rights and
   * nothing else (no further groups, no capabilities, no way to more by sudo), and an environment of its own, nearly empty.
   */
  readonly user?: string | undefined;
  /** Without it: the other user's home, and / for the user that we are. */
  readonly cwd?: string | undefined;
  /** Added to the environment. Never a secret: other processes of the same user can read it. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it gets on stdin; secrets travel here. Without it stdin is /dev/null. */
  readonly input?: SecretText;
  /** A file that it gets on stdin in place of `input`, opened as readFile would: for programs that need no name. */
  readonly inputFile?: string | undefined;
  /** After this many ms it gets SIGTERM, and SIGKILL 5 s later. Every command has a limit; default 30 000. */
  readonly timeoutMs?: number;
  /** Called with every line of stdout and stderr as it comes (carriage returns end a line too), redacted. */
  readonly onLine?: (line: string) => void;
  /** Whether its output is kept for the result. Default true; false where `onLine` reads what may be endless. */
  readonly keep?: boolean;
  /** True: `onLine` gets the lines as they are. For whoever looks through very many and redacts those that it shows. */
  readonly unredacted?: boolean;
  /** Ends the command early. */
  readonly signal?: AbortSignal;
}

/** What a command left behind. A command that could not be started has exit code 127 and says why in stderr. */
export interface ExecResult {
  /** The exit code; 128 + n when it was ended by signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly durationMs: number;
}

/** A running command whose dialogue we drive. */
export interface Conversation {
  /** Every piece of output (stdout and stderr) as it comes, not cut into lines: prompts end without a newline. */
  readonly output: AsyncIterable<string>;
  /** Writes to its stdin. */
  write(text: SecretText): void;
  /** Ends its stdin. */
  end(): void;
  /** Ends it: SIGTERM, then SIGKILL after 5 s. */
  kill(): void;
  readonly result: Promise<ExecResult>;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Permission bits, 0o600. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The names behind uid and gid; the number as text when there is no name. */
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  readonly modifiedMs: number;
}

export interface FetchOptions {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'DELETE' | 'PUT';
  readonly headers?: Readonly<Record<string, SecretText>>;
  readonly body?: SecretText;
  /** Default 10 000. */
  readonly timeoutMs?: number;
  /** Connect to this address instead of asking DNS for the name in the URL (name and certificate check stay). */
  readonly connectTo?: string;
  readonly signal?: AbortSignal;
}

/** An answer, or why there was none. */
export type FetchResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly durationMs: number;
    }
  | {
      readonly ok: false;
      readonly failure: 'dns' | 'refused' | 'timeout' | 'tls' | 'reset' | 'other';
      readonly detail: string;
      readonly durationMs: number;
    };

export type ResolveResult =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | {
      readonly ok: false;
      readonly failure: 'nxdomain' | 'nodata' | 'servfail' | 'timeout' | 'other';
      readonly detail: string;
    };

export interface WriteOptions {
  /** Permission bits; those that give a program its owner's rights (setuid, setgid) are left out. */
  readonly mode: number;
  /** user:group by name; default root:root. */
  readonly owner?: string;
}

/**
 * What a task may do to a machine. Small, so that it can be this machine (`local.ts`) or one in memory
 * (`rehearsal/`). Nothing here throws for what a machine can do to us (a missing file, a failing command, a
 * closed port): that comes back as a value. It throws only when the host itself cannot work.
 *
 * Another user's folder is not trusted: whatever that user swaps or links there at any moment, reading, writing, listing and
 * removing reach nothing that the user could not reach. Where the way leads through a link that root must not follow, the
 * work is done with that user's rights; where that cannot be, a HostError says what to do.
 */
export interface Host {
  /** 'this machine' or 'a rehearsal'. */
  readonly kind: 'local' | 'rehearsal';
  exec(argv: Argv, options?: ExecOptions): Promise<ExecResult>;
  converse(argv: Argv, options?: ExecOptions): Conversation;
  /** The content as UTF-8; undefined when there is no such file. Throws HostError when it is there and cannot be read. */
  readFile(path: string): Promise<string | undefined>;
  /**
   * Atomic: temporary file beside it, fsync, mode and owner, rename. The folder must be there.
   */
  writeFile(path: string, content: SecretText | Uint8Array, options: WriteOptions): Promise<void>;
  /** Removes what is at the path itself (a link, not what it leads to); no folder. Nothing there is as well. */
  removeFile(path: string): Promise<void>;
  /** Of the path itself (not what a symlink points to); undefined when there is nothing. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Names in a directory, sorted; undefined when there is none. */
  list(path: string): Promise<readonly string[] | undefined>;
  /**
   * The user beside root who can change what a path leads to, by name or number: whatever opens, parses or walks it by its
   * path must run as that user. Undefined when root alone can. Throws HostError when several users can.
   */
  keeperOf(path: string): Promise<string | undefined>;
  /** http(s) from this machine; the system's trust store counts. Redirects are not followed. */
  fetch(url: string, options?: FetchOptions): Promise<FetchResult>;
  /** Asks DNS through the machine's own resolvers, not /etc/hosts. */
  resolve(name: string, type: 'A' | 'AAAA' | 'CAA'): Promise<ResolveResult>;
  /** The time, ms since 1970; a rehearsal has its own clock. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The host itself could not do what was asked: no permission, disk full, an I/O error. */
export class HostError extends Error {
  override readonly name = 'HostError';
}
