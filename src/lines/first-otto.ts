import { type AnswerInputs, answersProblemText, resolveAnswers } from '../answers/resolve.ts';
import type { Answers } from '../answers/schema.ts';
import { isDone } from '../operation-flow/ending.ts';
import { beforehand } from '../operation-flow/steps.ts';
import type { FirstOtto, Given } from '../operations/otto-operation.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { startOperation } from '../otto/start.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import type { RunModel } from '../run/view-model.ts';
import { begin } from '../wizard/begin.ts';
import { confirmed } from './ask.ts';
import { follow } from './follow-operation.ts';
import { answerTo, type LinesOptions, missingText } from './operation.ts';

interface FirstOttoOptions extends Omit<LinesOptions, 'answers'> {
  readonly inputs: AnswerInputs;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<keyof Answers>;
}

/** What an operation continues with on an Otto that was installed for it. */
interface Installed {
  readonly answers: Answers;
  readonly given: Given;
}

/**
 * Installs the Otto that an operation needs on a machine that has none, in lines: asks what the operation must know for
 * that, says what comes, and installs. The operation continues even if something of that Otto is not healthy yet (a name
 * that does not lead here so far): it is verified against that.
 */
export async function firstOtto(
  options: FirstOttoOptions,
): Promise<Installed | { readonly exitCode: number }> {
  const { call, host, inputs, version, onMachine, reader, say, warn } = options;
  const { operation } = call;
  let { given } = options;
  let known: FirstOtto | undefined;
  for (;;) {
    known = await operation.withoutOtto?.(host, given);
    if (known === undefined || !('ask' in known)) break;
    const { ask } = known;
    if (reader === undefined) {
      warn(missingText(ask));
      return { exitCode: EXIT.couldNotRun };
    }
    given = { ...given, [ask.id]: await answerTo(ask, { reader, say }) };
  }
  if (known === undefined || 'problem' in known) {
    warn(known?.problem ?? 'This machine has no Otto yet. To install one: otto-install');
    return { exitCode: EXIT.notDone };
  }
  const resolution = resolveAnswers(
    { ...inputs, saved: { ...inputs.saved, ...known.answers } },
    { unattended: reader === undefined, notNeeded: onMachine },
  );
  if (!resolution.ok) {
    warn(answersProblemText(resolution));
    return { exitCode: EXIT.couldNotRun };
  }
  const { answers } = resolution;
  const words = `This machine has no Otto yet. otto-install first installs one for ${answers.domain}, which takes a few minutes. Then: ${operation.title}.`;
  if (!call.json) say('', words);
  if (reader === undefined && !call.yes) {
    warn('To agree to that, add --yes.');
    return { exitCode: EXIT.couldNotRun };
  }
  if (reader !== undefined && !(await confirmed({ reader, say }, 'Install it? Type yes or no.')))
    return { exitCode: EXIT.stopped };
  if (known.before !== undefined) {
    const what = {
      id: 'before',
      title: 'what comes first',
      why: 'Puts in place what the installation would otherwise ask for.',
    };
    const first = beforehand(operation, what, known.before);
    const model = await follow(
      startOperation(host, answers, version, { operation: first, choice: undefined }),
      options,
    );
    if (!isDone(model)) return { exitCode: exitCodeOf(model) };
  }
  const model = await installed(options, answers);
  const exitCode = exitCodeOf(model);
  if (model.ended?.outcome === 'stopped' || model.ended?.outcome === 'failed') return { exitCode };
  return (await hasOtto(host, answers)) ? { answers, given } : { exitCode };
}

/**
 * Looks at all of an Otto once more after an operation that was done on it as soon as it was there, and fixes what is safe:
 * what was brought along may not fit this machine (a Paperclip without an administrator, whose sign-up is closed by now).
 * Resolves to the exit code.
 */
export async function fixAfterwards(options: LinesOptions): Promise<number> {
  const { call, answers, say } = options;
  if (!call.json) say('', 'otto-install looks at everything once more.');
  return exitCodeOf(await installed(options, answers));
}

/** A password that is generated for it is replaced by what is brought along, so it is not kept. */
async function installed(options: FirstOttoOptions | LinesOptions, answers: Answers): Promise<RunModel> {
  const { run, kept } = begin('install', options, { answers });
  const model = await follow(run, options);
  await kept;
  return model;
}
