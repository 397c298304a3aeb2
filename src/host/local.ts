import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { redact, reveal, type SecretText } from '../engine/secret.ts';
import { type Account, Accounts } from './accounts.ts';
import { type Command, type CommandOptions, startCommand } from './command.ts';
import { resolveName } from './dns.ts';
import { environmentOf } from './environment.ts';
import { namesIn, readText, statOf, writeAtomically } from './files.ts';
import type {
  Argv,
  Conversation,
  ExecOptions,
  ExecResult,
  FetchOptions,
  Host,
  WriteOptions,
} from './host.ts';
import { fetchUrl } from './http.ts';
import { LineSplitter } from './lines.ts';

const DEFAULT_LIMIT_MS = 30_000;

/** By its full path: a user's own PATH has no sbin folders. */
const RUNUSER = '/usr/sbin/runuser';

/** This machine. */
export class LocalHost implements Host {
  readonly kind = 'local';
  readonly #self = userInfo();
  readonly #killAfterMs: number;
  readonly #accounts = new Accounts(async (database, key) => {
    const { stdout } = await this.exec(['getent', database, key], { timeoutMs: 5_000 });
    return stdout;
  });

  /** `killAfterMs`: how long a command may take to end after SIGTERM. */
  constructor({ killAfterMs = 5_000 }: { readonly killAfterMs?: number } = {}) {
    this.#killAfterMs = killAfterMs;
  }

  async exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    const prepared = await this.#prepare(argv, options);
    if ('refused' in prepared) return prepared.refused;
    const { onLine, unredacted = false } = options;
    const cut =
      onLine === undefined ? undefined : splitters(unredacted ? onLine : (line) => onLine(redact(line)));
    const command = startCommand(prepared.argv, {
      ...prepared.options,
      stdin: options.input,
      ...(cut === undefined ? {} : { onChunk: (chunk, stream) => cut[stream].push(chunk) }),
    });
    const result = await command.result;
    cut?.stdout.end();
    cut?.stderr.end();
    return result;
  }

  converse(argv: Argv, options: ExecOptions = {}): Conversation {
    const output = new Channel<string>();
    const decode = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const starting = this.#prepare(argv, options).then((prepared): Command | ExecResult => {
      if ('refused' in prepared) return prepared.refused;
      return startCommand(prepared.argv, {
        ...prepared.options,
        stdin: 'open',
        onChunk: (chunk, stream) => output.push(decode[stream].decode(chunk, { stream: true })),
      });
    });
    const withCommand = (use: (command: Command) => void) => {
      // That it could not be started is told by `result`.
      starting.then(
        (command) => {
          if ('result' in command) use(command);
        },
        () => undefined,
      );
    };
    const result = starting
      .then((command) => ('result' in command ? command.result : command))
      .finally(() => output.end());
    return {
      output,
      write: (text) => withCommand((command) => command.write(reveal(text))),
      end: () => withCommand((command) => command.endInput()),
      kill: () => withCommand((command) => command.kill()),
      result,
    };
  }

  readFile(path: string): Promise<string | undefined> {
    return readText(path);
  }

  writeFile(path: string, content: SecretText, options: WriteOptions): Promise<void> {
    return writeAtomically(path, content, options, this.#accounts);
  }

  stat(path: string) {
    return statOf(path, this.#accounts);
  }

  list(path: string): Promise<readonly string[] | undefined> {
    return namesIn(path);
  }

  fetch(url: string, options?: FetchOptions) {
    return fetchUrl(url, options);
  }

  resolve(name: string, type: 'A' | 'AAAA' | 'CAA') {
    return resolveName(name, type);
  }

  now(): number {
    return Date.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    // An aborted sleep is only a shorter one.
    await wait(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }

  /** Who runs it and with which environment; refused when there is no such user. */
  async #prepare(
    argv: Argv,
    options: ExecOptions,
  ): Promise<{ argv: Argv; options: Omit<CommandOptions, 'stdin'> } | { refused: ExecResult }> {
    const other = options.user !== undefined && options.user !== this.#self.username;
    let account: Pick<Account, 'name' | 'home'> = { name: this.#self.username, home: this.#self.homedir };
    if (other) {
      const found = await this.#accounts.account(options.user);
      if (found === undefined) return { refused: couldNotStart(`there is no user ${options.user}`) };
      account = found;
    }
    return {
      argv: other ? [RUNUSER, '-u', account.name, '--', ...argv] : argv,
      options: {
        // Root does not start in the folder that we are in: git, npm and others read settings there, and it may be anybody's.
        cwd: options.cwd ?? (other ? await folderFor(account.home) : '/'),
        env: environmentOf(account, process.env, options.env),
        timeoutMs: options.timeoutMs ?? DEFAULT_LIMIT_MS,
        killAfterMs: this.#killAfterMs,
        signal: options.signal,
        keep: options.keep,
      },
    };
  }
}

function couldNotStart(stderr: string): ExecResult {
  return { exitCode: 127, stdout: '', stderr, timedOut: false, durationMs: 0 };
}

/** Where a user's command starts: at home, because the folder that we are in may be closed to that user. */
async function folderFor(home: string): Promise<string> {
  return (await stat(home).catch(() => undefined))?.isDirectory() === true ? home : '/';
}

function splitters(onLine: (line: string) => void) {
  return { stdout: new LineSplitter(onLine), stderr: new LineSplitter(onLine) };
}

/** A queue that one reader reads as it fills. */
class Channel<Item> implements AsyncIterable<Item> {
  readonly #items: Item[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  push(item: Item): void {
    this.#items.push(item);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Item> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) yield item;
      else if (this.#ended) return;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
