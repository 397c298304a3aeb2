import { visibleText } from '../text/visible.ts';

/** What a terminal is told besides what it shows: its title, a bell, something for the clipboard. It moves no cursor. */

type Environment = Readonly<Record<string, string | undefined>>;

const OSC = '\u{1b}]';
const END = '\u{7}';

export const BELL = '\u{7}';
/** The title that was there is kept by the terminal, and comes back at the end. */
export const KEEP_TITLE = '\u{1b}[22;0t';
export const TITLE_BACK = '\u{1b}[23;0t';

/** Names the window or its tab. */
export function titleSequence(title: string): string {
  // What is not ASCII some terminals take for the end of it.
  return `${OSC}0;${visibleText(title).replace(/[^ -~]/g, '?')}${END}`;
}

/** Terminals cut what is longer, or drop it. */
const LONGEST_COPY = 50_000;

/** OSC 52: the terminal itself puts it into the clipboard, also at the other end of an ssh connection. */
export function copySequence(text: string): string | undefined {
  const encoded = Buffer.from(text, 'utf8').toString('base64');
  return encoded.length > LONGEST_COPY ? undefined : `${OSC}52;c;${encoded}${END}`;
}

/** Whether the terminal may be told anything: the Linux console would print it, and OTTO_QUIET_TERMINAL switches it off. */
export function takesSignals({ TERM = '', OTTO_QUIET_TERMINAL = '' }: Environment): boolean {
  return OTTO_QUIET_TERMINAL === '' && TERM !== '' && TERM !== 'dumb' && TERM !== 'linux';
}
