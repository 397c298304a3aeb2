import type { Answers } from '../answers/schema.ts';
import type { OperationWork } from '../engine/contracts/operation.ts';
import type { Run, RunMode } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import { startRun } from '../engine/run.ts';
import type { Host } from '../host/host.ts';
import { dialogues } from '../system/dialogues.ts';
import { progressReaders } from '../system/progress.ts';
import { tasks } from '../tasks/index.ts';
import { presence } from './presence.ts';

/** What the engine must know of an Otto. */
const OTTO = { tasks, dialogues, progress: progressReaders, presence } as const;

/** Starts an operation; without one, brings to its end what was cut off. */
export function startOperation(
  host: Host,
  answers: Answers,
  version: string,
  operation?: OperationWork<Answers>['operation'],
): Run {
  return startRun({ ...OTTO, host, answers, mode: 'operate', version, operation });
}

/**
 * Starts a run over all parts of an Otto; with `only` it fixes what that names and leaves the rest as it is. `log` false: it
 * leaves no log (a look that repeats every minute would push the others out).
 */
export function startOtto(
  mode: RunMode,
  host: Host,
  answers: Answers,
  version: string,
  { only, log = true }: { readonly only?: Scope; readonly log?: boolean } = {},
): Run {
  return startRun({ ...OTTO, host, answers, mode, version, log, only });
}
