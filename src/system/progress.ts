import type { ProgressReader } from '../engine/progress.ts';
import { aptInstallProgress } from './apt-progress.ts';
import { gitProgress } from './git-progress.ts';
import { imagePullProgress } from './image-pull.ts';
import { pipProgress } from './pip.ts';

/** By the name that `Run.progress` uses. */
export const progressReaders: Readonly<Record<string, ProgressReader>> = {
  'apt-install': aptInstallProgress,
  git: gitProgress,
  'image-pull': imagePullProgress,
  pip: pipProgress,
};
