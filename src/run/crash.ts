import { Log } from '../engine/records/log.ts';
import { LOG_DIR } from '../engine/records/state-dir.ts';
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

/** Writes it into a log of its own; resolves to its path, and to undefined where nothing can be written. */
export async function keepCrash(error: unknown, folder: string = LOG_DIR): Promise<string | undefined> {
  try {
    const log = await Log.open(folder, 'crash', Date.now());
    log.note(stackOf(error), Date.now());
    await log.close();
    return log.path;
  } catch {
    // Not root, or no place: then it is printed.
    return undefined;
  }
}
