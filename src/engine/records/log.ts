import { writeSync } from 'node:fs';
import { type FileHandle, open, readdir, unlink } from 'node:fs/promises';
import { inPrivateFolder } from '../../host/private-folder.ts';
import { fileTime } from '../../text/time.ts';
import { visibleText } from '../../text/visible.ts';
import type { Event } from '../contracts/event.ts';
import { logLines, resultLine } from './log-lines.ts';

/** Keep this many logs; older ones are removed. */
const MOST_LOGS = 50;

/**
 * The log of one run: /var/log/otto-install/20261122T165300Z-install.log, 0600. It reads the run's events (which are
 * redacted already), writes in batches, and ends with a result line, also when the process dies.
 */
export class Log {
  readonly path: string;
  /** The id of the run: the log's name without its ending. */
  readonly run: string;
  readonly #file: FileHandle;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;
  #ended = false;
  readonly #onExit = () => this.#endNow();

  private constructor(path: string, run: string, file: FileHandle) {
    this.path = path;
    this.run = run;
    this.#file = file;
    process.once('exit', this.#onExit);
  }

  /** Makes the log's folder and file, and removes the oldest logs. Throws when that is not possible. */
  static async open(folder: string, mode: string, now: number): Promise<Log> {
    return inPrivateFolder(folder, async (place) => {
      await removeOld(place);
      for (let count = 1; ; count += 1) {
        const run = runId(mode, now, count);
        try {
          return new Log(`${folder}/${run}.log`, run, await open(`${place}/${run}.log`, 'ax', 0o600));
        } catch (error) {
          if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
        }
      }
    });
  }

  /** Writes a line that is not an event. */
  note(text: string, now: number): void {
    if (this.#ended) return;
    this.#waiting.push(`${new Date(now).toISOString()} ${inLog(text)}\n`);
    this.#writing ??= this.#flush();
  }

  readonly write = (event: Event): void => {
    if (this.#ended) return;
    for (const line of logLines(event)) this.note(line, event.at);
    if (event.type === 'run-ended') {
      this.#waiting.push(`${inLog(resultLine(event))}\n`);
      this.#ended = true;
    }
    this.#writing ??= this.#flush();
  };

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    process.off('exit', this.#onExit);
    await this.#writing;
    await this.#file.close().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    // Everything within one turn of the event loop becomes one write.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const text = this.#waiting.join('');
      this.#waiting = [];
      // A full disk must not end the run; whatever fails next shows it.
      await this.#file.appendFile(text).catch(() => undefined);
    }
    this.#writing = undefined;
  }

  /** The process ends now: there is no time for anything asynchronous. */
  #endNow(): void {
    if (!this.#ended) this.#waiting.push('# Result: failed: otto-install ended unexpectedly\n');
    try {
      writeSync(this.#file.fd, this.#waiting.join(''));
    } catch {
      // Nobody is left who could do anything about it.
    }
  }
}

/** Continuation lines are indented, so that no text from outside looks like one of our lines, or like the result. */
function inLog(text: string): string {
  return visibleText(text).replaceAll('\n', '\n    ');
}

/** Id of a run: '20261122T165300Z-install', with a number when there is already one of that second. */
export function runId(mode: string, now: number, count = 1): string {
  return `${fileTime(now)}-${mode}${count > 1 ? `-${count}` : ''}`;
}

async function removeOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\d{8}T\d{6}Z-.*\.log$/.test(name)).sort();
  const tooMany = names.slice(0, Math.max(0, names.length - MOST_LOGS + 1));
  await Promise.all(tooMany.map((name) => unlink(`${folder}/${name}`).catch(() => undefined)));
}
