import { PASSWORD_FILE } from '../answers/kept.ts';
import {
  type AnswerInputs,
  answersProblemText,
  type Resolution,
  resolveAnswers,
} from '../answers/resolve.ts';
import type { AnswerKey } from '../answers/schema.ts';
import { keepHealthy } from '../changes/healthy.ts';
import { inThisProcess, type StartWork } from '../detached/work.ts';
import type { Run } from '../engine/contracts/run.ts';
import type { Scope } from '../engine/contracts/scope.ts';
import type { Host } from '../host/host.ts';
import { startOtto } from '../otto/start.ts';
import { CannotRun } from '../run/exit-code.ts';
import type { RunModel } from '../run/view-model.ts';

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

/**
 * Every run of the engine that a command starts: begins it, shows it to its end, and keeps what must not get lost: a
 * generated password at the moment at which it counts, and how things stood when all was healthy.
 */
export async function carryOut(
  { mode, only, log, follow }: Work,
  { answers, origins }: Pick<Resolved, 'answers'> & Partial<Resolved>,
  {
    host,
    version,
    warn,
    start = inThisProcess({ host, version, onProblem: warn }),
  }: {
    readonly host: Host;
    readonly version: string;
    readonly warn: (text: string) => void;
    readonly start?: StartWork;
  },
): Promise<RunModel> {
  const passwordGenerated = origins?.adminPassword === 'generated';
  const { run, gavePassword } =
    mode === 'install'
      ? start({ kind: 'install', answers, only, passwordGenerated })
      : { run: startOtto(mode, host, answers, version, { only, log }), gavePassword: () => false };
  const model = await follow(run);
  const healthy = model.ended?.outcome === 'healthy';
  if (healthy && mode !== 'plan') await keepHealthy(host, answers);
  // A good installation tells it with the rest.
  const toldAtTheEnd = healthy && only === undefined;
  if (gavePassword() && host.kind === 'local' && !toldAtTheEnd)
    warn(`The password of ${answers.adminEmail} was generated. It is in ${PASSWORD_FILE}.`);
  return model;
}
