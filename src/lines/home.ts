import type { Draft } from '../answers/question.ts';
import { generatedValues } from '../operation-flow/given.ts';
import type { OperationPlace } from '../operation-flow/steps.ts';
import { exitCodeOf } from '../run/exit-code.ts';
import { failureLines } from '../run/plain.ts';
import { actionLines } from '../run/plan-text.ts';
import type { RunModel } from '../run/view-model.ts';
import { MARKS } from '../run/wording.ts';
import type { LineReader } from '../terminal/line-reader.ts';
import {
  type HomeFinding,
  homeFindings,
  lastTry,
  type Mended,
  type MendRequest,
  mendAllSafe,
  mendedLines,
  mendOne,
  safeFixes,
} from '../wizard/home.ts';
import { homeLines } from '../wizard/home-text.ts';
import { type MaintenanceEntry, type Operable, operationsOf } from '../wizard/maintenance.ts';
import type { WizardServices } from '../wizard/services.ts';
import { follow, followInLines } from './follow.ts';
import { operateInLines } from './operation.ts';
import { askAll, confirmed, type Say } from './questions.ts';
import { PLAIN_VIEWS, printing } from './views.ts';

interface PlainHomeOptions {
  readonly services: WizardServices;
  readonly reader: LineReader;
  readonly say: Say;
}

/** How the home was left: for good, or to go through everything with all questions or only the open ones. */
export type LeftPlainHome =
  | { readonly kind: 'left'; readonly exitCode: number }
  | { readonly kind: 'walk'; readonly questions: 'open' | 'all' };

/** The home as numbered lines. Rejects with InputEnded when the input ends. */
export async function runPlainHome({ services, reader, say }: PlainHomeOptions): Promise<LeftPlainHome> {
  let draft = services.draft;
  let mended: Mended | undefined;
  let look = await lookAtAll(services, draft, say);
  say(...homeLines(look, services.found));
  for (;;) {
    const findings = homeFindings(look);
    say('', menuText(look));
    const line = (await reader.line('> ')).toLowerCase();
    const item = findings[Number(line) - 1];
    let request: MendRequest | undefined;
    if (line === 'q') return { kind: 'left', exitCode: exitCodeOf(look) };
    if (line === 'w' || line === 'c') return { kind: 'walk', questions: line === 'w' ? 'open' : 'all' };
    if (line === 'm') {
      const chosen = await chooseMaintenance(services.maintenance, reader, say);
      if (chosen === undefined) continue;
      if ('show' in chosen) {
        await chosen.show(services.reading(draft), { reader, say });
        continue;
      }
      const operable = chosen;
      if (!services.canMend(draft)) draft = await askOpen(services, draft, reader, say);
      await operateFromHome(operable, services.operating(draft), { reader, say });
      // What it left behind would end a run that is over.
      reader.onInterrupt = undefined;
      if ((await services.lookAtMachine()).home !== true) {
        say('', 'There is no Otto on this machine any more.');
        return { kind: 'left', exitCode: 0 };
      }
      look = await lookAtAll(services, draft, say);
      say(...homeLines(look, []));
      continue;
    }
    if (item !== undefined) request = await chooseFix(item, mended, reader, say);
    else if (line === 'a') request = await confirmAll(look, reader, say);
    else if (line !== 'r' && line !== '') {
      say('That is none of the choices.');
      continue;
    } else mended = undefined;
    if (request === undefined && line !== 'r' && line !== '') continue;
    if (request !== undefined) {
      if (!services.canMend(draft)) draft = await askOpen(services, draft, reader, say);
      const run = await followInLines(services.mend(draft, request), reader, say);
      // What it left behind would end a run that is over.
      reader.onInterrupt = undefined;
      mended = { request, run, notes: services.mendNotes() };
    }
    look = await lookAtAll(services, draft, say);
    say(...homeLines(look, mended === undefined ? [] : mendedLines(mended, look)));
  }
}

/** An operation, or several, to its end. Rejects with InputEnded. */
async function operateFromHome(
  operable: Operable,
  place: OperationPlace,
  { reader, say }: { readonly reader: LineReader; readonly say: Say },
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
  say('', 'Looking at everything. Nothing is changed by looking.');
  return (await follow(services.look(draft).run, () => {})).model;
}

function menuText(look: RunModel): string {
  const findings = homeFindings(look).length;
  const safe = safeFixes(look).length;
  const choices = [
    ...(findings === 0 ? [] : [findings === 1 ? '1: this finding' : `1 to ${findings}: a finding`]),
    ...(safe === 0 ? [] : [`a: mend all that is safe (${safe})`]),
    'm: maintenance (a password, updates, a restart, logs …)',
    'r: look again',
    'w: walk me through everything',
    'c: change answers, set up again',
    'q: quit',
  ];
  return `Type one of these. ${choices.join('; ')}.`;
}

/** What of all that can be asked for; undefined to leave it. */
async function chooseMaintenance(
  entries: readonly MaintenanceEntry[],
  reader: LineReader,
  say: Say,
): Promise<Operable | (typeof PLAIN_VIEWS)[number] | undefined> {
  const all = [...entries.flatMap(({ choices }) => choices), ...PLAIN_VIEWS];
  say('', 'Maintenance. Each asks what it has to know and shows every step before it begins.');
  all.forEach(({ title, help }, index) => {
    say(`  ${index + 1}. ${title}: ${help}`);
  });
  for (;;) {
    const line = await reader.line('The number of one begins with it; Enter goes back. > ');
    if (line === '') return undefined;
    const chosen = all[Number(line) - 1];
    if (chosen !== undefined) return chosen;
    say(`Type a number from 1 to ${all.length}, or nothing.`);
  }
}

/** Shows a finding with its fixes; resolves to what is to be done, or undefined to leave it. */
async function chooseFix(
  item: HomeFinding,
  mended: Mended | undefined,
  reader: LineReader,
  say: Say,
): Promise<MendRequest | undefined> {
  const { finding, mark, task } = item;
  const { cameBack, failure } = lastTry(mended, item);
  say(
    '',
    `${task.view.title} (${finding.code})`,
    `${MARKS[mark]} ${finding.saw}`,
    ...(cameBack ? ['It is there again after it was mended.'] : []),
    ...(failure === undefined ? [] : failureLines(failure)),
    `Why: ${finding.because}`,
    ...(finding.ifSkipped === undefined ? [] : [`Without it: ${finding.ifSkipped}`]),
  );
  if (finding.fixes.length === 0) {
    say('This cannot be mended from here.');
    return undefined;
  }
  finding.fixes.forEach(({ title, consequence, actions }, index) => {
    say('', `  ${index + 1}. ${title}${index === 0 ? ' (recommended)' : ''}`);
    if (consequence !== undefined) say(`     ${consequence}`);
    for (const action of actions) say(...actionLines(action).map((text) => `     ${text}`));
  });
  say('');
  for (;;) {
    const line = await reader.line('The number of a fix carries it out; Enter leaves it as it is. > ');
    if (line === '') return undefined;
    const fix = /^\d+$/.test(line) ? Number(line) - 1 : -1;
    if (finding.fixes[fix] !== undefined) return mendOne(finding, fix);
    say(`Type a number from 1 to ${finding.fixes.length}, or nothing.`);
  }
}

async function confirmAll(look: RunModel, reader: LineReader, say: Say): Promise<MendRequest | undefined> {
  const safe = safeFixes(look);
  if (safe.length === 0) {
    say('Nothing is left that could be mended without asking you.');
    return undefined;
  }
  for (const { task, fix } of safe) {
    say('', `${task.view.title}: ${fix.title}`);
    for (const action of fix.actions) say(...actionLines(action).map((text) => `  ${text}`));
  }
  say('');
  return (await confirmed(reader, 'Do it? Type yes or no.')) ? mendAllSafe(look) : undefined;
}

function askOpen(services: WizardServices, draft: Draft, reader: LineReader, say: Say): Promise<Draft> {
  return askAll(draft, (question) => !services.isGiven(question) && !services.isKept(question), reader, say);
}
