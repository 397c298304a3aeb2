import type { FailureView } from './event.ts';
import type { Finding, Fix } from './task.ts';

/** What is remembered of a task between its looks. All by the findings' codes. */
export interface Memory {
  /** Its fix was begun. */
  readonly tried: ReadonlySet<string>;
  /** Its fix failed, and how. */
  readonly failures: ReadonlyMap<string, FailureView>;
  /** The operator goes on without mending it. */
  readonly accepted: ReadonlySet<string>;
  /** Since when it is waited for, ms since 1970. */
  readonly watchedSince: ReadonlyMap<string, number>;
}

/** What to do after a look. */
export type Step =
  /** Apply these fixes in this order, then look again. */
  | { readonly kind: 'apply'; readonly fixes: readonly { readonly finding: Finding; readonly fix: Fix }[] }
  /** It may go away by itself: look again after `everyMs`. */
  | { readonly kind: 'wait'; readonly finding: Finding; readonly everyMs: number }
  | { readonly kind: 'ask'; readonly finding: Finding }
  /** Nothing is left to do; unhealthy only where nobody can be asked. */
  | { readonly kind: 'end'; readonly state: 'healthy' | 'skipped' | 'unhealthy' };

/**
 * Decides what comes next for a task from what was found and what was tried. Pure. The order: what failed is asked about
 * before anything that may build on it; then everything that may be mended unasked; then questions; then waiting.
 */
export function nextStep(
  findings: readonly Finding[],
  memory: Memory,
  circumstances: { readonly unattended: boolean; readonly now: number },
): Step {
  const { unattended, now } = circumstances;
  const open = findings.filter(({ code }) => !memory.accepted.has(code));
  const failed = open.find(({ code }) => memory.failures.has(code));
  if (failed !== undefined && !(unattended && failed.severity === 'risk'))
    return unattended ? { kind: 'end', state: 'unhealthy' } : { kind: 'ask', finding: failed };

  const fixes = open.flatMap((finding) => {
    const [fix] = finding.fixes;
    const may = fix !== undefined && !memory.tried.has(finding.code) && mayUnasked(fix, unattended);
    return may ? [{ finding, fix }] : [];
  });
  if (fixes.length > 0) return { kind: 'apply', fixes };

  const unsettled = open.filter(
    ({ severity, fixes }) => severity !== 'risk' || (fixes.length > 0 && !unattended),
  );
  const patient = (finding: Finding): boolean => {
    if (finding.watch === undefined || (finding.fixes.length > 0 && !unattended)) return false;
    return now - (memory.watchedSince.get(finding.code) ?? now) < finding.watch.forMs;
  };
  const urgent = unsettled.find((finding) => !patient(finding));
  if (urgent !== undefined)
    return unattended ? { kind: 'end', state: 'unhealthy' } : { kind: 'ask', finding: urgent };

  const [awaited] = unsettled;
  if (awaited?.watch !== undefined) return { kind: 'wait', finding: awaited, everyMs: awaited.watch.everyMs };

  const skipped = findings.some(({ code, severity }) => memory.accepted.has(code) && severity !== 'risk');
  return { kind: 'end', state: skipped ? 'skipped' : 'healthy' };
}

/** Whether a fix may be applied without asking; one that needs a person is not offered where there is none. */
export function mayUnasked(fix: Fix, unattended: boolean): boolean {
  if (fix.actions.length === 0 || fix.consequence !== undefined) return false;
  return !(unattended && fix.actions.some(({ kind }) => kind === 'converse'));
}

/** Whether installing would leave it as it is: nothing found, or only risks that nobody mends unasked. */
export function nothingToDo(findings: readonly Finding[]): boolean {
  return findings.every(({ severity, fixes: [fix] }) => {
    return severity === 'risk' && !(fix !== undefined && mayUnasked(fix, false));
  });
}
