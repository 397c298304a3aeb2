import type { Answers } from './answers.ts';
import { type Run, type RunMode, startRun } from './engine/run.ts';
import type { Host } from './host/host.ts';
import { dialogues } from './system/dialogues.ts';
import { progressReaders } from './system/progress.ts';
import { tasks } from './tasks/index.ts';

/** Starts a run over all parts of an Otto. */
export function startOtto(mode: RunMode, host: Host, answers: Answers, version: string): Run {
  return startRun({ tasks, host, answers, mode, version, dialogues, progress: progressReaders });
}
