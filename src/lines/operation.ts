import type { Answers } from '../answers/schema.ts';
import { inThisProcess, type StartWork } from '../detached/work.ts';
import type { OperationWork } from '../engine/contracts/operation.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import { differenceOf } from '../engine/plan-view.ts';
import type { Host } from '../host/host.ts';
import { flagOf, type OperationCall } from '../operation-flow/call.ts';
import { isDone, summaryOf } from '../operation-flow/ending.ts';
import { generatedValues } from '../operation-flow/given.ts';
import {
  fetchingFor,
  isEmpty,
  judged,
  lookAgain,
  lookFailure,
  type NextStep,
} from '../operation-flow/steps.ts';
import type { AnyOttoOperation, Ask, Given } from '../operations/otto-operation.ts';
import { seriesEnd } from '../operations/series.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import type { RunModel } from '../run/view-model.ts';
import { reveal, Secret } from '../secret/secret.ts';
import type { LineReader } from '../terminal/line-reader.ts';
import { visibleLine } from '../text/visible.ts';
import { ask, confirmed, numberOf, type Say, type Taken, type Talk } from './ask.ts';
import { follow } from './follow-operation.ts';

/** What operating in lines works with. */
export interface LinesOptions {
  readonly call: Pick<OperationCall, 'operation' | 'series' | 'yes' | 'json'>;
  readonly host: Host;
  readonly answers: Answers;
  /** What was answered with the command. */
  readonly given: Given;
  readonly version: string;
  /** How runs are started; without it in this process. */
  readonly start?: StartWork;
  /** How runs are started that others follow upon: only the last may be left alone. Without it like that one. */
  readonly startFirst?: StartWork;
  /** Reads what is asked; undefined when nobody is there. */
  readonly reader: LineReader | undefined;
  readonly say: Say;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

/**
 * An operation, or a series of them, as lines: asks what was not given, says what will be done, does it, and says how it
 * ended. Resolves to the exit code.
 */
export async function operateInLines(options: LinesOptions): Promise<number> {
  const { call, say } = options;
  const { series } = call;
  if (series === undefined) return operateOne(call.operation, options);
  const { start, startFirst = start } = options;
  const last = series.operations.at(-1);
  for (const operation of series.operations) {
    if (!call.json) say('', `${operation.title}.`);
    const exitCode = await operateOne(operation, {
      ...options,
      start: operation === last ? start : startFirst,
      given: { ...options.given, ...generatedValues() },
    });
    if (exitCode !== EXIT.ok) {
      if (!call.json) say('', ...seriesEnd(series, operation));
      return exitCode;
    }
  }
  if (!call.json) say('', ...seriesEnd(series, undefined));
  return EXIT.ok;
}

async function operateOne(operation: AnyOttoOperation, options: LinesOptions): Promise<number> {
  const { given, warn } = options;
  try {
    const prepared = await prepare(operation, options);
    if ('exitCode' in prepared) return prepared.exitCode;
    return await agreeAndDo(operation, options, await choose(operation, options, prepared.facts, given));
  } catch (error) {
    if (error instanceof LookFailed) {
      warn(`It could not be checked: ${lookFailure(error.cause)}`);
      return EXIT.couldNotRun;
    }
    throw error;
  }
}

/** Shows what will be done, and does it once somebody has agreed. What has changed since is shown again. */
async function agreeAndDo(
  operation: AnyOttoOperation,
  options: LinesOptions,
  { next, facts, given }: Chosen,
  before?: PlanView,
): Promise<number> {
  const { call, reader, warn, say } = options;
  if (next.kind === 'ask') {
    warn(missingText(next.ask));
    return EXIT.couldNotRun;
  }
  const shownOnce = next.kind === 'agree' ? (operation.summary?.(facts, next.choice) ?? []) : [];
  if (call.json && shownOnce.some(holdsSecret)) {
    warn(
      'With --json there is nowhere to show what is generated for you. Give it in a file, or leave --json out.',
    );
    return EXIT.couldNotRun;
  }
  // What is refused is said by the run itself; only what can begin is shown and agreed to.
  if (next.kind === 'agree' && !(await agreed(options, next, before)))
    return reader === undefined ? EXIT.couldNotRun : EXIT.stopped;
  const plan = next.kind === 'agree' ? next.plan : NOTHING;
  const model = await followed({ operation, choice: next.choice, agreed: plan }, options);
  // The run has said what differs. Somebody who is there is asked again; without anybody there is no agreement.
  if (model.planDiffers === true && reader !== undefined) {
    const again = await looked(() => lookAgain(operation, facts, given, options));
    return agreeAndDo(operation, options, await choose(operation, options, again, given), plan);
  }
  if (isDone(model) && !call.json)
    for (const line of await summaryOf(operation, facts, next.choice, options.host)) say(reveal(line));
  return exitCodeOf(model);
}

/** What was refused when it was looked at: nothing was agreed to, also when it could begin a moment later. */
const NOTHING: PlanView = { steps: [], irreversible: [], cleanupAfterSuccess: [], cleanupAfterUndo: [] };

/** The machine could not be looked at; `cause` says why. */
class LookFailed extends Error {
  override readonly name = 'LookFailed';
}

async function looked<Seen>(look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look();
  } catch (cause) {
    throw new LookFailed('it could not be looked at', { cause });
  }
}

const holdsSecret = (line: string | readonly (string | Secret)[]): boolean =>
  typeof line !== 'string' && line.some((piece) => piece instanceof Secret);

/** The facts to ask about, after what must be fetched for them was fetched; or the exit code when that failed. */
async function prepare(
  operation: AnyOttoOperation,
  options: LinesOptions,
): Promise<{ readonly facts: unknown } | { readonly exitCode: number }> {
  const { given, host, answers, start, startFirst = start } = options;
  const facts: unknown = await looked(() => operation.look(host, answers));
  const fetching = fetchingFor(operation, facts, given, answers);
  if (fetching === undefined) return { facts };
  const model = await followed({ operation: fetching, choice: undefined }, { ...options, start: startFirst });
  return isDone(model)
    ? { facts: await looked(() => lookAgain(operation, facts, given, options)) }
    : { exitCode: exitCodeOf(model) };
}

/** Runs it until it has ended. */
function followed(
  work: NonNullable<OperationWork<Answers>['operation']>,
  options: LinesOptions,
): Promise<RunModel> {
  const { answers, start = inThisProcess(options) } = options;
  return follow(start({ kind: 'operate', answers, operation: work }).run, options);
}

/** What the answers so far lead to, and the facts behind it. */
interface Chosen {
  readonly next: NextStep;
  readonly facts: unknown;
  /** The answers so far. */
  readonly given: Given;
}

/** Asks until the answers come to a choice; without anybody to ask, the first question that is open. */
async function choose(
  operation: AnyOttoOperation,
  { host, answers, reader, say }: LinesOptions,
  facts: unknown,
  initial: Given,
): Promise<Chosen> {
  let given = initial;
  for (;;) {
    const current = given;
    const next = await looked(() => judged(operation, facts, current, { host, answers }));
    if (next.next.kind !== 'ask') return { ...next, given };
    const { ask: open } = next.next;
    const answer = reader === undefined ? unasked(open, given) : await answerTo(open, { reader, say });
    if (answer === undefined) return { ...next, given };
    given = { ...given, [open.id]: answer };
  }
}

/**
 * What is taken where nobody can be asked; not instead of an answer that was given and fits nothing: whoever asked for
 * something must not get something else.
 */
function unasked(ask: Ask, given: Given): string | undefined {
  return ask.kind === 'choose' && given[ask.id] === undefined ? ask.unasked : undefined;
}

/** Asks a question of an operation until the answer can be used. */
export function answerTo(asked: Ask, talk: Talk): Promise<string | Secret> {
  const heading = ['', asked.question];
  if (asked.kind === 'choose') {
    const take = numberOf(asked.options);
    return ask(talk, {
      heading,
      options: asked.options.map(({ label, note }) => `${label}${note === undefined ? '' : `  (${note})`}`),
      prompt: '[1] > ',
      take: (line) => take(line === '' ? '1' : line),
    }).then(({ value }) => value);
  }
  const preset = asked.kind === 'text' ? asked.preset : undefined;
  return ask<string | Secret>(talk, {
    heading,
    prompt: preset === undefined ? '> ' : `[${visibleLine(preset)}] > `,
    masked: asked.kind === 'secret',
    take: (line) => typed(asked, line === '' ? (preset ?? '') : line, talk),
  });
}

async function typed(
  asked: Exclude<Ask, { kind: 'choose' }>,
  value: string,
  { reader }: Talk,
): Promise<Taken<string | Secret>> {
  const problem = asked.problem(value);
  if (problem !== undefined) return { again: [problem] };
  if (asked.kind === 'text') return { value };
  const again = await reader.line('Once more > ', { masked: true });
  return again === value ? { value: new Secret(value) } : { again: ['The two differ. Type it again.'] };
}

/** What is said when nobody can be asked. */
export function missingText(ask: Ask): string {
  const values = ask.kind === 'choose' ? ask.options.map(({ label, value }) => `  ${value}  ${label}`) : [];
  const flag = ask.kind === 'secret' ? `${flagOf(ask.id)}-file FILE` : `${flagOf(ask.id)} …`;
  return [`${ask.question} Answer with ${flag}`, ...values].join('\n');
}

/** Shows what will be done; whether it may begin. `before`: what was agreed to, and has changed since. */
async function agreed(
  { call, reader, warn, say }: LinesOptions,
  { plan, estimate }: Extract<NextStep, { kind: 'agree' }>,
  before: PlanView | undefined,
): Promise<boolean> {
  const { steps, irreversible, consequence } = plan;
  // Nothing will be done, so there is nothing to agree to: it only looks once more.
  if (isEmpty(plan)) return true;
  const costs = [consequence, estimate].filter((text) => text !== undefined);
  if (reader === undefined) {
    if (call.yes || consequence === undefined) return true;
    warn(`${costs.join(' ')} To agree to that, add --yes.`);
    return false;
  }
  if (before !== undefined)
    say(
      '',
      'This has changed since you agreed to it:',
      ...differenceOf(before, plan).map((line) => `  ${line}`),
    );
  say('', 'What will be done:');
  for (const action of [...steps.map((step) => step.do), ...irreversible])
    say(`  ${action.purpose}`, ...(action.kind === 'run' ? [`    ${action.command}`] : []));
  if (costs.length > 0) say('', costs.join(' '));
  return confirmed({ reader, say }, 'Do it? Type yes or no.');
}
