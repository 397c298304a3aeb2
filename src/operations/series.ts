import type { AnyOttoOperation } from './otto-operation.ts';

/** Several operations under one command, one after the other: each with its own questions and its own way back. */
export interface OttoSeries {
  /** 'update all' */
  readonly command: string;
  readonly title: string;
  /** One line for `--help`. */
  readonly help: string;
  readonly why: string;
  /** In the order in which they run; the first that fails is the last that is started. */
  readonly operations: readonly AnyOttoOperation[];
}

/**
 * Pure. How a series ended, in lines for people: `done` succeeded, `failed` did not (undefined: all succeeded), and
 * what came after it was not started.
 */
export function seriesEnd(
  { operations }: Pick<OttoSeries, 'operations'>,
  failed: AnyOttoOperation | undefined,
): readonly string[] {
  if (failed === undefined) return [`Everything is done: ${titles(operations)}.`];
  const at = operations.indexOf(failed);
  const [done, left] = [operations.slice(0, at), operations.slice(at + 1)];
  return [
    `Not done: ${failed.title}. See above what happened to it.`,
    ...(done.length === 0 ? [] : [`Done before that, and kept: ${titles(done)}.`]),
    ...(left.length === 0 ? [] : [`Not started: ${titles(left)}.`]),
  ];
}

const titles = (operations: readonly AnyOttoOperation[]): string =>
  operations.map(({ title }) => title).join(', ');
