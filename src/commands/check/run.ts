import { type AnswerInputs, answersProblemText, resolveAnswers } from '../../answers/resolve.ts';
import { type Answers, type AnswersInput, SECRET_KEYS } from '../../answers/schema.ts';
import type { Changes } from '../../changes/changes.ts';
import { changesSinceHealthy, keepHealthy } from '../../changes/healthy.ts';
import type { Run } from '../../engine/contracts/run.ts';
import { stopOnSignals } from '../../engine/signals.ts';
import type { Host } from '../../host/host.ts';
import { startOtto } from '../../otto/start.ts';
import { EXIT, exitCodeOf } from '../../run/exit-code.ts';
import type { RunModel } from '../../run/view-model.ts';
import { sparingClaude } from '../../tasks/first-login/sparing.ts';
import { visibleJson } from '../../text/visible.ts';
import type { Invocation } from '../command-line.ts';
import { CheckReport } from './report.ts';
import { summaryOf } from './summary.ts';
import { differences } from './watch.ts';

interface CheckOptions {
  readonly invocation: Pick<Invocation, 'json' | 'watch' | 'everySeconds'>;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  readonly version: string;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

/** A look that repeats asks Claude so often at most: each question costs a little. */
const ASK_CLAUDE_EVERY_MS = 15 * 60_000;

/** `otto-install check`: one look, or with --watch one after the other. Resolves to the exit code of the last look. */
export async function runCheck(options: CheckOptions): Promise<number> {
  const { inputs, invocation, warn } = options;
  const resolution = resolveForLook(inputs);
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return EXIT.couldNotRun;
  }
  const { answers } = resolution;
  if (invocation.watch) return watch(sparingClaude(answers, ASK_CLAUDE_EVERY_MS), options);
  return exitCodeOf((await look(answers, options, 'report')).model);
}

/** The answers that a look needs: no secrets, and stand-ins for what is not looked at. */
export function resolveForLook(inputs: AnswerInputs): ReturnType<typeof resolveAnswers> {
  return resolveAnswers(
    { ...inputs, examples: { ...standIns(inputs), ...inputs.examples } },
    { unattended: true, notNeeded: new Set(SECRET_KEYS) },
  );
}

/** Looking needs a domain; addresses that are only told to others are not looked at. */
function standIns(inputs: AnswerInputs): AnswersInput {
  const sources = [inputs.flags, inputs.environment, inputs.file, inputs.saved, inputs.discovered];
  const domain = sources.find((source) => source?.domain !== undefined)?.domain;
  return domain === undefined ? {} : { email: `admin@${domain}` };
}

interface Looked {
  readonly model: RunModel;
  readonly changes: Changes | undefined;
}

/** One look. 'report': all of it is printed as it goes, or every event with --json; 'silent': nothing is. */
async function look(
  answers: Answers,
  { invocation, host, version, print }: CheckOptions,
  output: 'report' | 'silent',
): Promise<Looked> {
  const log = output === 'silent' ? { log: false } : {};
  const run = startOtto('check', host, answers, version, log);
  const letGo = stopOnSignals(run);
  const report = new CheckReport();
  const comparing = changesSinceHealthy(host, answers).then((changes) => {
    report.changes = changes;
  });
  await followed(run, report, comparing, (lines, json, isLast) => {
    if (output === 'silent') return;
    if (!invocation.json) for (const line of lines) print(`${line}\n`);
    else print(`${isLast ? `${visibleJson(summaryOf(report.model, report.changes))}\n` : ''}${json}\n`);
  });
  letGo();
  const { model, changes } = report;
  if (model.ended?.outcome === 'healthy') await keepHealthy(host, answers);
  return { model, changes };
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

async function watch(answers: Answers, options: CheckOptions): Promise<number> {
  const { invocation, host, print } = options;
  const over = new AbortController();
  const end = () => over.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  let last: RunModel | undefined;
  while (!over.signal.aborted) {
    const looked = await look(answers, options, last === undefined ? 'report' : 'silent');
    // A look that was cut off by Ctrl-C says nothing about the machine.
    if (over.signal.aborted && looked.model.ended?.outcome === 'stopped') break;
    if (last !== undefined) tell(last, looked, options);
    else if (!invocation.json) print(`\nLooking again every ${invocation.everySeconds} s; Ctrl-C ends it.\n`);
    last = looked.model;
    await host.sleep(invocation.everySeconds * 1_000, over.signal);
  }
  for (const signal of signals) process.off(signal, end);
  return last === undefined ? 130 : exitCodeOf(last);
}

/** What changed, with the time; with --json the summary of every look. */
function tell(before: RunModel, { model, changes }: Looked, { invocation, print }: CheckOptions): void {
  if (invocation.json) {
    print(`${visibleJson(summaryOf(model, changes))}\n`);
    return;
  }
  const time = new Date(model.ended?.at ?? model.startedAt).toTimeString().slice(0, 8);
  for (const line of differences(before, model)) print(`${time}  ${line}\n`);
}
