import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';

/** A line without an end is cut here, so that a program that prints no newline cannot fill the memory. */
const LONGEST_LINE = 16_384;

/**
 * Cuts a stream of bytes into lines as a person would see them: a carriage return ends a line too (progress bars),
 * escape sequences and other control characters are gone, empty lines are left out.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8');
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    this.#rest += this.#decoder.write(chunk);
    const lines = this.#rest.split(/[\r\n]+/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#emit(line);
    if (this.#rest.length > LONGEST_LINE) this.#flush();
  }

  /** The stream has ended: what is left is a line too. */
  end(): void {
    this.#rest += this.#decoder.end();
    this.#flush();
  }

  #flush(): void {
    const line = this.#rest;
    this.#rest = '';
    this.#emit(line);
  }

  #emit(raw: string): void {
    const line = visible(raw);
    if (line !== '') this.#onLine(line);
  }
}

/** The text without escape sequences, control characters and trailing blanks; a tab becomes a blank. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
  return stripVTControlCharacters(text).replace(/\t/g, ' ').replace(controls, '').trimEnd();
}
