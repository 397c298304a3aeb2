import { createInterface, type Interface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';

/** There will be no more lines: the input was closed, or Ctrl-C was pressed while a line was waited for. */
export class InputEnded extends Error {
  override readonly name = 'InputEnded';
}

interface LineOptions {
  /** Nothing of what is typed is shown. */
  readonly masked?: boolean;
  /** Lines that came before are dropped. */
  readonly fresh?: boolean;
  /** Gives up waiting; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Reads lines that somebody types in a terminal. Lines that come before they are asked for are kept. */
export class LineReader {
  readonly #lines: string[] = [];
  readonly #interface: Interface;
  #waiting: { readonly take: (line: string) => void; readonly fail: (error: Error) => void } | undefined;
  #masked = false;
  #ended = false;
  /** Called on Ctrl-C; without it the input ends there. */
  onInterrupt: (() => void) | undefined;

  readonly #input: NodeJS.ReadableStream;
  readonly #keys: PassThrough;
  readonly #output: NodeJS.WritableStream;

  constructor(input: NodeJS.ReadableStream, output: NodeJS.WritableStream) {
    this.#input = input;
    this.#output = output;
    this.#keys = keysOf(input);
    const shown = new Writable({
      write: (chunk, _, done) => {
        if (!this.#masked) output.write(chunk);
        done();
      },
    });
    this.#interface = createInterface({ input: this.#keys, output: shown, terminal: true, historySize: 0 });
    this.#interface.on('line', (line) => this.#take(line.trim()));
    this.#interface.on('close', () => this.#end());
    this.#interface.on('SIGINT', () => {
      if (this.onInterrupt === undefined) this.#interface.close();
      else this.onInterrupt();
    });
  }

  /** The next line, without blanks around it. Rejects with {@link InputEnded} when there will be none. */
  async line(prompt: string, { masked = false, fresh = false, signal }: LineOptions = {}): Promise<string> {
    signal?.throwIfAborted();
    if (fresh) this.#lines.length = 0;
    const early = this.#lines.shift();
    this.#interface.setPrompt(prompt);
    this.#interface.prompt();
    if (early !== undefined) return early;
    if (this.#ended) throw new InputEnded();
    this.#masked = masked;
    try {
      return await new Promise<string>((take, fail) => {
        this.#waiting = { take, fail };
        signal?.addEventListener('abort', () => fail(new Error('not asked any more')), { once: true });
      });
    } catch (error) {
      // What was typed half must not become the beginning of the next answer, nor the next line stand behind it.
      if (!this.#ended) {
        this.#interface.write(null, { ctrl: true, name: 'e' });
        this.#interface.write(null, { ctrl: true, name: 'u' });
        if (!masked) this.#output.write('\n');
      }
      throw error;
    } finally {
      this.#waiting = undefined;
      this.#masked = false;
      // The line break that was typed was not shown either.
      if (masked) this.#output.write('\n');
    }
  }

  /** Gives the terminal back. */
  close(): void {
    this.#interface.close();
    this.#input.unpipe(this.#keys);
    this.#input.pause();
  }

  #take(line: string): void {
    if (this.#waiting === undefined) this.#lines.push(line);
    else this.#waiting.take(line);
    this.#waiting = undefined;
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.fail(new InputEnded());
  }
}

/**
 * What is typed there. readline gives the terminal back as soon as the input ends; one that is gone (a window that was closed, a lost
 * connection) refuses, and nobody could catch what readline would throw then.
 */
function keysOf(input: NodeJS.ReadableStream & { setRawMode?(on: boolean): unknown }): PassThrough {
  const setRawMode = (on: boolean) => {
    try {
      input.setRawMode?.(on);
    } catch {
      // It is gone.
    }
  };
  return input.pipe(Object.assign(new PassThrough(), { setRawMode }));
}
