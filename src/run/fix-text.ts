import type { Event } from '../engine/contracts/event.ts';
import { agreedText, offeredText } from './consent-text.ts';
import { openFindings, type RunModel, waitsFor } from './view-model.ts';

/** The codes that were found at any time in a run, each with the tasks that found them. */
export function seenCodes(events: readonly Event[]): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) => (event.type === 'findings' ? event.findings.map(({ code }) => code) : [])),
  );
}

/** What became of each finding that was named, a line each. */
export function fixLines(
  model: RunModel,
  codes: readonly string[],
  seen: ReadonlySet<string>,
): readonly string[] {
  return codes.map((code) => `${code}: ${fate(model, code, seen)}`);
}

function fate(model: RunModel, code: string, seen: ReadonlySet<string>): string {
  const open = openFindings(model).find(({ finding }) => finding.code === code);
  if (open === undefined && seen.has(code)) return 'fixed.';
  if (open === undefined) return notFound(model);
  if (model.ended?.outcome === 'stopped') return 'still there: you stopped before that.';
  const unagreed = model.unagreed.find(
    ({ task, finding }) => task === open.task.view.id && finding.code === code,
  );
  if (unagreed !== undefined)
    return `not fixed. ${agreedText(unagreed.finding, unagreed.agreed)} ${offeredText(unagreed.finding)} To agree to that: otto-install fix ${code}`;
  const [fix] = open.finding.fixes;
  if (fix === undefined) return 'still there. otto-install cannot fix it from here; see above what to do.';
  if (fix.actions.some(({ kind }) => kind === 'converse'))
    return `still there: it needs a person. Run this in a terminal: otto-install fix ${code}`;
  return 'still there. What was tried is in the log.';
}

/** A part that was not looked at may hide it: that is said, since "not found" would sound like "fine". */
function notFound(model: RunModel): string {
  if (model.ended?.outcome === 'failed') return 'not looked for, because the run could not continue.';
  const waiting = model.tasks.filter((task) => task.state === 'waiting' && waitsFor(model, task).length > 0);
  if (waiting.length === 0) return 'not found, so there is nothing to fix.';
  const causes = new Set(
    model.tasks.filter(({ state }) => state === 'unhealthy').map(({ view }) => view.title),
  );
  return `not found. ${waiting.map(({ view }) => view.title).join(', ')} could not be checked before this is healthy: ${[...causes].join(', ')}.`;
}

/** For codes that no finding can have. */
export function unknownLines(
  unknown: readonly { readonly code: string; readonly near?: string }[],
): readonly string[] {
  return [
    ...unknown.map(({ code, near }) => {
      return `No finding has the code "${code}".${near === undefined ? '' : ` Did you mean ${near}?`}`;
    }),
    'All codes: otto-install check --list',
  ];
}
