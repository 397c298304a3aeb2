import { loadRecord } from '../engine/records/undo-record.ts';
import type { Host } from '../host/host.ts';
import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import { endedWithWarning } from '../run/exit-code.ts';
import { failureLines } from '../run/failure.ts';
import { findingSentence } from '../run/finding-parts.ts';
import type { EndingLine, SeenLine } from '../run/shown-line.ts';
import type { RunModel } from '../run/view-model.ts';
import { duration, markOfFinding } from '../run/wording.ts';
import { Secret } from '../secret/secret.ts';

/** How an operation that was asked for came to its end. */
export type OperationEnding =
  /** Done and verified. */
  | { readonly kind: 'done' }
  /** Nothing was started: it was refused, stopped before, or could not be fetched. */
  | { readonly kind: 'not-started' }
  /** It failed or was stopped, and everything was undone. */
  | { readonly kind: 'undone' }
  /** It could not be undone: a record of it is on the disk, and the next start continues from there. */
  | { readonly kind: 'stuck' };

/** What `summary` of an operation gives. */
export type Summary = readonly (string | readonly (string | Secret)[])[];

type Named = Pick<AnyOttoOperation, 'id' | 'title'>;

/** Whether the operation of a run came to its good end; parts that were wrong before may be so still. */
export function isDone(run: RunModel): boolean {
  return own(run)?.state === 'healthy';
}

/** The operation itself; behind it come the parts that are looked at afterwards. */
const own = (run: RunModel) => run.tasks[0];

/**
 * How a run ended that was about this operation. What is left of it on the disk says whether it could be undone;
 * `rollingBack`: that was all that this run was to do.
 */
export async function endingOf(
  run: RunModel,
  { id }: Named,
  host: Host,
  rollingBack = false,
): Promise<OperationEnding> {
  const isIt = own(run)?.view.id === id;
  if (isIt && isDone(run)) return { kind: rollingBack ? 'undone' : 'done' };
  const left = await loadRecord(host).catch(() => 'unreadable' as const);
  if (left !== undefined) return { kind: 'stuck' };
  const touched = run.actionsDone > 0 || own(run)?.failure !== undefined;
  return isIt && touched ? { kind: 'undone' } : { kind: 'not-started' };
}

/** What the operator must know at the good end. */
export async function summaryOf(
  operation: AnyOttoOperation,
  facts: unknown,
  choice: unknown,
  host: Host,
): Promise<Summary> {
  // A look that fails is no reason to tell nothing.
  const looked = await operation.summaryAfter?.(host, facts, choice).catch(() => undefined);
  return looked ?? operation.summary?.(facts, choice) ?? [];
}

/** The heading of the last screen. */
export function endingHeading({ title }: Named, { kind }: OperationEnding): string {
  const words = {
    done: 'done',
    'not-started': 'not started',
    undone: 'rolled back',
    stuck: 'stopped halfway',
  };
  return `${title}: ${words[kind]}`;
}

/**
 * All that an operator should know at the end. A line that holds a secret is marked `once`: it stands on the screen and is
 * not left behind in the terminal.
 */
export function operationEndingLines(
  ending: OperationEnding,
  run: RunModel,
  summary: Summary,
): readonly EndingLine[] {
  const reason = run.ended?.reason;
  const log: readonly EndingLine[] = run.log === undefined ? [] : [{ apart: true, text: `Log: ${run.log}` }];
  const findings = (own(run)?.findings ?? []).map((finding): EndingLine => {
    return { mark: markOfFinding(finding), apart: true, text: findingSentence(finding) };
  });
  switch (ending.kind) {
    case 'done':
      return [doneLine(run), ...findings, ...summaryLines(summary), ...stillWrong(run), ...log];
    case 'not-started':
      return [
        ...(reason === undefined ? [] : [{ mark: 'broken', text: reason.replace(AS_BEFORE, '') } as const]),
        ...failedLines(run),
        ...findings,
        { apart: true, text: 'Nothing was changed.' },
        ...log,
      ];
    case 'undone':
      return [
        { mark: 'broken', text: (reason ?? 'It did not finish.').replace(AS_BEFORE, '') },
        ...failedLines(run),
        { mark: 'healthy', apart: true, text: 'Rolled back. Everything is as it was before.' },
        ...log,
      ];
    case 'stuck':
      return [
        { mark: 'broken', text: reason ?? 'It did not finish.' },
        ...failedLines(run),
        {
          apart: true,
          text: 'What has to be rolled back is recorded on disk. Once the cause is gone, otto-install continues from there: now with t, or when it starts the next time. Nothing else starts before that.',
        },
        ...log,
      ];
  }
}

/** What the engine says of an operation that was undone; here it has a line of its own. */
const AS_BEFORE = / ?Everything is as it was before\.$/;

function doneLine(run: RunModel): EndingLine {
  const names = verified(run).flatMap(({ view, state }) => (state === 'healthy' ? [view.title] : []));
  if (endedWithWarning(run)) return { mark: 'risk', text: 'Done, with a warning.' };
  const text = names.length === 0 ? 'Done.' : `Done. Checked afterwards and healthy: ${names.join(', ')}.`;
  return { mark: 'healthy', text };
}

const verified = (run: RunModel) => run.tasks.slice(1);

/** Whether something of it stands on the screen and nowhere else. */
export function isShownOnce(summary: Summary): boolean {
  return summaryLines(summary).some(({ once }) => once === true);
}

function summaryLines(summary: Summary): readonly EndingLine[] {
  return summary.map((line, index) => {
    const pieces = typeof line === 'string' ? [line] : line;
    const secret = pieces.find((piece) => piece instanceof Secret);
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : piece.reveal())).join('');
    return {
      text,
      ...(index === 0 || secret !== undefined ? { apart: true } : {}),
      ...(secret === undefined ? {} : { strong: true, once: true, onlyHere: true, copy: secret.reveal() }),
    };
  });
}

/** What was wrong before the operation and is so still. */
function stillWrong(run: RunModel): readonly EndingLine[] {
  return verified(run)
    .flatMap(({ findings }) => findings)
    .map((finding) => ({
      mark: markOfFinding(finding),
      apart: true,
      text: `As before: ${finding.evidence}`,
    }));
}

function failedLines(run: RunModel): readonly EndingLine[] {
  const failure = run.ended?.outcome === 'stopped' ? undefined : own(run)?.failure;
  return failure === undefined ? [] : failureLines(failure).map((text) => ({ text, indent: 2 }));
}

/** What the home says of it afterwards, in a line or two without secrets. */
export function operatedLines({ title }: Named, ending: OperationEnding, run: RunModel): readonly SeenLine[] {
  const took = run.ended === undefined ? '' : ` It took ${duration(run.ended.ms)}.`;
  const why = (run.ended?.reason ?? '').replace(AS_BEFORE, '');
  switch (ending.kind) {
    case 'done':
      return endedWithWarning(run)
        ? [
            {
              mark: 'risk',
              text: `${title}: done, with a warning. ${own(run)?.findings[0]?.evidence ?? ''}${took}`,
            },
          ]
        : [{ mark: 'healthy', text: `${title}: done and verified.${took}` }];
    case 'not-started':
      return [
        { mark: 'risk', text: `${title}: not started. ${why} Nothing was changed.`.replace(/ {2,}/g, ' ') },
      ];
    case 'undone':
      return [{ mark: 'risk', text: `${title}: ${why} Everything is as it was before.` }];
    case 'stuck':
      return [
        {
          mark: 'broken',
          text: `${title}: ${why} Start otto-install again to finish it; nothing else starts before that.`,
        },
      ];
  }
}
