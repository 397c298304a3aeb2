import { PASSWORD_FILE } from '../answers/kept.ts';
import { type AnswerInputs, answersProblemText, resolveAnswers } from '../answers/resolve.ts';
import { SECRET_KEYS } from '../answers/schema.ts';
import { keepHealthy } from '../changes/healthy.ts';
import type { Event } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import { stopOnSignals } from '../engine/signals.ts';
import type { Host } from '../host/host.ts';
import { followInLines } from '../lines/follow.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { keepPassword } from '../otto/keep-password.ts';
import { startOtto } from '../otto/start.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { fixLines, seenCodes, unknownLines } from '../run/fix-text.ts';
import { PlainWriter } from '../run/plain.ts';
import { printRun } from '../run/print-run.ts';
import type { RunModel } from '../run/view-model.ts';
import { LineReader } from '../terminal/line-reader.ts';
import type { MendRequest } from '../wizard/home.ts';
import type { Invocation } from './command-line.ts';
import { unknownCodes } from './known-codes.ts';

/** What screens need to show a fix. */
export interface FixShow {
  readonly run: Run;
  readonly request: MendRequest;
  /** What stays in the terminal afterwards. */
  readonly ending: (model: RunModel) => string;
}

interface FixOptions {
  readonly invocation: Pick<Invocation, 'codes' | 'json'>;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  readonly version: string;
  /** Somebody sits at a terminal: dialogues (a sign-in) are possible, and what fails can be decided about. */
  readonly attended: boolean;
  /** Shows such a run on screens until it has ended; absent where there are none. */
  readonly screens?: (show: FixShow) => Promise<unknown>;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

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
    return EXIT.couldNotRun;
  }
  // The machine holds its secrets; one that is gone is for its task to say, beside everything else that can be mended.
  const resolution = resolveAnswers(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return EXIT.couldNotRun;
  }
  const { answers, origins } = resolution;
  if (!(await hasOtto(host, answers))) {
    warn('This machine has no Otto yet, so there is nothing to mend. To install one: otto-install');
    return EXIT.couldNotRun;
  }
  const others = codes.length === 0 ? 'all-safe' : 'what-follows';
  const run = startOtto('install', host, answers, version, { only: { codes, others } });
  const passwordGenerated = origins.adminPassword === 'generated';
  const keeping = keepPassword(run, host, answers, { passwordGenerated, onProblem: warn });
  const events: Event[] = [];
  run.subscribe((event) => events.push(event));
  const model = await shown(run, { codes, others, title: titleOf(codes) }, options);
  if (model.ended?.outcome === 'healthy') await keepHealthy(host, answers);
  if (!json) for (const line of fixLines(model, codes, seenCodes(events))) print(`${line}\n`);
  if (keeping.gavePassword() && host.kind === 'local')
    warn(`The password of ${answers.adminEmail} was generated. It is in ${PASSWORD_FILE}.`);
  return exitCodeOf(model);
}

function titleOf(codes: readonly string[]): string {
  return codes.length === 0 ? 'all that is safe' : codes.join(', ');
}

/** Follows the run to its end: on screens, as a conversation in lines, as lines, or as JSON. */
async function shown(
  run: Run,
  request: MendRequest,
  { invocation, attended, screens, print }: FixOptions,
): Promise<RunModel> {
  if (attended && screens !== undefined) {
    const writer = new PlainWriter();
    let end: readonly string[] = [];
    run.subscribe((event) => {
      const lines = writer.take(event);
      if (event.type === 'run-ended') end = lines;
    });
    await screens({ run, request, ending: () => `${end.join('\n').trimStart()}\n` });
    await run.result;
    return writer.model;
  }
  const letGo = stopOnSignals(run);
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    if (reader === undefined) return await printRun(run, invocation.json, print);
    return await followInLines(run, reader, (...lines) => print(`${lines.join('\n')}\n`));
  } finally {
    reader?.close();
    letGo();
  }
}
