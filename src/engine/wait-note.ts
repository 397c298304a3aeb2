import { minuteText } from '../text/time.ts';
import type { Finding } from './contracts/task.ts';

/**
 * What is said while something is waited for: what it is, and until when at most, so that nobody has to guess whether it ends.
 * `until`: ms since 1970.
 */
export function waitNote({ evidence }: Pick<Finding, 'evidence'>, until: number): string {
  return `${evidence.replace(/\.$/, '')} (until ${minuteText(until).slice(11)} at most).`;
}
