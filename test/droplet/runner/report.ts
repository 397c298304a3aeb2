import type { Release } from '../machine/release.ts';

/** How a scenario went on one release. */
export interface Result {
  readonly name: string;
  readonly release: Release;
  readonly seconds: number;
  /** Why it failed, in one text; absent when it passed. */
  readonly failure?: string;
}

/** The table at the end, and the plain closing line 'N passed, N failed'. */
export function report(results: readonly Result[]): string {
  const width = Math.max(8, ...results.map(({ name }) => name.length));
  const rows = results.map(({ name, release, seconds, failure }) => {
    const reason = failure === undefined ? '' : `  ${failure.split('\n')[0]}`;
    const outcome = failure === undefined ? 'passed' : 'failed';
    return `  ${name.padEnd(width)}  ${release.padEnd(11)}  ${outcome}  ${inSeconds(seconds)}${reason}`;
  });
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  return [...rows, `${results.length - failed} passed, ${failed} failed`].join('\n');
}

/** Seconds, right-aligned: '  12.3 s'. */
export function inSeconds(seconds: number): string {
  return `${seconds.toFixed(1).padStart(7)} s`;
}
