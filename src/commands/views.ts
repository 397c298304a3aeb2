import { keptAnswers } from '../answers/kept.ts';
import { type AnswerInputs, answersProblemText, type Resolution } from '../answers/resolve.ts';
import { discover, withoutOutdated } from '../discovery/index.ts';
import type { Host } from '../host/host.ts';
import { operatorPath } from '../host/surroundings.ts';
import { confirmed } from '../lines/questions.ts';
import { runLogs } from '../logs/command.ts';
import { refuseDevice } from '../operation-flow/given.ts';
import { redact } from '../secret/secret.ts';
import { runStatus } from '../status/command.ts';
import { runSupport } from '../support/command.ts';
import { InputEnded, LineReader } from '../terminal/line-reader.ts';
import { standIn } from '../wizard/services.ts';
import { resolveForLook } from './check/run.ts';
import type { Invocation } from './command-line.ts';

interface ViewOptions {
  readonly invocation: Invocation;
  readonly host: Host;
  /** Answers of the flags, the variables and the file. */
  readonly given: AnswerInputs;
  readonly version: string;
  /** Whether colours are wanted and stdout is a terminal. */
  readonly colours: boolean;
  readonly print: (text: string) => void;
  readonly warn: (text: string) => void;
}

/** The commands that only show something, and write at most a file of their own. */
export function isView({ command }: Pick<Invocation, 'command'>): boolean {
  return command === 'logs' || command === 'status' || command === 'support';
}

/**
 * `logs`, `status` or `support`. They work also where little does: without answers, with Docker down, with an operation
 * that was cut off. Resolves to the exit code.
 */
export async function runView(options: ViewOptions): Promise<number> {
  const { invocation } = options;
  const inputs = await knownInputs(options);
  if (invocation.command === 'logs') return logs(options, inputs);
  if (invocation.command === 'status') return status(options, inputs);
  return support(options, inputs);
}

async function support(
  { invocation, host, version, print, warn }: ViewOptions,
  inputs: AnswerInputs,
): Promise<number> {
  const resolution = resolveForLook(inputs);
  const attended = !invocation.yes && process.stdin.isTTY === true && process.stdout.isTTY === true;
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    return await runSupport({
      host,
      placing: placingOf(inputs),
      answers: resolution.ok ? resolution.answers : { problem: lookProblem(resolution) },
      version,
      to: invocation.to === undefined ? undefined : absolute(invocation.to),
      yes: invocation.yes,
      ask: reader && ((question) => confirmed(reader, question.trim())),
      print,
      warn,
    });
  } catch (error) {
    if (error instanceof InputEnded) return 130;
    throw error;
  } finally {
    reader?.close();
  }
}

/** Why nothing can be checked, as a sentence that goes on. */
function lookProblem(resolution: Extract<Resolution, { ok: false }>): string {
  return resolution.invalid.length === 0
    ? 'under which name people reach this Otto is not known; --domain says it'
    : answersProblemText({ ...resolution, missing: [] })
        .replaceAll('\n', ' ')
        .replace(/\.$/, '');
}

/** Our commands do not run in the folder that we were started in. */
function absolute(path: string): string {
  const whole = operatorPath(path);
  refuseDevice(whole);
  return path.endsWith('/') ? `${whole}/` : whole;
}

function status({ invocation, host, version, print }: ViewOptions, inputs: AnswerInputs): Promise<number> {
  const resolution = resolveForLook(inputs);
  return runStatus({
    host,
    placing: placingOf(inputs),
    answers: resolution.ok ? resolution.answers : { problem: lookProblem(resolution) },
    version,
    json: invocation.json,
    width: process.stdout.isTTY === true ? Math.max(40, process.stdout.columns || 80) : 100,
    print,
  });
}

/** What is known about this Otto: what was given, what a run has kept, what can be found. Never throws. */
async function knownInputs({ host, given }: ViewOptions): Promise<AnswerInputs> {
  const kept = await keptAnswers(host).catch(() => ({}));
  const found = await discover(host, kept).catch(() => undefined);
  if (found === undefined) return { ...given, saved: kept };
  return { ...given, saved: withoutOutdated(kept, found), discovered: found.answers };
}

/** Answers to find an Otto's parts by; where nothing is known they are the runbook's. */
function placingOf({
  flags,
  environment,
  file,
  saved,
  discovered,
}: AnswerInputs): ReturnType<typeof standIn> {
  const known = { ...discovered, ...saved, ...file, ...environment, ...flags };
  try {
    return standIn(known);
  } catch {
    // An answer that is none (an old file): the names of the runbook are tried.
    return standIn({});
  }
}

async function logs(
  { invocation, host, colours, print, warn }: ViewOptions,
  inputs: AnswerInputs,
): Promise<number> {
  const over = new AbortController();
  const end = () => over.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  // Whoever reads may stop reading: `| head`.
  process.stdout.on('error', end);
  const { sources, follow, search, errors, since, lines, json } = invocation;
  try {
    return await runLogs({
      request: { sources, follow, search, errorsOnly: errors, since, lines, json },
      host,
      answers: placingOf(inputs),
      colours,
      print,
      warn: (text) => warn(redact(text)),
      signal: over.signal,
    });
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}
