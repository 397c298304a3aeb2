import { visibleText } from '../text/visible.ts';
import type { LogLine } from './line.ts';
import { redactLog } from './redact-log.ts';
import { isWanted, type Wanted } from './wanted.ts';

/** A line as it may be shown; undefined when it is not wanted, or only because of what must not be seen. */
export function admitted(line: LogLine, wanted: Wanted): LogLine | undefined {
  if (!isWanted(line, wanted)) return undefined;
  // A copy: a piece of a larger text would keep all of that in memory.
  const clean = { ...line, text: Buffer.from(visibleText(redactLog(line.text))).toString() };
  return isWanted(clean, wanted) ? clean : undefined;
}
