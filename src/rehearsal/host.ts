import { foreignPath } from '../host/foreign-folders.ts';
import type {
  Argv,
  Conversation,
  ExecOptions,
  ExecResult,
  FetchOptions,
  FileStat,
  Host,
  WriteOptions,
} from '../host/host.ts';
import type { SecretText } from '../secret/secret.ts';
import { redact, reveal } from '../secret/secret.ts';
import {
  baseName,
  type Call,
  type Machine,
  NotRehearsed,
  type Outcome,
  type TalkingTool,
  type Tool,
} from './machine.ts';
import { fetchFrom, resolve } from './network.ts';

/** The programs of a droplet in memory, by name. */
interface Programs {
  readonly tools: Readonly<Record<string, Tool>>;
  readonly talking: Readonly<Record<string, TalkingTool>>;
  /** Whether a program is installed by now; a known program that is not is 'command not found'. */
  installed(machine: Machine, program: string): boolean;
}

/** A droplet in memory behind the same interface as the real one. */
export class RehearsalHost implements Host {
  readonly kind = 'rehearsal';
  readonly machine: Machine;
  readonly #programs: Programs;

  constructor(machine: Machine, programs: Programs) {
    this.machine = machine;
    this.#programs = programs;
  }

  async exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    const started = this.machine.now();
    const printed: string[] = [];
    const call = this.#call(argv, options, (line) => {
      printed.push(line);
      options.onLine?.(redact(line));
    });
    const outcome = await this.#run(argv, call);
    for (const line of textLines(outcome)) options.onLine?.(redact(line));
    return {
      exitCode: options.signal?.aborted ? 143 : outcome.exitCode,
      stdout: printed.map((line) => `${line}\n`).join('') + (outcome.stdout ?? ''),
      stderr: outcome.stderr ?? '',
      timedOut: false,
      durationMs: this.machine.now() - started,
    };
  }

  async #run(argv: Argv, call: Call): Promise<Outcome> {
    const program = baseName(argv[0]);
    const tool = this.#programs.tools[program];
    if (tool === undefined)
      throw new NotRehearsed(`The rehearsal does not know this command: ${argv.join(' ')}`);
    if (!this.#programs.installed(this.machine, argv[0])) return notFound(argv[0]);
    await this.machine.wait(5, call.signal);
    return tool(call);
  }

  converse(argv: Argv, options: ExecOptions = {}): Conversation {
    const program = baseName(argv[0]);
    const tool = this.#programs.talking[program];
    if (tool === undefined)
      throw new NotRehearsed(`The rehearsal cannot talk to this command: ${argv.join(' ')}`);

    const output = new Channel<string>();
    const input = new Channel<string>();
    const stop = new AbortController();
    let said = '';
    const say = (text: string) => {
      said += text;
      output.put(text);
    };
    const started = this.machine.now();
    const call = this.#call(argv, { ...options, signal: stop.signal }, (line) => say(`${line}\n`));
    const ended = new Promise<void>((done) =>
      stop.signal.addEventListener('abort', () => done(), { once: true }),
    );
    const hear = async () => (await input.take()) ?? '';
    const killed = ended.then((): Outcome => ({ exitCode: 143 }));
    const talk = this.#programs.installed(this.machine, argv[0])
      ? tool(call, { say, hear, ended })
      : Promise.resolve(notFound(argv[0]));
    const result = Promise.race([talk, killed]).then((outcome): ExecResult => {
      if (outcome.stdout) say(outcome.stdout);
      if (outcome.stderr) say(outcome.stderr);
      output.close();
      return {
        exitCode: outcome.exitCode,
        stdout: said,
        stderr: outcome.stderr ?? '',
        timedOut: false,
        durationMs: this.machine.now() - started,
      };
    });
    return {
      output,
      write: (text) => input.put(reveal(text)),
      end: () => input.close(),
      kill: () => stop.abort(),
      result,
    };
  }

  #call(argv: Argv, options: ExecOptions, line: (text: string) => void): Call {
    const user = options.user ?? 'root';
    const foreign = foreignPath({ argv, ...options }, (folder) => this.machine.files.isForeign(folder));
    if (foreign !== undefined)
      throw new NotRehearsed(`Root may not use ${foreign}, below another user’s folder: ${argv.join(' ')}`);
    return {
      machine: this.machine,
      program: argv[0],
      args: argv.slice(1),
      input:
        options.inputFile === undefined
          ? reveal(options.input ?? '')
          : (this.machine.files.read(options.inputFile) ?? ''),
      user,
      cwd: options.cwd ?? this.machine.users.get(user)?.home ?? '/',
      env: options.env ?? {},
      signal: options.signal,
      line,
    };
  }

  async readFile(path: string): Promise<string | undefined> {
    return this.machine.files.read(path);
  }

  async writeFile(
    path: string,
    content: SecretText | Uint8Array,
    { mode, owner = 'root:root' }: WriteOptions,
  ): Promise<void> {
    const clear = content instanceof Uint8Array ? Buffer.from(content).toString('latin1') : reveal(content);
    this.machine.files.put(path, clear, { mode, owner });
  }

  async removeFile(path: string): Promise<void> {
    this.machine.files.remove(path);
  }

  async keeperOf(path: string): Promise<string | undefined> {
    return this.machine.files.keeper(path);
  }

  async stat(path: string): Promise<FileStat | undefined> {
    return this.machine.files.stat(path);
  }

  async list(path: string): Promise<readonly string[] | undefined> {
    return this.machine.files.list(path);
  }

  fetch(url: string, options?: FetchOptions) {
    return fetchFrom(this.machine, url, options);
  }

  async resolve(name: string, type: 'A' | 'AAAA' | 'CAA') {
    return resolve(this.machine, name, type);
  }

  now(): number {
    return this.machine.now();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.machine.wait(ms, signal);
  }
}

function notFound(program: string): Outcome {
  return { exitCode: 127, stderr: `${program}: command not found\n` };
}

function textLines({ stdout = '', stderr = '' }: Outcome): string[] {
  return (stdout + stderr).split('\n').filter((line) => line !== '');
}

/** A queue between two sides of a conversation; ends for the reader when it is closed. */
class Channel<T> implements AsyncIterable<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T | undefined) => void)[] = [];
  #closed = false;

  put(item: T): void {
    const next = this.#waiting.shift();
    if (next) next(item);
    else this.#items.push(item);
  }

  close(): void {
    this.#closed = true;
    for (const next of this.#waiting.splice(0)) next(undefined);
  }

  take(): Promise<T | undefined> {
    const item = this.#items.shift();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#closed) return Promise.resolve(undefined);
    return new Promise((done) => this.#waiting.push(done));
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (let item = await this.take(); item !== undefined; item = await this.take()) yield item;
  }
}
