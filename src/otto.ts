import type { Answers } from './answers.ts';
import type { Dialogue } from './engine/dialogue.ts';
import type { ProgressReader } from './engine/progress.ts';
import { type Run, type RunMode, startRun } from './engine/run.ts';
import type { Host } from './host/host.ts';
import { aptInstallProgress } from './system/apt-progress.ts';
import { claudeLogin } from './system/claude-login.ts';
import { ghLogin } from './system/gh-login.ts';
import { imagePullProgress } from './system/image-pull.ts';
import { tasks } from './tasks/index.ts';

/** Other programs' dialogues, by the name that an action calls them. */
const dialogues: Readonly<Record<string, Dialogue>> = {
  'gh-login': ghLogin,
  'claude-login': claudeLogin,
};

/** Readers of how far a command is, by the name that an action calls them. */
const progress: Readonly<Record<string, ProgressReader>> = {
  'apt-install': aptInstallProgress,
  'image-pull': imagePullProgress,
};

/** Starts a run over all parts of an Otto. */
export function startOtto(mode: RunMode, host: Host, answers: Answers, version: string): Run {
  return startRun({ tasks, host, answers, mode, version, dialogues, progress });
}
