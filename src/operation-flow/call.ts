import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import type { OttoSeries } from '../operations/series.ts';

/** An operation that was asked for on the command line, or a series of them. */
export interface OperationCall {
  /** The one that was asked for; of a series, the first one. */
  readonly operation: AnyOttoOperation;
  /** The series that it begins: what comes after it is started once it has ended well. */
  readonly series?: OttoSeries;
  readonly yes: boolean;
  readonly json: boolean;
  /** Answers to its questions that are no secrets, by the question's id. */
  readonly flags: Readonly<Record<string, string>>;
  /** Files that hold secrets: question's id → path. */
  readonly secretFiles: Readonly<Record<string, string>>;
}

/** 'dropSecondFactor' → '--drop-second-factor' */
export function flagOf(id: string): string {
  return `--${id.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
