import type { ProgressReader } from '../../engine/contracts/progress.ts';

/** Percent of what `git clone --progress` receives; the numbers before it (counting, compressing) are over in no time. */
export const gitProgress: ProgressReader = () => (line) => {
  const percent = /^Receiving objects:\s+(\d+)%/.exec(line)?.[1];
  return percent === undefined ? undefined : { done: Number(percent), total: 100, unit: '%' };
};
