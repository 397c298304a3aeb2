import { type Answers, SECRET_KEYS } from '../answers.ts';
import { exitCodeOf, printRun } from '../batch.ts';
import type { AnyOperation } from '../engine/operation.ts';
import { redact, reveal, Secret } from '../engine/secret.ts';
import { stopOnSignals } from '../engine/signals.ts';
import { commandLine } from '../engine/view.ts';
import { hasOtto } from '../has-otto.ts';
import type { Host } from '../host/host.ts';
import { flagOf, type OperationCall } from '../operation-words.ts';
import type { Ask, Given } from '../operations/otto-operation.ts';
import { startOperation } from '../otto.ts';
import { followInLines } from '../plain-follow.ts';
import { confirmed, type Say } from '../plain-questions.ts';
import { type AnswerInputs, answersProblemText, resolveAnswers } from '../resolve-answers.ts';
import { InputEnded, LineReader } from '../terminal/line-reader.ts';
import type { RunModel } from '../view-model.ts';
import { isDone } from './ending.ts';
import { givenIn } from './given.ts';
import { fetchingFor, lookAgain, lookFailure, type NextStep, nextStep } from './steps.ts';

interface OperateOptions {
  readonly call: OperationCall;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  readonly version: string;
  /** Somebody sits at a terminal and can be asked. */
  readonly attended: boolean;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

const FAILED = 1;
const COULD_NOT_RUN = 2;
const CANCELLED = 130;

/**
 * An operation as lines: asks what was not given, says what will be done, does it, and says how it ended. Resolves to
 * the exit code: 0 done and verified, 1 not done, 2 could not run, 130 stopped.
 */
export async function runOperate(options: OperateOptions): Promise<number> {
  const { call, host, inputs, attended, warn } = options;
  const nothing = await call.operation.nothingHere?.(host);
  if (nothing !== undefined) {
    options.print(`${nothing}\n`);
    return 0;
  }
  const resolution = resolveAnswers(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return COULD_NOT_RUN;
  }
  if (call.operation.nothingHere === undefined && !(await hasOtto(host, resolution.answers))) {
    warn('This machine has no Otto yet. To install one: otto-install');
    return COULD_NOT_RUN;
  }
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    const say: Say = (...lines) => options.print(`${lines.join('\n')}\n`);
    return await converse({ ...options, answers: resolution.answers, reader, say });
  } catch (error) {
    if (error instanceof InputEnded) return CANCELLED;
    throw error;
  } finally {
    reader?.close();
  }
}

type Conversing = OperateOptions & {
  readonly answers: Answers;
  readonly reader: LineReader | undefined;
  readonly say: Say;
};

async function converse(options: Conversing): Promise<number> {
  const { call, reader, warn, say } = options;
  const { operation } = call;
  const given = givenIn(call, warn);
  let facts: unknown;
  try {
    facts = await prepared(options, given);
  } catch (error) {
    warn(`It could not be looked at: ${lookFailure(error)}`);
    return COULD_NOT_RUN;
  }
  if (facts === undefined) return FAILED;
  const next = await choose(options, facts, given);
  if (next.kind === 'ask') {
    warn(missingText(next.ask));
    return COULD_NOT_RUN;
  }
  // What is refused is said by the run itself; only what can begin is shown and agreed to.
  if (next.kind === 'agree' && !(await agreed(options, next)))
    return reader === undefined ? COULD_NOT_RUN : CANCELLED;
  const model = await followed({ operation, choice: next.choice }, options);
  if (isDone(model) && !call.json)
    for (const line of operation.told?.(facts, next.choice) ?? []) say(reveal(line));
  return exitCodeOf(model);
}

/** The facts to ask about, after what has to be fetched for them was fetched; undefined when that failed. */
async function prepared(options: Conversing, given: Given): Promise<unknown> {
  const { call, host, answers } = options;
  const { operation } = call;
  const facts: unknown = await operation.look(host, answers);
  const fetching = fetchingFor(operation, facts, given, answers);
  if (fetching === undefined) return facts;
  const model = await followed({ operation: fetching, choice: undefined }, options);
  return model.ended?.outcome === 'healthy' ? lookAgain(operation, facts, given, options) : undefined;
}

/** Runs it to its end: as a conversation, as lines, or as JSON. */
async function followed(
  work: { readonly operation: AnyOperation<Answers>; readonly choice: unknown },
  { call, host, answers, version, reader, print, say }: Conversing,
): Promise<RunModel> {
  const run = startOperation(host, answers, version, work);
  const letGo = stopOnSignals(run);
  const model = await (reader === undefined
    ? printRun(run, call.json, print)
    : followInLines(run, reader, say));
  letGo();
  return model;
}

/** Asks until the answers come to a choice; without anybody to ask, the first question that is open. */
async function choose(
  { call, answers, reader, say }: Conversing,
  facts: unknown,
  initial: Given,
): Promise<NextStep> {
  let given = initial;
  for (;;) {
    const next = nextStep(call.operation, facts, given, answers);
    if (next.kind !== 'ask' || reader === undefined) return next;
    given = { ...given, [next.ask.id]: await answerTo(next.ask, reader, say) };
  }
}

async function answerTo(ask: Ask, reader: LineReader, say: Say): Promise<string | Secret> {
  say('', ask.question);
  if (ask.kind === 'choose') {
    ask.options.forEach(({ label, note }, index) => {
      say(`  ${index + 1}. ${label}${note === undefined ? '' : `  (${note})`}`);
    });
  }
  for (;;) {
    const line = await reader.line(promptOf(ask), { masked: ask.kind === 'secret' });
    const taken = ask.kind === 'choose' ? optionOf(ask, line) : await typed(ask, line, reader);
    if (!('problem' in taken)) return taken.value;
    say(taken.problem);
  }
}

function promptOf(ask: Ask): string {
  if (ask.kind === 'choose') return '[1] > ';
  return ask.kind === 'text' && ask.preset !== undefined ? `[${ask.preset}] > ` : '> ';
}

type Taken = { readonly value: string | Secret } | { readonly problem: string };

function optionOf({ options }: Extract<Ask, { kind: 'choose' }>, line: string): Taken {
  const option = options[line === '' ? 0 : Number(line) - 1];
  return option === undefined ? { problem: `Type a number from 1 to ${options.length}.` } : option;
}

async function typed(
  ask: Exclude<Ask, { kind: 'choose' }>,
  line: string,
  reader: LineReader,
): Promise<Taken> {
  const value = line === '' && ask.kind === 'text' ? (ask.preset ?? '') : line;
  const problem = ask.problem(value);
  if (problem !== undefined) return { problem };
  if (ask.kind === 'text') return { value };
  const again = await reader.line('Once more > ', { masked: true });
  return again === value
    ? { value: new Secret(value) }
    : { problem: 'The two are not the same. Type it again.' };
}

function missingText(ask: Ask): string {
  const values = ask.kind === 'choose' ? ask.options.map(({ label, value }) => `  ${value}  ${label}`) : [];
  const flag = ask.kind === 'secret' ? `${flagOf(ask.id)}-file FILE` : `${flagOf(ask.id)} …`;
  return [`${ask.question} Say it with ${flag}`, ...values].join('\n');
}

/** Shows what will be done; whether it may begin. */
async function agreed(
  { call, reader, warn, say }: Conversing,
  { actions, consequence }: Extract<NextStep, { kind: 'agree' }>,
): Promise<boolean> {
  // Nothing is done, so there is nothing to agree to: it is only looked at once more.
  if (actions.length === 0 && consequence === undefined) return true;
  if (reader === undefined) {
    if (call.yes || consequence === undefined) return true;
    warn(`${consequence} To agree to that, add --yes.`);
    return false;
  }
  say('', 'What will be done:');
  for (const action of actions)
    say(`  ${action.purpose}`, ...(action.kind === 'run' ? [redact(`    ${commandLine(action)}`)] : []));
  if (consequence !== undefined) say('', consequence);
  return confirmed(reader, 'Do it? Type yes or no.');
}
