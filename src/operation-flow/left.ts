import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import { seriesEnd } from '../operations/series.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { explanationParts, findingBlock } from '../run/finding-parts.ts';
import { MARKS } from '../run/wording.ts';
import { visibleText } from '../text/visible.ts';
import { wrapText } from '../text/wrap.ts';
import type { OperationCall } from './call.ts';
import { endingHeading, operationEndingLines } from './ending.ts';
import type { FlowState } from './flow-state.ts';

/** An operation as it was left. */
export interface LeftOperation {
  readonly operation: AnyOttoOperation;
  readonly state: FlowState;
}

/** As the lines do: what was refused or undone is 1, what could not be looked at 2, what was left before it began 130. */
export function exitCodeFor(state: FlowState): number {
  if (state.name === 'ended') return exitCodeOf(state.run);
  if (state.name === 'refused') return EXIT.notDone;
  return state.name === 'unseen' ? EXIT.couldNotRun : EXIT.stopped;
}

/** What stays in the terminal: how it ended, without what was shown once. */
export function leftText(
  left: readonly LeftOperation[],
  { series }: Pick<OperationCall, 'series'>,
  width: number,
): string {
  const blocks = left.map(({ operation, state }) => {
    if (state.name === 'refused')
      return [
        `${operation.title}: not started`,
        ...state.findings.flatMap((finding) => findingBlock(finding, { mark: 'broken' }, explanationParts)),
        'Nothing was changed.',
      ];
    if (state.name === 'unseen')
      return [`${operation.title}: otto-install could not check it`, `  ${state.problem}`];
    if (state.name !== 'ended') return [leftEarlyText(operation, state)];
    const lines = operationEndingLines(state.ending, state.run, state.summary);
    return [
      endingHeading(operation, state.ending),
      ...lines
        .filter(({ once }) => once !== true)
        .map(
          ({ mark, text, indent = 0 }) =>
            `${mark === undefined ? ' '.repeat(indent) : `${MARKS[mark]} `}${text}`,
        ),
      ...(lines.some(({ once }) => once === true)
        ? ['The secret was shown on the screen, and is kept nowhere else.']
        : []),
    ];
  });
  const failed = left.find(({ state }) => state.name !== 'ended' || state.ending.kind !== 'done')?.operation;
  const end = series === undefined || left.length === 0 ? [] : [seriesEnd(series, failed)];
  const all = [...blocks, ...end].map((block) =>
    block.map((line) => wrapText(visibleText(line), width)).join('\n'),
  );
  return all.length === 0 ? '' : `${all.join('\n\n')}\n`;
}

/** What is said of an operation that was left before its end. Nobody waits for what is running then. */
function leftEarlyText(
  { title }: Pick<AnyOttoOperation, 'title'>,
  { name }: Pick<FlowState, 'name'>,
): string {
  switch (name) {
    case 'working':
      return `${title}: left while it was running. That cut it off; the next start of otto-install rolls it back or finishes it, before anything else.`;
    case 'fetching':
      return `${title}: left while it was fetching something. What runs now was not touched.`;
    default:
      return `${title}: left before it started. Nothing was changed.`;
  }
}
