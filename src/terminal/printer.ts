import { visibleColoured, visibleText } from '../text/visible.ts';
import { showsUnicode, toAscii } from './capabilities.ts';

/** Where text leaves without screens. */
export interface Printer {
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** {@link print} for lines that we have coloured ourselves. */
  readonly printColoured: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

type Stream = Pick<NodeJS.WritableStream, 'write'>;

/**
 * The last guard before a terminal, a pipe or a file: whatever a part of the program has forgotten becomes visible here.
 * Nothing else writes to stdout or stderr, but Ink for its screens.
 */
export function printer(
  stdout: Stream,
  stderr: Stream,
  environment: Readonly<Record<string, string | undefined>>,
): Printer {
  const fitting = (text: string) => (showsUnicode(environment) ? text : toAscii(text));
  return {
    print: (text) => void stdout.write(fitting(visibleText(text))),
    printColoured: (text) => void stdout.write(fitting(visibleColoured(text))),
    warn: (text) => void stderr.write(fitting(`${visibleText(text)}\n`)),
  };
}
