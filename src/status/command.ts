import type { Answers } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import { stopOnSignals } from '../engine/signals.ts';
import type { Host } from '../host/host.ts';
import type { LogPlacing } from '../logs/places.ts';
import { startOtto } from '../otto/start.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { NOT_STARTED, reduce } from '../run/view-model.ts';
import { redact } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';
import { visibleJson } from '../text/visible.ts';
import type { Checked } from './facts.ts';
import { lookAtStatus } from './look.ts';
import { statusText } from './text.ts';

/** Starts a look at everything, without a log, and returns its result. */
export function startCheck(
  host: Host,
  answers: Answers,
  version: string,
): { readonly run: Run; readonly checked: Promise<Checked> } {
  const run = startOtto('check', host, answers, version, { log: false });
  let model = NOT_STARTED;
  run.subscribe((event) => {
    model = reduce(model, event);
  });
  const checked = run.result.then((): Checked => {
    const { ended } = model;
    return {
      // A look that ended well while something is still starting does not count either.
      outcome: exitCodeOf(model) === 0 ? 'healthy' : (ended?.outcome ?? 'failed'),
      reason: ended?.reason,
      ms: ended?.ms ?? 0,
      findings: model.tasks.flatMap(({ findings }) =>
        findings.map(({ code, severity, evidence }) => ({ code, severity, evidence })),
      ),
      waiting: model.tasks.filter(({ state }) => state === 'waiting').length,
    };
  });
  return { run, checked };
}

export interface CheckOptions {
  readonly host: Host;
  /** The answers that a check needs, or why there are none. */
  readonly answers: Answers | { readonly problem: string };
  readonly version: string;
  /** Whether signals stop it, and no longer the process. */
  readonly stopsOnSignals?: boolean;
}

/** The result of a look at everything, or why there is none. Never throws. */
export async function check({ host, answers, version, stopsOnSignals }: CheckOptions): Promise<Checked> {
  const not = (reason: string) => ({ outcome: 'not checked', reason, ms: 0, findings: [], waiting: 0 });
  if ('problem' in answers) return not(answers.problem);
  const { run, checked } = startCheck(host, answers, version);
  const unsubscribe = stopsOnSignals === true ? stopOnSignals(run) : undefined;
  return checked.catch((error: unknown) => not(messageOf(error))).finally(unsubscribe);
}

interface StatusOptions extends CheckOptions {
  readonly placing: LogPlacing;
  readonly json: boolean;
  readonly width: number;
  readonly print: (text: string) => void;
}

/** `otto-install status`. Exit code: 0 everything was checked and runs, 1 otherwise. */
export async function runStatus(options: StatusOptions): Promise<number> {
  const { host, placing, version, json, width, print } = options;
  const [facts, checked] = await Promise.all([
    lookAtStatus(host, placing),
    check({ ...options, stopsOnSignals: true }),
  ]);
  const text = json
    ? `${visibleJson({ otto: version, ...facts, check: checked })}\n`
    : statusText(facts, checked, width);
  print(redact(text));
  return checked.outcome === 'healthy' && facts.cutOff === undefined ? EXIT.ok : EXIT.notDone;
}
