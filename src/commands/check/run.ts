import type { AnswerInputs } from '../../answers/resolve.ts';
import { type Answers, type AnswersInput, SECRET_KEYS } from '../../answers/schema.ts';
import type { Changes } from '../../changes/changes.ts';
import { changesSinceHealthy } from '../../changes/healthy.ts';
import type { Run } from '../../engine/contracts/run.ts';
import { stopOnSignals } from '../../engine/signals.ts';
import { EXIT, exitCodeOf } from '../../run/exit-code.ts';
import type { RunModel } from '../../run/view-model.ts';
import { sparingClaude } from '../../tasks/first-login/sparing.ts';
import { visibleJson } from '../../text/visible.ts';
import type { Call, Shell } from '../command.ts';
import { type Prepared, prepare } from '../prepare.ts';
import { answersFor, carryOut } from '../runner.ts';
import { listJson, listText } from './list.ts';
import { CheckReport } from './report.ts';
import { summaryOf } from './summary.ts';
import { differences } from './watch.ts';

/** How often a repeating look asks Claude at most: each question costs a little. */
const ASK_CLAUDE_EVERY_MS = 15 * 60_000;
const DEFAULT_PAUSE_SECONDS = 30;

/** `otto-install check`: one look, or with --watch one after the other; the exit code is that of the last look. */
export async function check(call: Call, shell: Shell): Promise<number> {
  if (call.values.has('list')) {
    shell.print(call.json ? listJson() : listText());
    return EXIT.ok;
  }
  return checkOtto(call, await prepare(call, shell, { changes: false }));
}

export async function checkOtto(call: Call, prepared: Prepared): Promise<number> {
  const { answers } = answersFor(withStandIns(prepared.inputs), {
    unattended: true,
    notNeeded: new Set(SECRET_KEYS),
  });
  const looking = { ...prepared, json: call.json };
  const every = call.values.get('every');
  if (every === undefined && !call.values.has('watch'))
    return exitCodeOf((await look(answers, looking, 'report')).model);
  const seconds = every === undefined ? DEFAULT_PAUSE_SECONDS : Number(every);
  return watch(sparingClaude(answers, ASK_CLAUDE_EVERY_MS), looking, seconds);
}

/** Looking needs a domain; addresses that are only told to others are not looked at. */
export function withStandIns(inputs: AnswerInputs): AnswerInputs {
  const sources = [inputs.flags, inputs.environment, inputs.file, inputs.saved, inputs.discovered];
  const domain = sources.find((source) => source?.domain !== undefined)?.domain;
  const standIns: AnswersInput = domain === undefined ? {} : { email: `admin@${domain}` };
  return { ...inputs, examples: { ...standIns, ...inputs.examples } };
}

interface Looking extends Pick<Prepared, 'host' | 'version' | 'print' | 'warn'> {
  readonly json: boolean;
}

interface Looked {
  readonly model: RunModel;
  readonly changes: Changes | undefined;
}

/** One look. 'report': all of it is printed as it goes, or every event with --json; 'silent': nothing is. */
async function look(answers: Answers, looking: Looking, output: 'report' | 'silent'): Promise<Looked> {
  const { host, json, print } = looking;
  const report = new CheckReport();
  const comparing = changesSinceHealthy(host, answers).then((changes) => {
    report.changes = changes;
  });
  const follow = async (run: Run) => {
    const unsubscribe = stopOnSignals(run);
    await followed(run, report, comparing, (lines, event, isLast) => {
      if (output === 'silent') return;
      if (!json) for (const line of lines) print(`${line}\n`);
      else print(`${isLast ? `${visibleJson(summaryOf(report.model, report.changes))}\n` : ''}${event}\n`);
    });
    unsubscribe();
    return report.model;
  };
  const model = await carryOut(
    { mode: 'check', follow, ...(output === 'silent' ? { log: false } : {}) },
    { answers },
    looking,
  );
  return { model, changes: report.changes };
}

/** Hands on every event of the run; the last one when also the comparison with the last healthy look is there. */
async function followed(
  run: Run,
  report: CheckReport,
  comparing: Promise<void>,
  onEvent: (lines: readonly string[], json: string, isLast: boolean) => void,
): Promise<void> {
  let last = comparing;
  run.subscribe((event) => {
    const isLast = event.type === 'run-ended';
    const hand = () => onEvent(report.take(event), visibleJson(event), isLast);
    if (isLast) last = comparing.then(hand);
    else hand();
  });
  await run.result;
  await last;
}

async function watch(answers: Answers, looking: Looking, everySeconds: number): Promise<number> {
  const { json, host, print } = looking;
  const over = new AbortController();
  const end = () => over.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  let last: RunModel | undefined;
  while (!over.signal.aborted) {
    const looked = await look(answers, looking, last === undefined ? 'report' : 'silent');
    // A look that was cut off by Ctrl-C says nothing about the machine.
    if (over.signal.aborted && looked.model.ended?.outcome === 'stopped') break;
    if (last !== undefined) tell(last, looked, looking);
    else if (!json) print(`\nLooking again every ${everySeconds} s; Ctrl-C stops.\n`);
    last = looked.model;
    await host.sleep(everySeconds * 1_000, over.signal);
  }
  for (const signal of signals) process.off(signal, end);
  return last === undefined ? EXIT.stopped : exitCodeOf(last);
}

/** What changed, with the time; with --json the summary of every look. */
function tell(before: RunModel, { model, changes }: Looked, { json, print }: Looking): void {
  if (json) {
    print(`${visibleJson(summaryOf(model, changes))}\n`);
    return;
  }
  const time = new Date(model.ended?.at ?? model.startedAt).toTimeString().slice(0, 8);
  for (const line of differences(before, model)) print(`${time}  ${line}\n`);
}
