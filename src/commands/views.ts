import { keptAnswers } from '../answers/kept.ts';
import {
  type AnswerInputs,
  answersProblemText,
  type Resolution,
  resolveAnswers,
} from '../answers/resolve.ts';
import { SECRET_KEYS } from '../answers/schema.ts';
import { discover, withoutOutdated } from '../discovery/index.ts';
import type { Host } from '../host/host.ts';
import { operatorPath } from '../host/surroundings.ts';
import { confirmed } from '../lines/ask.ts';
import { runLogs } from '../logs/command.ts';
import { refuseDevice } from '../operation-flow/given.ts';
import { NO_OTTO, neverHadOtto } from '../otto/has-otto.ts';
import { CannotRun, EXIT } from '../run/exit-code.ts';
import { redact } from '../secret/secret.ts';
import { runStatus } from '../status/command.ts';
import { runSupport } from '../support/command.ts';
import { wantsColour } from '../terminal/capabilities.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { handoverText } from '../wizard/handover.ts';
import { standIn } from '../wizard/services.ts';
import { withStandIns } from './check/run.ts';
import type { Call, Shell } from './command.ts';
import { chooseHost, isAtTerminal } from './machine.ts';
import { givenAnswers } from './prepare.ts';

/**
 * The commands that only show something, and write at most a file of their own. They work also where little does: without
 * answers, with Docker down, with an operation that was cut off.
 */

/** `otto-install support` */
export async function support(call: Call, shell: Shell): Promise<number> {
  const { host, inputs } = await known(call, shell);
  const to = call.values.get('to');
  const reader = !call.yes && isAtTerminal() ? new LineReader(process.stdin, process.stdout) : undefined;
  const say = (...lines: readonly string[]) => shell.print(`${lines.join('\n')}\n`);
  try {
    return await runSupport({
      host,
      placing: placingOf(inputs),
      answers: answersOrProblem(inputs),
      version: shell.version,
      to: to === undefined ? undefined : absolute(to),
      yes: call.yes,
      ask: reader && ((question) => confirmed({ reader, say }, question.trim())),
      print: shell.print,
      warn: shell.warn,
    });
  } finally {
    reader?.close();
  }
}

/** `otto-install handover` */
export async function handover(call: Call, shell: Shell): Promise<number> {
  const { host, inputs } = await known(call, shell);
  await mustHaveOtto(host, inputs);
  const answers = answersOrProblem(inputs);
  if ('problem' in answers) throw new CannotRun(`No message: ${answers.problem}.`);
  shell.print(`${handoverText(answers)}\n`);
  return EXIT.ok;
}

/** Our commands do not run in the folder that we were started in. */
function absolute(path: string): string {
  const whole = operatorPath(path);
  refuseDevice(whole);
  return path.endsWith('/') ? `${whole}/` : whole;
}

/** `otto-install status` */
export async function status(call: Call, shell: Shell): Promise<number> {
  const { host, inputs } = await known(call, shell);
  if (!call.json) await mustHaveOtto(host, inputs);
  return runStatus({
    host,
    placing: placingOf(inputs),
    answers: answersOrProblem(inputs),
    version: shell.version,
    json: call.json,
    width: process.stdout.isTTY === true ? Math.max(40, process.stdout.columns || 80) : 100,
    print: shell.print,
  });
}

/** `otto-install logs` */
export async function logs(call: Call, shell: Shell): Promise<number> {
  const { host, inputs } = await known(call, shell);
  if (!call.json) await mustHaveOtto(host, inputs);
  const colours = process.stdout.isTTY === true && call.color && wantsColour(process.env);
  const over = new AbortController();
  const end = () => over.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, end);
  // Whoever reads may stop reading: `| head`.
  process.stdout.on('error', end);
  const { values } = call;
  const lines = values.get('lines');
  try {
    return await runLogs({
      request: {
        sources: call.operands,
        follow: values.has('follow'),
        search: values.get('search') ?? '',
        errorsOnly: values.has('errors'),
        since: values.get('since'),
        lines: lines === undefined ? undefined : Number(lines),
        json: call.json,
      },
      host,
      answers: placingOf(inputs),
      colours,
      print: colours ? shell.printColoured : shell.print,
      warn: (text) => shell.warn(redact(text)),
      signal: over.signal,
    });
  } finally {
    for (const signal of signals) process.off(signal, end);
  }
}

/** For people: a list of all that is not there helps nobody who has not installed anything yet. */
async function mustHaveOtto(host: Host, inputs: AnswerInputs): Promise<void> {
  if (await neverHadOtto(host, placingOf(inputs))) throw new CannotRun(NO_OTTO);
}

/** What is known about this Otto: what was given, what a run has kept, what can be found. */
async function known(
  call: Call,
  shell: Shell,
): Promise<{ readonly host: Host; readonly inputs: AnswerInputs }> {
  const host = await chooseHost(call, shell, false);
  const given = givenAnswers(call, shell.warn);
  const kept = await keptAnswers(host).catch(() => ({}));
  const found = await discover(host, kept).catch(() => undefined);
  if (found === undefined) return { host, inputs: { ...given, saved: kept } };
  return { host, inputs: { ...given, saved: withoutOutdated(kept, found), discovered: found.answers } };
}

/** The answers that a check of everything needs, or why there are none, as the rest of a sentence. */
function answersOrProblem(inputs: AnswerInputs) {
  const needs = { unattended: true, notNeeded: new Set(SECRET_KEYS) };
  const resolution = resolveAnswers(withStandIns(inputs), needs);
  return resolution.ok ? resolution.answers : { problem: problemText(resolution) };
}

function problemText(resolution: Extract<Resolution, { ok: false }>): string {
  return resolution.invalid.length === 0
    ? 'the domain of this Otto is not known; give it with --domain'
    : answersProblemText({ ...resolution, missing: [] })
        .replaceAll('\n', ' ')
        .replace(/\.$/, '');
}

/** Answers to find an Otto's parts by; where nothing is known they are the runbook's. */
function placingOf(inputs: AnswerInputs): ReturnType<typeof standIn> {
  const { flags, environment, file, saved, discovered } = inputs;
  try {
    return standIn({ ...discovered, ...saved, ...file, ...environment, ...flags });
  } catch {
    // An answer that is not one (an old file): the names of the runbook are tried.
    return standIn({});
  }
}
