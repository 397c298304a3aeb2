import { type Answers, SECRET_KEYS } from './answers.ts';
import { readSecretFile } from './answers-file.ts';
import { exitCodeOf, printRun } from './batch.ts';
import type { AnyOperation } from './engine/operation.ts';
import { redact, reveal, Secret } from './engine/secret.ts';
import { stopOnSignals } from './engine/signals.ts';
import { commandLine } from './engine/view.ts';
import { hasOtto } from './has-otto.ts';
import type { Host } from './host/host.ts';
import { flagOf, type OperationCall } from './operation-words.ts';
import type { AnyOttoOperation, Ask, Given } from './operations/otto-operation.ts';
import { startOperation } from './otto.ts';
import { followInLines } from './plain-follow.ts';
import type { Say } from './plain-questions.ts';
import {
  type AnswerInputs,
  answersProblemText,
  generatePassword,
  generateSecret,
  resolveAnswers,
} from './resolve-answers.ts';
import { InputEnded, LineReader } from './terminal/line-reader.ts';

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
  const { host, inputs, attended, warn } = options;
  const resolution = resolveAnswers(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return COULD_NOT_RUN;
  }
  if (!(await hasOtto(host, resolution.answers))) {
    warn('This machine has no Otto yet. To install one: otto-install');
    return COULD_NOT_RUN;
  }
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    return await converse({ ...options, answers: resolution.answers, reader });
  } catch (error) {
    if (error instanceof InputEnded) return CANCELLED;
    throw error;
  } finally {
    reader?.close();
  }
}

type Conversing = OperateOptions & {
  readonly answers: Extract<ReturnType<typeof resolveAnswers>, { ok: true }>['answers'];
  readonly reader: LineReader | undefined;
};

async function converse(options: Conversing): Promise<number> {
  const { call, host, answers, version, reader, print, warn } = options;
  const { operation } = call;
  const say: Say = (...lines) => print(`${lines.join('\n')}\n`);
  const given = givenIn(call, warn);
  const facts = await prepared(options, given, say);
  if (facts === undefined) return FAILED;
  const complete = await choose(operation, facts, given, reader, say);
  if ('missing' in complete) {
    warn(missingText(complete.missing));
    return COULD_NOT_RUN;
  }
  const { choice } = complete;
  // What is refused is said by the run itself; only what can begin is shown and agreed to.
  const refused = operation.refuses(facts, choice, answers).some(({ severity }) => severity !== 'risk');
  if (!refused && !(await agreed(options, facts, choice, say)))
    return reader === undefined ? COULD_NOT_RUN : CANCELLED;

  const run = startOperation(host, answers, version, { operation, choice });
  const letGo = stopOnSignals(run);
  const model = await (reader === undefined
    ? printRun(run, call.json, print)
    : followInLines(run, reader, say));
  letGo();
  if (model.ended?.outcome === 'healthy' && !call.json)
    for (const line of operation.told?.(facts, choice) ?? []) say(reveal(line));
  return exitCodeOf(model);
}

/** The facts to ask about, after what has to be fetched for them was fetched; undefined when that failed. */
async function prepared(options: Conversing, given: Given, say: Say): Promise<unknown> {
  const { call, host, answers, version, reader, print } = options;
  const { operation } = call;
  const facts: unknown = await operation.look(host, answers);
  const actions = operation.prepare?.(facts, given, answers) ?? [];
  if (actions.length === 0) return facts;
  const fetching: AnyOperation<Answers> = {
    id: `${operation.id}-fetch`,
    title: `${operation.title}: fetching`,
    why: 'What is new is fetched first; what serves now goes on serving.',
    look: async () => undefined,
    refuses: () => [],
    plan: () => ({ steps: actions.map((action) => ({ do: action })) }),
    verifies: [],
  };
  const run = startOperation(host, answers, version, { operation: fetching, choice: undefined });
  const letGo = stopOnSignals(run);
  const model = await (reader === undefined
    ? printRun(run, call.json, print)
    : followInLines(run, reader, say));
  letGo();
  if (model.ended?.outcome !== 'healthy') return undefined;
  const next = operation.next(facts, given);
  return operation.look(host, answers, 'choice' in next ? next.choice : undefined);
}

/** What came with the command, and values that nobody has to think up. */
function givenIn({ flags, secretFiles }: OperationCall, warn: (text: string) => void): Given {
  const secrets = Object.entries(secretFiles).map(([id, path]) => {
    const { value, warning } = readSecretFile(path, id);
    if (warning !== undefined) warn(warning);
    return [id, new Secret(value)];
  });
  return {
    generatedPassword: generatePassword(),
    generatedKey: generateSecret(32),
    ...flags,
    ...Object.fromEntries(secrets),
  };
}

/** Asks until the answers come to a choice; without anybody to ask, the first question that is open. */
async function choose(
  operation: AnyOttoOperation,
  facts: unknown,
  initial: Given,
  reader: LineReader | undefined,
  say: Say,
): Promise<{ readonly choice: unknown } | { readonly missing: Ask }> {
  let given = initial;
  for (;;) {
    const next = operation.next(facts, given);
    if ('choice' in next) return next;
    if (reader === undefined) return { missing: next.ask };
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
  { call, answers, reader, warn }: Conversing,
  facts: unknown,
  choice: unknown,
  say: Say,
) {
  const { operation } = call;
  const consequence = operation.consequence?.(facts, choice);
  if (reader === undefined) {
    if (call.yes || consequence === undefined) return true;
    warn(`${redact(consequence)} To agree to that, add --yes.`);
    return false;
  }
  const { steps } = operation.plan(facts, choice, answers);
  say('', 'What will be done:');
  for (const { do: action } of steps)
    say(`  ${action.purpose}`, ...(action.kind === 'run' ? [redact(`    ${commandLine(action)}`)] : []));
  if (consequence !== undefined) say('', redact(consequence));
  for (;;) {
    const line = (await reader.line('Do it? Type yes or no. ')).toLowerCase();
    if (line === 'yes' || line === 'y') return true;
    if (line === 'no' || line === 'n') return false;
  }
}
