import { EventEmitter } from 'node:events';

/**
 * The keyboard between the terminal and Ink: hands over one key at a time, each in a turn of the event loop of its
 * own. Over ssh, from a paste or from a script, many keys arrive in one chunk ("otto\r", three backspaces), and Ink
 * would give them to the handlers of one and the same frame: Enter would become part of the text, the second key would
 * see the state before the first, and what belongs to the next screen would be lost (facts: terminal, Text input).
 */

const PASTE_START = '\u{1b}[200~';
const PASTE_END = '\u{1b}[201~';
/** A run of printable characters that is longer is text, not keys; one by one it would take seconds. */
const LONGEST_TYPED_RUN = 48;
/** The rest of an escape sequence that was cut by the end of a chunk comes within this time, or never. */
const REST_MS = 20;
/** Ink, too, waits 20 ms after an Escape for the rest of a sequence; what comes later is a key of its own. */
const ESCAPE_PAUSE_MS = 30;
/** A terminal that never ends its paste would swallow every key that follows, Ctrl-C included. */
const LONGEST_PAUSE_IN_A_PASTE_MS = 1_000;

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a keyboard sends
  /\u{1b}\[\[?[0-9;:?<=>]*[ -/]*[@-~]|\u{1b}O[0-9;]*[@-~]|\u{1b}[^\u{0}-\u{1f}\u{7f}]|[\u{0}-\u{1f}\u{7f}]|[^\u{0}-\u{1f}\u{7f}]+/gu;

/** An escape sequence that is not complete yet, at the end of a chunk. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with a control character
const INCOMPLETE = /\u{1b}(?:\[\[?[0-9;:?<=>]*[ -/]*|O[0-9;]*)?$/u;

/** Cuts what arrived into keys: an escape sequence, a control character, a character, or a long run of text. */
export function splitKeys(chunk: string): readonly string[] {
  return (chunk.match(TOKEN) ?? []).flatMap((token) =>
    token.length > 1 && token.length <= LONGEST_TYPED_RUN && !token.startsWith('\u{1b}')
      ? [...token]
      : [token],
  );
}

type TerminalInput = Pick<
  NodeJS.ReadStream,
  'isTTY' | 'setRawMode' | 'setEncoding' | 'ref' | 'unref' | 'on' | 'off' | 'read'
>;

/** What Ink needs of a stdin (`readable`, `read`, raw mode), fed key by key from the real one. */
export class Keyboard extends EventEmitter {
  readonly isTTY = true;
  readonly #source: TerminalInput;
  #queue: string[] = [];
  #current: string | null = null;
  #pending = false;
  #pasting = false;
  #pasteTimer: NodeJS.Timeout | undefined;
  #cut = '';
  #cutTimer: NodeJS.Timeout | undefined;

  constructor(source: TerminalInput) {
    super();
    this.#source = source;
    this.on('newListener', (event) => {
      if (event === 'readable' && this.listenerCount('readable') === 0) source.on('readable', this.#receive);
    });
    this.on('removeListener', (event) => {
      if (event === 'readable' && this.listenerCount('readable') === 0) source.off('readable', this.#receive);
    });
  }

  /** Whether keys have come that were not handed over yet. */
  get isBusy(): boolean {
    return this.#pending || this.#cut !== '';
  }

  setRawMode(on: boolean): this {
    this.#source.setRawMode(on);
    return this;
  }

  setEncoding(encoding: BufferEncoding): this {
    this.#source.setEncoding(encoding);
    return this;
  }

  ref(): this {
    this.#source.ref();
    return this;
  }

  unref(): this {
    this.#source.unref();
    return this;
  }

  /** The key that was just announced, then null. */
  read(): string | null {
    const key = this.#current;
    this.#current = null;
    return key;
  }

  readonly #receive = (): void => {
    for (let chunk = this.#source.read(); chunk !== null; chunk = this.#source.read())
      this.push(String(chunk));
  };

  /** Takes a chunk as it came from the terminal. */
  push(chunk: string): void {
    clearTimeout(this.#cutTimer);
    const text = this.#cut + chunk;
    this.#cut = INCOMPLETE.exec(text)?.[0] ?? '';
    if (this.#cut !== '') this.#cutTimer = setTimeout(() => this.#take(this.#cut), REST_MS);
    this.#take(text.slice(0, text.length - this.#cut.length), this.#cut);
  }

  #take(text: string, cut = ''): void {
    this.#cut = cut;
    let rest = text;
    while (rest !== '') {
      const marker = this.#pasting ? PASTE_END : PASTE_START;
      const at = rest.indexOf(marker);
      const before = at === -1 ? rest : rest.slice(0, at);
      // Inside a paste nothing is a key: Ink gets it as it is and hands it to usePaste as one text.
      if (before !== '') this.#queue.push(...(this.#pasting ? [before] : splitKeys(before)));
      if (at === -1) break;
      this.#queue.push(marker);
      this.#pasting = !this.#pasting;
      rest = rest.slice(at + marker.length);
    }
    this.#watchPaste();
    this.#schedule();
  }

  #watchPaste(): void {
    clearTimeout(this.#pasteTimer);
    if (!this.#pasting) return;
    this.#pasteTimer = setTimeout(() => this.push(PASTE_END), LONGEST_PAUSE_IN_A_PASTE_MS);
    this.#pasteTimer.unref();
  }

  #schedule(pauseMs = 0): void {
    if (this.#pending || this.#queue.length === 0) return;
    this.#pending = true;
    const next = () => {
      this.#pending = false;
      const key = this.#queue.shift();
      if (key === undefined) return;
      this.#current = key;
      this.emit('readable');
      this.#schedule(key === '\u{1b}' ? ESCAPE_PAUSE_MS : 0);
    };
    if (pauseMs > 0) setTimeout(next, pauseMs);
    else setImmediate(next);
  }
}
