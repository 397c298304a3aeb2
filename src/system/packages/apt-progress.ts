import type { ProgressReader } from '../../engine/contracts/progress.ts';

/** Reads `apt-get install`: packages set up, of those that it said it would install. Reader 'apt-install'. */
export const aptInstallProgress: ProgressReader = () => {
  let done = 0;
  let total: number | undefined;
  return (line) => {
    const newly = /^\d+ upgraded, (\d+) newly installed/.exec(line)?.[1];
    if (newly !== undefined) total = Number(newly);
    if (/^Setting up /.test(line)) done += 1;
    else if (newly === undefined) return undefined;
    return total === undefined ? { done, unit: 'packages' } : { done, total, unit: 'packages' };
  };
};
