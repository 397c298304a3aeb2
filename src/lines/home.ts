import type { Draft } from '../answers/question.ts';
import { generatedValues } from '../operation-flow/given.ts';
import type { OperationPlace } from '../operation-flow/steps.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import type { RunModel } from '../run/view-model.ts';
import { attemptLines, type FixAttempt, type FixRequest } from '../wizard/home.ts';
import { homeLines } from '../wizard/home-text.ts';
import { type Operable, operationsOf } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';
import type { Say, Talk } from './ask.ts';
import { follow, followInLines } from './follow.ts';
import { chooseFix, chooseMaintenance, chooseNext, confirmAll } from './home-choices.ts';
import { operateInLines } from './operation.ts';
import { askAll } from './questions.ts';
import { printing } from './views.ts';

interface PlainHomeOptions extends Talk {
  readonly services: WizardServices;
}

/** How the home was left: for good, or to go through everything with all questions or only the open ones. */
type LeftPlainHome =
  | { readonly kind: 'left'; readonly exitCode: number }
  | { readonly kind: 'walk'; readonly questions: 'open' | 'all' };

/** The home as numbered lines. Rejects with InputEnded when the input ends. */
export async function runPlainHome({ services, ...talk }: PlainHomeOptions): Promise<LeftPlainHome> {
  const { say } = talk;
  let draft = services.draft;
  let attempt: FixAttempt | undefined;
  let look = await lookAtAll(services, draft, say);
  say(...homeLines(look, services.found));
  for (;;) {
    const next = await chooseNext(look, talk);
    let request: FixRequest | undefined;
    switch (next.kind) {
      case 'quit':
        return { kind: 'left', exitCode: exitCodeOf(look) };
      case 'walk':
        return next;
      case 'maintenance': {
        const chosen = await chooseMaintenance(services.maintenance, talk);
        if (chosen === undefined) continue;
        if ('show' in chosen) {
          await chosen.show(services.reading(draft), talk);
          continue;
        }
        draft = await enough(services, draft, talk);
        await operateFromHome(chosen, services.operating(draft), talk);
        if ((await services.lookAtMachine()).home !== true) {
          say('', 'There is no Otto on this machine any more.');
          return { kind: 'left', exitCode: EXIT.ok };
        }
        look = await lookAtAll(services, draft, say);
        say(...homeLines(look, []));
        continue;
      }
      case 'finding':
        request = await chooseFix(next.item, attempt, talk);
        break;
      case 'fix-all':
        request = await confirmAll(look, talk);
        break;
      case 'look-again':
        attempt = undefined;
    }
    if (request === undefined && next.kind !== 'look-again') continue;
    if (request !== undefined) {
      draft = await enough(services, draft, talk);
      const run = await followInLines(services.fix(draft, request), talk);
      attempt = { request, run, notes: services.fixNotes() };
    }
    look = await lookAtAll(services, draft, say);
    say(...homeLines(look, attempt === undefined ? [] : attemptLines(attempt, look)));
  }
}

/** The answers, after all was asked that a fix or an operation must know. */
async function enough(services: WizardServices, draft: Draft, talk: Talk): Promise<Draft> {
  if (services.canFix(draft)) return draft;
  return askAll(draft, (question) => !services.isGiven(question) && !services.isKept(question), talk);
}

/** An operation, or several, to its end. Rejects with InputEnded. */
async function operateFromHome(
  operable: Operable,
  place: OperationPlace,
  { reader, say }: Talk,
): Promise<void> {
  const [operation] = operationsOf(operable);
  if (operation === undefined) return;
  const series = 'operations' in operable ? { series: operable } : {};
  await operateInLines({
    ...place,
    call: { operation, ...series, yes: false, json: false },
    given: generatedValues(),
    reader,
    say,
    print: printing(say),
    warn: say,
  });
}

async function lookAtAll(services: WizardServices, draft: Draft, say: Say): Promise<RunModel> {
  say('', 'Looking at everything. Looking changes nothing.');
  return (await follow(services.look(draft).run, () => {})).model;
}
