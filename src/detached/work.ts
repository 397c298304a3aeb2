import type { AnswerKey, Answers } from '../answers/schema.ts';
import type { OperationWork } from '../engine/contracts/operation.ts';
import type { Run, RunSummary } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import type { Host } from '../host/host.ts';
import { keepPassword } from '../otto/keep-password.ts';
import { startOperation, startOtto } from '../otto/start.ts';

/** What a run is to change. */
export type Work = Install | Operate;

interface Install {
  readonly kind: 'install';
  readonly answers: Answers;
  readonly only?: Scope | undefined;
  /** Nobody chose the first account's password: it is kept when the account gets it. */
  readonly passwordGenerated?: boolean;
  /** Secrets that somebody gave although they could have been generated. */
  readonly typed?: readonly AnswerKey[];
}

interface Operate {
  readonly kind: 'operate';
  readonly answers: Answers;
  /** Without it: brings to its end what was cut off. */
  readonly operation?: OperationWork<Answers>['operation'] | undefined;
}

export interface StartedWork {
  readonly run: Run;
  /** Whether it has given the first account a password that nobody had chosen. */
  readonly gavePassword: () => boolean;
}

/** Starts a run, wherever it is carried out. */
export type StartWork = (work: Work) => StartedWork;

/** How a run ended, for those who watch it. */
export interface End {
  readonly summary: RunSummary;
  readonly gavePassword: boolean;
}

export interface WorkOptions {
  readonly host: Host;
  readonly version: string;
  readonly onProblem?: (text: string) => void;
}

/** Carries work out in this process. */
export function inThisProcess({ host, version, onProblem = () => {} }: WorkOptions): StartWork {
  return (work) => {
    const { answers } = work;
    if (work.kind === 'operate')
      return { run: startOperation(host, answers, version, work.operation), gavePassword: () => false };
    const { only, passwordGenerated = false } = work;
    const run = startOtto('install', host, answers, version, { only });
    return { run, ...keepPassword(run, host, answers, { passwordGenerated, onProblem }) };
  };
}
