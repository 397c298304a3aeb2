import { explanationParts, partLines } from '../run/finding-parts.ts';
import { actionLines } from '../run/plan-text.ts';
import type { RunModel } from '../run/view-model.ts';
import {
  type FixAttempt,
  type FixRequest,
  fixAllSafe,
  fixOne,
  type HomeFinding,
  homeFindings,
  lastTry,
  safeFixes,
} from '../wizard/home.ts';
import type { MaintenanceEntry, Operable } from '../wizard/maintenance.ts';
import { ask, confirmed, numberOf, type Talk } from './ask.ts';
import { PLAIN_VIEWS } from './views.ts';

/** What can be done from the home. */
type HomeChoice =
  | { readonly kind: 'quit' | 'maintenance' | 'look-again' | 'fix-all' }
  | { readonly kind: 'walk'; readonly questions: 'open' | 'all' }
  | { readonly kind: 'finding'; readonly item: HomeFinding };

/** Asks what comes next. */
export function chooseNext(look: RunModel, talk: Talk): Promise<HomeChoice> {
  const findings = homeFindings(look);
  return ask<HomeChoice>(talk, {
    heading: ['', menuText(look)],
    prompt: '> ',
    take: (line) => {
      const item = findings[Number(line) - 1];
      const value =
        item === undefined ? LETTERS.get(line.toLowerCase()) : ({ kind: 'finding', item } as const);
      return value === undefined ? { again: ['That is not one of the choices.'] } : { value };
    },
  });
}

const LETTERS: ReadonlyMap<string, HomeChoice> = new Map<string, HomeChoice>([
  ['q', { kind: 'quit' }],
  ['m', { kind: 'maintenance' }],
  ['a', { kind: 'fix-all' }],
  ['r', { kind: 'look-again' }],
  ['', { kind: 'look-again' }],
  ['w', { kind: 'walk', questions: 'open' }],
  ['c', { kind: 'walk', questions: 'all' }],
]);

function menuText(look: RunModel): string {
  const findings = homeFindings(look).length;
  const safe = safeFixes(look).length;
  const choices = [
    ...(findings === 0 ? [] : [findings === 1 ? '1: this finding' : `1 to ${findings}: a finding`]),
    ...(safe === 0 ? [] : [`a: fix everything that is safe (${safe})`]),
    'm: maintenance (a password, updates, a restart, logs …)',
    'r: look again',
    'w: walk me through everything',
    'c: change answers, set up again',
    'q: quit',
  ];
  return `Type one of these. ${choices.join('; ')}.`;
}

/** Something to ask of an Otto, or to look at. */
type Maintenance = Operable | (typeof PLAIN_VIEWS)[number];

/** What of all that can be asked for; undefined to leave it. */
export function chooseMaintenance(
  entries: readonly MaintenanceEntry[],
  talk: Talk,
): Promise<Maintenance | undefined> {
  const all: readonly Maintenance[] = [...entries.flatMap(({ choices }) => choices), ...PLAIN_VIEWS];
  return ask(talk, {
    heading: ['', 'Maintenance. Each asks what it needs to know and shows every step before it begins.'],
    options: all.map(({ title, help }) => `${title}: ${help}`),
    prompt: 'Type the number of one to open it; Enter goes back. > ',
    take: numberOf(all, { value: undefined }),
  });
}

/** Shows a finding with its fixes; resolves to what should be done, or undefined to leave it. */
export async function chooseFix(
  item: HomeFinding,
  attempt: FixAttempt | undefined,
  talk: Talk,
): Promise<FixRequest | undefined> {
  const { finding, mark, task } = item;
  talk.say(
    '',
    `${task.view.title} (${finding.code})`,
    ...explanationParts(finding, { mark, ...lastTry(attempt, item) }).flatMap(partLines),
  );
  if (finding.fixes.length === 0) {
    talk.say('otto-install cannot fix this from here.');
    return undefined;
  }
  finding.fixes.forEach(({ title, consequence, actions }, index) => {
    talk.say('', `  ${index + 1}. ${title}${index === 0 ? ' (recommended)' : ''}`);
    if (consequence !== undefined) talk.say(`     ${consequence}`);
    for (const action of actions) talk.say(...actionLines(action).map((text) => `     ${text}`));
  });
  talk.say('');
  const fix = await ask(talk, {
    prompt: 'Type the number of a fix to apply it; Enter leaves it as it is. > ',
    take: numberOf(finding.fixes, { value: undefined }),
  });
  return fix === undefined ? undefined : fixOne(item, fix);
}

/** Shows all that is safe; resolves to it, or undefined to leave it. */
export async function confirmAll(look: RunModel, talk: Talk): Promise<FixRequest | undefined> {
  const safe = safeFixes(look);
  if (safe.length === 0) {
    talk.say('Nothing is left that can be fixed without asking you.');
    return undefined;
  }
  for (const { task, fix } of safe) {
    talk.say('', `${task.view.title}: ${fix.title}`);
    for (const action of fix.actions) talk.say(...actionLines(action).map((text) => `  ${text}`));
  }
  talk.say('');
  return (await confirmed(talk, 'Do it? Type yes or no.')) ? fixAllSafe(look) : undefined;
}
