import { chainLines, chainOf } from '../run/chain.ts';
import { findingLine } from '../run/finding-parts.ts';
import type { SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { duration, MARKS, timeOfDay } from '../run/wording.ts';
import { wrapText } from '../text/wrap.ts';
import { groupCounts, healthyCount, homeFindings, homeWaiting } from './home.ts';
import { groupText, waitingText } from './home-rows.ts';

/** The home as plain lines: the way of a question, the findings with their numbers, what waits, what is healthy. */
export function homeLines(look: RunModel, said: readonly SeenLine[]): readonly string[] {
  const { healthy, total } = healthyCount(look);
  const findings = homeFindings(look).map(
    ({ mark, task, finding }, index) =>
      `${index + 1}. ${findingLine(finding, { mark, place: task.view.title })}`,
  );
  const groups = groupCounts(look).map((group) => `${MARKS[group.mark]} ${groupText(group)}`);
  const failed = look.ended?.outcome === 'failed' ? look.ended.reason : undefined;
  return [
    ...(look.ended === undefined
      ? []
      : [`Looked at ${timeOfDay(look.ended.at)} in ${duration(look.ended.ms)}.`]),
    ...chainLines(chainOf(look)),
    '',
    ...(failed === undefined ? [] : [`${MARKS.broken} ${failed}`]),
    ...said.map(({ mark, text }) => `${MARKS[mark]} ${text}`),
    ...findings,
    ...homeWaiting(look).map((item) => `   ${MARKS.waiting} ${waitingText(item)}`),
    `${MARKS.healthy} ${healthy === total ? total : `${healthy} of ${total}`} checks healthy: ${groups.join(', ')}`,
  ];
}

/** What stays in the terminal when the home is left: how it stood, in lines of at most `width`. */
export function homeEndText(look: RunModel, name: string, width: number): string {
  if (look.ended === undefined) return '';
  const findings = homeFindings(look);
  const faults = findings.filter(({ mark }) => mark === 'broken').length;
  const state =
    faults > 0
      ? `${faults === 1 ? 'one fault' : `${faults} faults`}`
      : look.ended.outcome === 'healthy'
        ? 'everything is healthy'
        : look.ended.outcome === 'findings'
          ? 'something is still starting'
          : 'not everything could be checked';
  const rehearsal = look.host === 'rehearsal' ? ['REHEARSAL: nothing on this machine was touched.'] : [];
  return `${[
    ...rehearsal,
    wrapText(`${name}: ${state}, looked at ${timeOfDay(look.ended.at)}`, width),
    ...findings.map(({ mark, task, finding }) =>
      wrapText(findingLine(finding, { mark, place: task.view.title }), width),
    ),
    ...(faults === 0 ? [] : ['Start otto-install again to fix it.']),
  ].join('\n')}\n`;
}
