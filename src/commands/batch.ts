import { PASSWORD_FILE } from '../answers/kept.ts';
import { type AnswerInputs, answersProblemText, resolveAnswers } from '../answers/resolve.ts';
import { type AnswerKey, type Answers, SECRET_KEYS } from '../answers/schema.ts';
import { keepHealthy } from '../changes/healthy.ts';
import { stopOnSignals } from '../engine/signals.ts';
import type { Host } from '../host/host.ts';
import { keepPassword } from '../otto/keep-password.ts';
import { startOtto } from '../otto/start.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { planText } from '../run/plan-text.ts';
import { printRun } from '../run/print-run.ts';
import type { RunModel } from '../run/view-model.ts';
import { endingLines, endingText } from '../wizard/ending.ts';
import { outcomeOf } from '../wizard/services.ts';
import type { Invocation } from './command-line.ts';

interface BatchOptions {
  readonly invocation: Invocation;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<AnswerKey>;
  readonly version: string;
  /** To stdout, as it is. */
  readonly print: (text: string) => void;
  /** A line to stderr. */
  readonly warn: (text: string) => void;
}

/** A run that nobody is asked anything in, as lines or as JSON. Resolves to the exit code. */
export async function runBatch({
  invocation,
  host,
  inputs,
  onMachine,
  version,
  print,
  warn,
}: BatchOptions): Promise<number> {
  const mode = invocation.command === 'plan' ? 'plan' : 'install';
  const resolution = resolveAnswers(inputs, {
    unattended: true,
    notNeeded: mode === 'install' ? onMachine : new Set(SECRET_KEYS),
  });
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return EXIT.couldNotRun;
  }
  const { answers, origins } = resolution;
  const run = startOtto(mode, host, answers, version);
  const keeping =
    mode === 'install'
      ? keepPassword(run, host, answers, {
          passwordGenerated: origins.adminPassword === 'generated',
          onProblem: warn,
        })
      : undefined;
  const letGo = stopOnSignals(run);
  const model = await printRun(run, invocation.json, print);
  letGo();
  if (mode === 'install' && model.ended?.outcome === 'healthy') await keepHealthy(host, answers);
  if (!invocation.json) {
    if (mode === 'plan' && model.ended?.outcome !== 'failed') print(`\n${planOf(model)}`);
    if (mode === 'install' && model.ended?.outcome === 'healthy') print(await goodEnd(host, model, answers));
  }
  // At a good end it is told with the rest.
  if (keeping?.gavePassword() === true && host.kind === 'local' && model.ended?.outcome !== 'healthy') {
    warn(`The password of ${answers.adminEmail} was generated. It is in ${PASSWORD_FILE}.`);
  }
  return exitCodeOf(model);
}

function planOf(model: RunModel): string {
  return planText(model.tasks, `Plan of otto-install ${model.version} for ${model.host}`);
}

async function goodEnd(host: Host, model: RunModel, answers: Answers): Promise<string> {
  const lines = endingLines(model, answers, await outcomeOf(host, answers, false));
  return `\n${endingText(model, lines, Number.POSITIVE_INFINITY, false)}`;
}
