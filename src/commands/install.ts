import { answersProblemText, resolveAnswers } from '../answers/resolve.ts';
import { type Answers, SECRET_KEYS } from '../answers/schema.ts';
import type { Run } from '../engine/contracts/run.ts';
import { codesIn } from '../engine/contracts/scope.ts';
import type { Host } from '../host/host.ts';
import { follow } from '../lines/follow-operation.ts';
import { runPlainWizard } from '../lines/wizard.ts';
import { consentLines } from '../run/consent-text.ts';
import { CannotRun, exitCodeOf } from '../run/exit-code.ts';
import { unknownLines } from '../run/fix-text.ts';
import { planText } from '../run/plan-text.ts';
import type { RunModel } from '../run/view-model.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { endingLines, endingText } from '../wizard/ending.ts';
import { createWizardServices, outcomeOf } from '../wizard/services.ts';
import { atWork, unseenEnd, watch } from './attach.ts';
import type { Call, Shell } from './command.ts';
import { unknownCodes } from './known-codes.ts';
import { chooseColours, type Prepared, prepare } from './prepare.ts';
import { answersFor, carryOut } from './runner.ts';

/** `otto-install`: the wizard, on screens or in lines; unattended, all of it without a question. */
export async function install(call: Call, shell: Shell): Promise<number> {
  // A run that goes on without its window is come back to by what it was started with.
  const run = call.rehearse || call.yes || process.getuid?.() !== 0 ? undefined : await atWork();
  if (run !== undefined) return watch(run, call, shell);
  const prepared = await prepare(call, shell, { changes: true });
  return prepared.attended ? wizard(call, prepared) : unattended(call, prepared);
}

/** `otto-install plan` */
export async function plan(call: Call, shell: Shell): Promise<number> {
  return planOtto(call, await prepare(call, shell, { changes: false }));
}

export async function planOtto(call: Call, prepared: Prepared): Promise<number> {
  const resolved = answersFor(prepared.inputs, { unattended: true, notNeeded: new Set(SECRET_KEYS) });
  const model = await carryOut({ mode: 'plan', follow: following(call, prepared) }, resolved, prepared);
  if (!call.json && model.ended?.outcome !== 'failed')
    prepared.print(`\n${planText(model.tasks, `Plan of otto-install ${model.version} for ${model.host}`)}`);
  return exitCodeOf(model);
}

async function wizard(call: Call, prepared: Prepared): Promise<number> {
  const { host, inputs, onMachine, typedBefore, found, start, print, warn } = prepared;
  // What was given is not asked, so it needs to be right before the first screen.
  const given = resolveAnswers(inputs, { unattended: false });
  if (!given.ok && given.invalid.length > 0)
    throw new CannotRun(answersProblemText({ ...given, missing: [] }));
  const unseen = host.kind === 'local' ? await unseenEnd() : [];
  const options = {
    host,
    session: await prepared.session(),
    inputs,
    onMachine,
    typedBefore,
    start,
    found: [...unseen, ...found],
  };
  if (prepared.screens) {
    chooseColours(call);
    const { runWizard } = await import('../screens/wizard.tsx');
    return runWizard(options);
  }
  const reader = new LineReader(process.stdin, process.stdout);
  try {
    const services = createWizardServices({ ...options, onProblem: warn });
    return await runPlainWizard({ services, reader, print });
  } finally {
    reader.close();
  }
}

async function unattended(call: Call, prepared: Prepared): Promise<number> {
  const { inputs, onMachine, host, print } = prepared;
  const resolved = answersFor(inputs, { unattended: true, notNeeded: onMachine });
  const unknown = unknownCodes(codesIn(resolved.answers.agree));
  if (unknown.length > 0) throw new CannotRun(unknownLines(unknown).join('\n'));
  const model = await carryOut({ mode: 'install', follow: following(call, prepared) }, resolved, prepared);
  if (!call.json && model.ended?.outcome === 'healthy') print(await goodEnd(host, model, resolved.answers));
  if (!call.json && model.ended?.outcome === 'findings')
    for (const line of consentLines(model, codesIn(resolved.answers.agree))) print(`${line}\n`);
  return exitCodeOf(model);
}

async function goodEnd(host: Host, model: RunModel, answers: Answers): Promise<string> {
  const lines = endingLines(model, answers, await outcomeOf(host, answers, false));
  return `\n${endingText(model, lines, Number.POSITIVE_INFINITY, false)}`;
}

/** In lines or as JSON, with nobody to be asked. */
const following =
  ({ json }: Call, { print }: Prepared) =>
  (run: Run): Promise<RunModel> =>
    follow(run, { call: { json }, reader: undefined, print, say: () => {} });
