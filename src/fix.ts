import { SECRET_KEYS } from './answers.ts';
import { exitCodeOf, printRun } from './batch.ts';
import type { Invocation } from './command-line.ts';
import type { Event } from './engine/event.ts';
import { stopOnSignals } from './engine/signals.ts';
import { fixLines, seenCodes, unknownLines } from './fix-text.ts';
import { hasOtto } from './has-otto.ts';
import type { Host } from './host/host.ts';
import { keepPassword, PASSWORD_FILE } from './kept-answers.ts';
import { unknownCodes } from './known-codes.ts';
import { startOtto } from './otto.ts';
import { followInLines } from './plain-follow.ts';
import { keepHealthy } from './repair/healthy.ts';
import { type AnswerInputs, answersProblemText, resolveAnswers } from './resolve-answers.ts';
import { LineReader } from './terminal/line-reader.ts';

interface FixOptions {
  readonly invocation: Pick<Invocation, 'codes' | 'json'>;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  readonly version: string;
  /** Somebody sits at a terminal: dialogues (a sign-in) are possible, and what fails can be decided about. */
  readonly attended: boolean;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

const COULD_NOT_RUN = 2;

/**
 * `otto-install fix [CODE …]`: mends the named findings and what follows from that; without codes everything that needs
 * no consent. Never installs a first Otto. Resolves to the exit code: 0 when everything is healthy afterwards.
 */
export async function runFix(options: FixOptions): Promise<number> {
  const { invocation, host, inputs, version, attended, print, warn } = options;
  const { codes, json } = invocation;
  const unknown = unknownCodes(codes);
  if (unknown.length > 0) {
    for (const line of unknownLines(unknown)) warn(line);
    return COULD_NOT_RUN;
  }
  // The machine holds its secrets; one that is gone is for its task to say, beside everything else that can be mended.
  const resolution = resolveAnswers(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return COULD_NOT_RUN;
  }
  const { answers, origins } = resolution;
  if (!(await hasOtto(host, answers))) {
    warn('This machine has no Otto yet, so there is nothing to mend. To install one: otto-install');
    return COULD_NOT_RUN;
  }
  const others = codes.length === 0 ? 'all-safe' : 'what-follows';
  const run = startOtto('install', host, answers, version, { only: { codes, others } });
  const passwordGenerated = origins.adminPassword === 'generated';
  const keeping = keepPassword(run, host, answers, { passwordGenerated, onProblem: warn });
  const events: Event[] = [];
  run.subscribe((event) => events.push(event));
  const say = (...lines: readonly string[]) => print(`${lines.join('\n')}\n`);

  const letGo = stopOnSignals(run);
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  const model = await (reader === undefined
    ? printRun(run, json, print)
    : followInLines(run, reader, say).finally(() => reader.close()));
  letGo();
  if (model.ended?.outcome === 'healthy') await keepHealthy(host, answers);
  if (!json) for (const line of fixLines(model, codes, seenCodes(events))) say(line);
  if (keeping.gavePassword() && host.kind === 'local')
    warn(`The password of ${answers.adminEmail} was generated. It is in ${PASSWORD_FILE}.`);
  return exitCodeOf(model);
}
