import type { ProgressReader } from '../engine/contracts/progress.ts';
import { imagePullProgress } from './docker/image-pull.ts';
import { gitProgress } from './git/git-progress.ts';
import { aptInstallProgress } from './packages/apt-progress.ts';
import { pipProgress } from './python/pip.ts';

/** By the name that `Run.progress` uses. */
export const progressReaders: Readonly<Record<string, ProgressReader>> = {
  'apt-install': aptInstallProgress,
  git: gitProgress,
  'image-pull': imagePullProgress,
  pip: pipProgress,
};
