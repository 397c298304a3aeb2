import { redact } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';

/** A mistake of ours, for the one who reads the log. */
export function stackOf(error: unknown): string {
  return redact(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** What went wrong, in one line for the operator. */
export function crashText(error: unknown): string {
  const [line = ''] = redact(messageOf(error)).split('\n');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
