import { readdir, unlink } from 'node:fs/promises';
import { knownWordsFor } from '../../host/file-words.ts';
import { inPrivateFolder } from '../../host/private-folder.ts';
import { messageOf } from '../../text/error-message.ts';
import type { EngineAnswers, RunOptions } from '../contracts/run.ts';
import type { Events } from '../emit.ts';
import { type Journal, JournalFile, NO_JOURNAL } from './journal.ts';
import { Ledger } from './ledger.ts';
import { readLedger } from './ledger-file.ts';
import { acquireLock, type Lock } from './lock.ts';
import { Log, runId } from './log.ts';
import { ProgressKeeper, saveAnswers } from './state.ts';
import { LOG_DIR, makePrivateFolders, STATE_DIR } from './state-dir.ts';

/** Keep this many journals: the newest, and the first ones, which say what was here before us. */
const MOST_JOURNALS = 50;
const FIRST_JOURNALS = 5;

/** What a run leaves behind of itself: lock, log, journal, ledger, answers, progress. */
interface Records {
  readonly run: string;
  readonly stateDir: string;
  readonly ledger: Ledger;
  readonly journal: Journal;
  /** Path of the log. */
  readonly log?: string;
  /** Why nothing may be done: another process is running, or nothing can be written down. */
  readonly problem?: string;
  close(): Promise<void>;
}

/**
 * Opens what the mode needs: a check and a plan leave only a log, and continue without it when they must. Installing
 * needs the lock and the folder for its state. A rehearsal has its state in memory, and no lock or journal. Never
 * rejects.
 */
export async function openRecords<Answers extends EngineAnswers>(
  options: RunOptions<Answers>,
  events: Events,
): Promise<Records> {
  const { host, mode, version, answers } = options;
  const local = host.kind === 'local';
  const stateDir = options.stateDir ?? STATE_DIR;
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer().catch(() => undefined);
  };

  // A run about a few findings must not look like an interrupted installation, nor make the next one ask less.
  const whole = mode === 'install' && options.only === undefined;
  const changes = mode === 'install' || mode === 'operate';
  let problem: string | undefined;
  let lock: Lock | undefined;
  if (changes && local) {
    const onLost = (reason: string) => warn(`The lock was lost: ${reason}`);
    lock = await acquireLock(stateDir, { mode, version }, { onLost }).catch((error: unknown) => {
      problem = problemWith(stateDir, error);
      return undefined;
    });
    if (lock !== undefined) closers.push(lock.release);
  }

  const logDir = options.log === false ? undefined : (options.logDir ?? (local ? LOG_DIR : undefined));
  const log =
    logDir === undefined ? undefined : await Log.open(logDir, mode, host.now()).catch(() => undefined);
  if (log !== undefined) {
    events.subscribe(log.write);
    closers.push(() => log.close());
  }
  const warn = (text: string) => log?.note(text, host.now());

  const run = log?.run ?? runId(mode, host.now());
  let journal = NO_JOURNAL;
  if (changes && problem === undefined) {
    try {
      await readLedger(host, stateDir);
      await makePrivateFolders(host, [stateDir]);
      if (whole) await saveAnswers(host, answers, stateDir);
      if (local) journal = await openJournal(`${stateDir}/journal`, run);
      closers.push(() => journal.close());
      if (whole) {
        const progress = new ProgressKeeper(host, stateDir);
        events.subscribe(progress.keep);
        closers.push(() => progress.close());
      }
    } catch (error) {
      problem = problemWith(stateDir, error);
    }
  }
  return {
    run,
    stateDir,
    ledger: new Ledger(host, stateDir, run),
    journal,
    log: log?.path,
    problem,
    close,
  };
}

/** Why nothing may be changed: what is done has to be written down before. */
function problemWith(stateDir: string, error: unknown): string {
  const words = knownWordsFor(error);
  return words === undefined
    ? messageOf(error)
    : `otto-install cannot write its own notes in ${stateDir}: ${words}. Without them nothing is changed.`;
}

async function openJournal(folder: string, run: string): Promise<Journal> {
  return inPrivateFolder(folder, async (place) => {
    const names = (await readdir(place)).filter((name) => name.endsWith('.jsonl')).sort();
    const tooMany = names.slice(
      FIRST_JOURNALS,
      Math.max(0, names.length - MOST_JOURNALS + FIRST_JOURNALS + 1),
    );
    await Promise.all(tooMany.map((name) => unlink(`${place}/${name}`).catch(() => undefined)));
    return JournalFile.create(`${place}/${run}.jsonl`);
  });
}
