import { Log } from '../engine/records/log.ts';
import { LOG_DIR } from '../engine/records/state-dir.ts';
import { stackOf } from '../terminal/crash.ts';

/** Writes a mistake of ours into a log of its own; resolves to its path, and to undefined where nothing can be written. */
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
