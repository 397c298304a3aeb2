import { Event, type FindingView } from '../../../../src/engine/contracts/event.ts';

/** A finding of a look, with the task that found it. */
export interface Found {
  readonly task: string;
  readonly code: string;
  readonly severity: FindingView['severity'];
  readonly evidence: string;
}

/** What `otto-install check --json` said. */
export interface Look {
  readonly outcome: string;
  readonly found: readonly Found[];
}

/** Reads the events of `otto-install check --json`. Throws when they do not come to an end. */
export function readLook(stdout: string): Look {
  const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [eventOf(line)] : []));
  const end = events.findLast((event) => event?.type === 'run-ended');
  if (end?.type !== 'run-ended')
    throw new Error(`check --json did not come to an end:\n${stdout.slice(-800)}`);
  const byTask = new Map<string, readonly FindingView[]>();
  for (const event of events) if (event?.type === 'findings') byTask.set(event.task, event.findings);
  const found = [...byTask].flatMap(([task, findings]) =>
    findings.map(({ code, severity, evidence }) => ({ task, code, severity, evidence })),
  );
  return { outcome: end.outcome, found };
}

/** The event of a line; undefined for a kind that this reader does not know. */
function eventOf(line: string): Event | undefined {
  return Event.safeParse(JSON.parse(line)).data;
}

/** What a look found beyond those codes, in the order of the tasks. */
export function beyond(look: Look, baseline: ReadonlySet<string>): readonly Found[] {
  return look.found.filter(({ code }) => !baseline.has(code));
}

/**
 * Why a look does not name that code, and that code alone, as the cause; undefined when it does. `code` undefined: nothing may
 * be found. Risks beside it are no error: they hold nothing back, and the look after the fix has to be without them.
 */
export function misjudged(
  found: readonly Found[],
  code: string | undefined,
  also: readonly string[] = [],
): string | undefined {
  const words = (some: readonly Found[]) => some.map((one) => `${one.code} (${one.evidence})`).join('; ');
  const strange = found.filter(
    (one) => one.code !== code && one.severity !== 'risk' && !also.includes(one.code),
  );
  if (code === undefined)
    return strange.length === 0 ? undefined : `found where nothing is wrong: ${words(strange)}`;
  if (!found.some((one) => one.code === code))
    return `${code} was not found${found.length === 0 ? ', nor anything else' : `; found: ${words(found)}`}`;
  return strange.length === 0 ? undefined : `found besides ${code}: ${words(strange)}`;
}
