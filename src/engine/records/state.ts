import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { Secret } from '../../secret/secret.ts';
import { type Event, TaskState } from '../contracts/event.ts';
import { STATE_DIR } from './state-dir.ts';

/** How far a run came; of the last run or of the one at work. */
const SavedProgress = z.object({
  run: z.string(),
  version: z.string(),
  startedAt: z.string(),
  updatedAt: z.string(),
  tasks: z.record(z.string(), TaskState),
  /** Without it the run was interrupted, or is still running. */
  outcome: z.optional(z.string()),
});
type SavedProgress = z.infer<typeof SavedProgress>;

const answersPath = (stateDir: string) => `${stateDir}/answers.json`;
const progressPath = (stateDir: string) => `${stateDir}/progress.json`;

/** Saves the answers of a run, without secrets and without how it was started and what was agreed to. Throws HostError. */
export async function saveAnswers(host: Host, answers: object, stateDir = STATE_DIR): Promise<void> {
  const plain = Object.entries(answers).filter(
    ([key, value]) => !(value instanceof Secret) && key !== 'unattended' && key !== 'agree',
  );
  await host.writeFile(answersPath(stateDir), `${JSON.stringify(Object.fromEntries(plain), null, 2)}\n`, {
    mode: 0o600,
  });
}

/** How far the last run came; undefined when there is none that can be read. */
export async function loadProgress(host: Host, stateDir = STATE_DIR): Promise<SavedProgress | undefined> {
  try {
    return SavedProgress.parse(JSON.parse((await host.readFile(progressPath(stateDir))) ?? ''));
  } catch {
    // It only makes the next run more comfortable: an unreadable file counts as absent.
    return undefined;
  }
}

/** Only these are written down: they are said after the look that shows them. */
const VERIFIED: readonly TaskState[] = ['healthy', 'unhealthy', 'skipped'];

/** Keeps progress.json up to date from a run's events; each write comes after the verification that it describes. */
export class ProgressKeeper {
  readonly #host: Host;
  readonly #stateDir: string;
  #progress: SavedProgress | undefined;
  #writing: Promise<void> | undefined;
  #changed = false;

  constructor(host: Host, stateDir: string) {
    this.#host = host;
    this.#stateDir = stateDir;
  }

  readonly keep = (event: Event): void => {
    const time = new Date(event.at).toISOString();
    if (event.type === 'run-started') {
      const { run, version } = event;
      this.#progress = { run, version, startedAt: time, updatedAt: time, tasks: {} };
    } else if (this.#progress === undefined) return;
    else if (event.type === 'task-state' && VERIFIED.includes(event.state)) {
      const tasks = { ...this.#progress.tasks, [event.task]: event.state };
      this.#progress = { ...this.#progress, tasks, updatedAt: time };
    } else if (event.type === 'run-ended')
      this.#progress = { ...this.#progress, outcome: event.outcome, updatedAt: time };
    else return;
    this.#changed = true;
    this.#writing ??= this.#write();
  };

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  /** The latest wins: what changes during a write is written after it, once. */
  async #write(): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      const text = `${JSON.stringify(this.#progress, null, 2)}\n`;
      await this.#host.writeFile(progressPath(this.#stateDir), text, { mode: 0o600 }).catch(() => undefined);
    }
    this.#writing = undefined;
  }
}
