import type { Consent } from '../engine/contracts/consent.ts';
import type { FailureView, FindingView, FixView } from '../engine/contracts/event.ts';
import { agreedText } from './consent-text.ts';
import { failureLines } from './failure.ts';
import { actionLine, MARKS, type Mark, markOfFinding } from './wording.ts';

/** A piece of what is said about a finding. Screens, plain lines and reports show the same pieces, each in its own way. */
export type FindingPart =
  | { readonly kind: 'evidence'; readonly mark: Mark; readonly text: string }
  | { readonly kind: 'again' }
  /** What was agreed to, when something else is offered now. */
  | { readonly kind: 'agreed'; readonly text: string }
  | { readonly kind: 'failure'; readonly failure: FailureView }
  | { readonly kind: 'why'; readonly text: string }
  /** What has changed and may be the cause. */
  | { readonly kind: 'changed'; readonly text: string }
  | { readonly kind: 'fix'; readonly fix: FixView }
  | { readonly kind: 'without'; readonly text: string }
  /** The code that names it. */
  | { readonly kind: 'name'; readonly text: string };

/** What an output knows about a finding in addition to the finding itself. */
export interface Known {
  /** A mark that this output gives it instead of the usual one. */
  readonly mark?: Mark;
  /** Which part of the Otto it is in, where nothing else says so. */
  readonly place?: string;
  /** It was fixed, and is there again. */
  readonly cameBack?: boolean;
  /** What was agreed to before it became what it is now. */
  readonly agreed?: readonly Consent[] | undefined;
  /** Why its fix failed. */
  readonly failure?: FailureView | undefined;
  readonly changed?: string | undefined;
  readonly name?: string;
}

/** Everything that is said about a finding, in the order in which it is said everywhere. */
export function findingParts(finding: FindingView, known: Known = {}): readonly FindingPart[] {
  const { mark = markOfFinding(finding), place, cameBack, agreed, failure, changed, name } = known;
  return [
    { kind: 'evidence', mark, text: placed(finding, place) },
    ...(cameBack === true ? [{ kind: 'again' } as const] : []),
    ...(agreed === undefined ? [] : [{ kind: 'agreed', text: agreedText(finding, agreed) } as const]),
    ...(failure === undefined ? [] : [{ kind: 'failure', failure } as const]),
    { kind: 'why', text: finding.reason },
    ...(changed === undefined ? [] : [{ kind: 'changed', text: changed } as const]),
    ...finding.fixes.map((fix) => ({ kind: 'fix', fix }) as const),
    ...(finding.impact === undefined ? [] : [{ kind: 'without', text: finding.impact } as const]),
    ...(name === undefined ? [] : [{ kind: 'name', text: name } as const]),
  ];
}

/** {@link findingParts} without the fixes, where these are shown apart or no longer matter. */
export const explanationParts = (finding: FindingView, known: Known = {}): readonly FindingPart[] =>
  findingParts(finding, known).filter(({ kind }) => kind !== 'fix');

const placed = ({ evidence }: Pick<FindingView, 'evidence'>, place: string | undefined): string =>
  place === undefined ? evidence : `${place}: ${evidence}`;

/** Shown when a finding is there again after its fix. */
export const CAME_BACK = 'It came back after it was fixed.';

/** A piece as lines of text. */
export function partLines(part: FindingPart): readonly string[] {
  switch (part.kind) {
    case 'evidence':
      return [`${MARKS[part.mark]} ${part.text}`];
    case 'again':
      return [CAME_BACK];
    case 'failure':
      return failureLines(part.failure);
    case 'why':
      return [`Why: ${part.text}`];
    case 'fix': {
      const { title, consequence, actions } = part.fix;
      const first = `Fix: ${title}${consequence === undefined ? '' : ` (${consequence})`}`;
      return [first, ...actions.map((action) => `     ${actionLine(action)}`)];
    }
    case 'without':
      return [`Without it: ${part.text}`];
    case 'agreed':
    case 'changed':
    case 'name':
      return [part.text];
  }
}

/** A finding as a block: what was seen, and indented below it all else. */
export function findingBlock(
  finding: FindingView,
  known: Known = {},
  parts = findingParts,
): readonly string[] {
  return parts(finding, known).flatMap((part) =>
    partLines(part).map((line) => (part.kind === 'evidence' ? line : `  ${line}`)),
  );
}

/** A finding in one line: '✗ nginx: It is not running.' */
export function findingLine(
  finding: FindingView,
  { mark = markOfFinding(finding), place }: Known = {},
): string {
  return `${MARKS[mark]} ${placed(finding, place)}`;
}

/** What was seen and why that matters, in one line behind a mark. */
export function findingSentence(finding: Pick<FindingView, 'evidence' | 'reason'>, place?: string): string {
  return `${placed(finding, place)} ${finding.reason}`;
}
