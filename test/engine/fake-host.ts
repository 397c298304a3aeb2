import type {
  Argv,
  Conversation,
  ExecOptions,
  ExecResult,
  FetchResult,
  FileStat,
  Host,
  ResolveResult,
  WriteOptions,
} from '../../src/host/host.ts';
import { reveal, type SecretText } from '../../src/secret/secret.ts';

export interface FakeFile {
  readonly content: string;
  readonly mode: number;
  readonly owner: string;
}

/** What a command does on the fake machine: change its files, print lines, wait, come to an exit code. */
export type FakeCommand = (
  argv: Argv,
  options: ExecOptions,
) => Promise<Partial<ExecResult>> | Partial<ExecResult>;

/** A machine for the tests of the engine: files in memory, commands as functions, its own clock. */
export class FakeHost implements Host {
  readonly kind = 'rehearsal';
  readonly files = new Map<string, FakeFile>();
  readonly commands: Record<string, FakeCommand> = { install: () => ({}) };
  /** Every command that ran, as one string each, without those that make folders. */
  readonly ran: string[] = [];
  #now = Date.UTC(2026, 10, 22);

  async exec(argv: Argv, options: ExecOptions = {}): Promise<ExecResult> {
    const command = this.commands[argv[0]];
    if (argv[0] !== 'install') this.ran.push(argv.join(' '));
    const result = command === undefined ? { exitCode: 127 } : await command(argv, options);
    return { exitCode: 0, stdout: '', stderr: '', timedOut: false, durationMs: 1, ...result };
  }

  converse(argv: Argv, options?: ExecOptions): Conversation {
    const written: string[] = [];
    let finish: () => void = () => undefined;
    const over = new Promise<void>((resolve) => {
      finish = resolve;
    });
    options?.signal?.addEventListener('abort', () => finish());
    return {
      output: (async function* () {
        yield `${argv.join(' ')} asks: `;
        await over;
      })(),
      write: (text) => void written.push(reveal(text)),
      end: () => finish(),
      kill: () => finish(),
      result: over.then(() => ({
        exitCode: 0,
        stdout: written.join(''),
        stderr: '',
        timedOut: false,
        durationMs: 1,
      })),
    };
  }

  async readFile(path: string): Promise<string | undefined> {
    return this.files.get(path)?.content;
  }

  async removeFile(path: string): Promise<void> {
    this.files.delete(path);
  }

  async keeperOf(): Promise<undefined> {
    return undefined;
  }

  async writeFile(path: string, content: SecretText | Uint8Array, options: WriteOptions): Promise<void> {
    this.files.set(path, {
      content: content instanceof Uint8Array ? Buffer.from(content).toString('latin1') : reveal(content),
      mode: options.mode,
      owner: options.owner ?? 'root:root',
    });
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const file = this.files.get(path);
    if (file === undefined) return undefined;
    const [owner = '', group = ''] = file.owner.split(':');
    const { length: size } = file.content;
    return { kind: 'file', mode: file.mode, uid: 0, gid: 0, owner, group, size, modifiedMs: 0 };
  }

  async list(): Promise<readonly string[] | undefined> {
    return undefined;
  }

  async fetch(): Promise<FetchResult> {
    return { ok: false, failure: 'refused', detail: 'nothing listens', durationMs: 0 };
  }

  async resolve(): Promise<ResolveResult> {
    return { ok: false, failure: 'nxdomain', detail: 'no name' };
  }

  now(): number {
    return this.#now;
  }

  /** Lets everything else have a turn, and the clock go on. */
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (signal?.aborted !== true) this.#now += ms;
  }
}
