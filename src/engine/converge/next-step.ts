import type { FailureView } from '../contracts/event.ts';
import { names } from '../contracts/scope.ts';
import type { Finding, Fix } from '../contracts/task.ts';
import { type AgreedHere, standing } from './agreed.ts';

/** What is remembered of a task between its looks. All by the findings' codes. */
export interface Memory {
  /**
   * Ids of its fixes that were tried: none of them is repeated. Once a person has chosen one, all that were offered.
   */
  readonly tried: ReadonlyMap<string, ReadonlySet<string>>;
  /** Its fix failed, and how. */
  readonly failures: ReadonlyMap<string, FailureView>;
  /** The operator continues without fixing it. */
  readonly accepted: ReadonlySet<string>;
  /** Since when it is waited for, by the stopwatch. */
  readonly watchedSince: ReadonlyMap<string, number>;
}

/** The next fix to apply. */
export interface FixInTurn {
  readonly finding: Finding;
  readonly fix: Fix;
}

/** What to do after a look. */
type Step =
  /** Apply these fixes in this order, then look again. */
  | { readonly kind: 'apply'; readonly fixes: readonly FixInTurn[] }
  /** It may disappear by itself: look again after `everyMs`. */
  | {
      readonly kind: 'wait';
      readonly finding: Finding;
      readonly everyMs: number;
      /** How long it is still waited for, ms. */
      readonly leftMs: number;
    }
  | { readonly kind: 'ask'; readonly finding: Finding }
  /** Nothing is left to do; unhealthy only if nobody can be asked. */
  | { readonly kind: 'end'; readonly state: 'healthy' | 'skipped' | 'unhealthy' };

/** What the decision depends on. */
export interface Circumstances {
  readonly unattended: boolean;
  /** By the stopwatch. */
  readonly now: number;
  /** When the run is not about everything; `left`: codes that it leaves alone ({@link outOfScope}). */
  readonly only?: AgreedHere & { readonly left: ReadonlySet<string> };
}

const NONE: ReadonlySet<string> = new Set();
const FREE = { kind: 'free' } as const;

/**
 * Decides what comes next for a task from what was found and what was tried. Pure. The order: what failed is asked about
 * before anything that may build on it; then everything that may be fixed unasked; then questions; then waiting. With a
 * scope only what was named, what was tried, and what is on trial since, is ever asked about: unasked, a trial undoes the very fix.
 *
 * A finding that is still there after its fix gets its next safe one, and is shown when there is none. Where nobody can be
 * asked this also holds for a fix that failed: its failure is what the next one is for. What is remembered goes by the fixes'
 * ids: a finding that comes with other fixes than before is as good as a new one.
 */
export function nextStep(
  findings: readonly Finding[],
  memory: Memory,
  { unattended, now, only }: Circumstances,
): Step {
  const left = findings.filter(({ code }) => only?.left.has(code) === true);
  const open = findings.filter((finding) => !memory.accepted.has(finding.code) && !left.includes(finding));
  const isNamed = ({ code }: Finding) => only !== undefined && names(only.scope, only.task, code);
  const unhealthy = { kind: 'end', state: 'unhealthy' } as const;

  const nextOf = (finding: Finding): readonly FixInTurn[] => {
    const tried = memory.tried.get(finding.code) ?? NONE;
    const agreed = only === undefined ? FREE : standing(finding, tried, only);
    if (agreed.kind === 'lapsed') return [];
    if (agreed.kind === 'agreed')
      return isPossible(agreed.fix, unattended) ? [{ finding, fix: agreed.fix }] : [];
    const [recommended, ...more] = finding.fixes;
    const wasTried = finding.fixes.some(({ id }) => tried.has(id));
    const fix = [recommended, ...(wasTried ? more : [])].find(
      (one) => one !== undefined && !tried.has(one.id) && mayUnasked(one, unattended),
    );
    return fix === undefined ? [] : [{ finding, fix }];
  };

  const failed = open.find(({ code }) => memory.failures.has(code));
  if (failed !== undefined && !(unattended && failed.severity === 'risk' && !isNamed(failed))) {
    if (!unattended) return { kind: 'ask', finding: failed };
    const next = nextOf(failed);
    return next.length > 0 ? { kind: 'apply', fixes: next } : unhealthy;
  }

  const fixes = open.flatMap(nextOf);
  if (fixes.length > 0) return { kind: 'apply', fixes };

  const maySettle = only === undefined && !unattended;
  const unsettled = open.filter(
    (finding) => finding.severity !== 'risk' || isNamed(finding) || (finding.fixes.length > 0 && maySettle),
  );
  const patient = (finding: Finding): boolean => {
    if (finding.watch === undefined || (finding.fixes.length > 0 && !unattended)) return false;
    return now - (memory.watchedSince.get(finding.code) ?? now) < finding.watch.forMs;
  };
  const urgent = unsettled.filter((finding) => !patient(finding));
  const [toAsk] = unattended
    ? []
    : urgent.filter(
        (finding) =>
          only === undefined ||
          isNamed(finding) ||
          memory.tried.has(finding.code) ||
          finding.trial !== undefined,
      );
  if (toAsk !== undefined) return { kind: 'ask', finding: toAsk };
  if (urgent.length > 0) return unhealthy;

  const [awaited] = unsettled;
  if (awaited?.watch !== undefined) {
    const { everyMs, forMs } = awaited.watch;
    const leftMs = (memory.watchedSince.get(awaited.code) ?? now) + forMs - now;
    return { kind: 'wait', finding: awaited, everyMs, leftMs };
  }

  if (left.some(({ severity }) => severity !== 'risk')) return unhealthy;
  const skipped = findings.some(({ code, severity }) => memory.accepted.has(code) && severity !== 'risk');
  return { kind: 'end', state: skipped ? 'skipped' : 'healthy' };
}

/** Whether a fix may be applied without asking; one that needs a person is not offered where there is none. */
export function mayUnasked(fix: Fix, unattended: boolean): boolean {
  return fix.consequence === undefined && isPossible(fix, unattended);
}

/** Whether there is anything to be done that does not need a person who is not there. */
function isPossible({ actions }: Fix, unattended: boolean): boolean {
  return actions.length > 0 && !(unattended && actions.some(({ kind }) => kind === 'converse'));
}

/** Whether installing would leave it as it is: nothing found, or only risks that nobody fixes unasked. */
export function nothingToDo(findings: readonly Finding[]): boolean {
  return findings.every(({ severity, fixes: [fix] }) => {
    return severity === 'risk' && !(fix !== undefined && mayUnasked(fix, false));
  });
}
