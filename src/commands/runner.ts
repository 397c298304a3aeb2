import { PASSWORD_FILE } from '../answers/kept.ts';
import {
  type AnswerInputs,
  answersProblemText,
  type Resolution,
  resolveAnswers,
} from '../answers/resolve.ts';
import type { AnswerKey } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import { CannotRun } from '../run/exit-code.ts';
import type { RunModel } from '../run/view-model.ts';
import { begin, type Known, type Place } from '../wizard/begin.ts';

/** Answers that are complete, and where each comes from. */
type Resolved = Extract<Resolution, { ok: true }>;

interface Needs {
  /** Nobody can be asked for what is open. */
  readonly unattended: boolean;
  /** Secrets that this run does without, or that the machine has. */
  readonly notNeeded: ReadonlySet<AnswerKey>;
}

/** The answers for a run. Throws {@link CannotRun} with all that is missing or wrong. */
export function answersFor(inputs: AnswerInputs, needs: Needs): Resolved {
  const resolution = resolveAnswers(inputs, needs);
  if (!resolution.ok) throw new CannotRun(answersProblemText(resolution));
  return resolution;
}

interface Work {
  readonly mode: 'install' | 'check' | 'plan';
  /** What it is confined to. */
  readonly only?: Scope;
  /** false: it leaves no log of its own. */
  readonly log?: false;
  /** Shows it until it has ended. */
  readonly follow: (run: Run) => Promise<RunModel>;
}

/** Every run of the engine that a command starts: begins it, shows it to its end, and waits until all of it is kept. */
export async function carryOut(
  { mode, only, log, follow }: Work,
  known: Known,
  place: Place,
): Promise<RunModel> {
  const { run, gavePassword, kept } = begin(mode, place, known, { only, log });
  const model = await follow(run);
  await kept;
  // A good installation tells it with the rest.
  const shownAtTheEnd = model.ended?.outcome === 'healthy' && only === undefined;
  if (gavePassword() && place.host.kind === 'local' && !shownAtTheEnd)
    place.warn(`The password of ${known.answers.adminEmail} was generated. It is in ${PASSWORD_FILE}.`);
  return model;
}
