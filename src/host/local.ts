import { userInfo } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { redact, reveal, type SecretText } from '../secret/secret.ts';
import { Accounts } from './accounts.ts';
import { commandAs, personOf } from './as-user.ts';
import { type Command, type CommandOptions, OPEN, startCommand } from './command.ts';
import { resolveName } from './dns.ts';
import { environmentOf } from './environment.ts';
import { Files } from './files.ts';
import {
  type Argv,
  type Conversation,
  type ExecOptions,
  type ExecResult,
  type FetchOptions,
  type Host,
  HostError,
  type WriteOptions,
} from './host.ts';
import { fetchUrl } from './http.ts';
import { LineSplitter } from './lines.ts';
import type { OnStep } from './walk.ts';

const DEFAULT_LIMIT_MS = 30_000;

/** This machine. */
export class LocalHost implements Host {
  readonly kind = 'local';
  readonly #self = userInfo();
  readonly #killAfterMs: number;
  readonly #accounts = new Accounts(async (database, key) => {
    const { stdout } = await this.exec(['getent', database, key], { timeoutMs: 5_000 });
    return stdout;
  });
  readonly #files: Files;

  /** `killAfterMs`: how long a command may take to end after SIGTERM. `onStep`: see {@link OnStep}. */
  constructor({
    killAfterMs = 5_000,
    onStep,
  }: { readonly killAfterMs?: number; readonly onStep?: OnStep } = {}) {
    this.#killAfterMs = killAfterMs;
    this.#files = new Files(this.#accounts, onStep);
  }

  async exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    const { onLine, unredacted = false } = options;
    const cut =
      onLine === undefined ? undefined : splitters(unredacted ? onLine : (line) => onLine(redact(line)));
    const command = await this.#start(argv, options, {
      stdin: options.input,
      ...(cut === undefined ? {} : { onChunk: (chunk, stream) => cut[stream].push(chunk) }),
    });
    if (!('result' in command)) return command;
    const result = await command.result;
    cut?.stdout.end();
    cut?.stderr.end();
    return result;
  }

  converse(argv: Argv, options: ExecOptions = {}): Conversation {
    const output = new Channel<string>();
    const decode = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const starting = this.#start(argv, options, {
      stdin: OPEN,
      onChunk: (chunk, stream) => output.push(decode[stream].decode(chunk, { stream: true })),
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
    return this.#files.read(path);
  }

  writeFile(path: string, content: SecretText | Uint8Array, options: WriteOptions): Promise<void> {
    return this.#files.write(path, content, options);
  }

  removeFile(path: string): Promise<void> {
    return this.#files.remove(path);
  }

  stat(path: string) {
    return this.#files.stat(path);
  }

  list(path: string): Promise<readonly string[] | undefined> {
    return this.#files.list(path);
  }

  keeperOf(path: string): Promise<string | undefined> {
    return this.#files.keeper(path);
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

  /** Starts it as whom it is meant to run; the result at once when that cannot be. */
  async #start(
    argv: Argv,
    options: ExecOptions,
    streams: Pick<CommandOptions, 'stdin' | 'onChunk'>,
  ): Promise<Command | ExecResult> {
    const other =
      options.user === undefined || options.user === this.#self.username
        ? undefined
        : await personOf(this.#accounts, options.user);
    if (other === undefined && options.user !== undefined && options.user !== this.#self.username)
      return couldNotStart(`there is no user ${options.user}`);
    const account = other ?? { name: this.#self.username, home: this.#self.homedir };
    const start = async (line: Argv, cwd: string) => {
      const more = {
        cwd,
        env: environmentOf(account, process.env, options.env),
        timeoutMs: options.timeoutMs ?? DEFAULT_LIMIT_MS,
        killAfterMs: this.#killAfterMs,
        signal: options.signal,
        keep: options.keep,
        ...streams,
      };
      if (options.inputFile === undefined) return startCommand(line, more);
      const command = await this.#files.lend(options.inputFile, (stdin) =>
        startCommand(line, { ...more, stdin }),
      );
      return command ?? couldNotStart(`${options.inputFile}: No such file or directory`);
    };
    try {
      // Not in the folder that we are in: git, npm and others read settings there, and it may be anybody's.
      const folder = options.cwd ?? (other === undefined ? '/' : other.home);
      const line = other === undefined ? argv : commandAs(other, argv);
      if (folder === '/') return await start(line, '/');
      const started = await this.#files.lendFolder(folder, (place) => start(line, place));
      if (started === 'link' && other !== undefined) return await start(commandAs(other, argv, folder), '/');
      if (started === 'absent' && options.cwd === undefined) return await start(line, '/');
      if (started === 'absent') return couldNotStart(`there is no folder ${folder}`);
      return started === 'link'
        ? couldNotStart(`${folder}: root does not follow the link of another user on the way there`)
        : started;
    } catch (error) {
      if (error instanceof HostError) return couldNotStart(error.message);
      throw error;
    }
  }
}

function couldNotStart(stderr: string): ExecResult {
  return { exitCode: 127, stdout: '', stderr, timedOut: false, durationMs: 0 };
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
