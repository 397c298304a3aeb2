import type { Consent } from './consent.ts';

/**
 * What a run may fix when it is not about everything: an operator named some findings by their codes. Plain data, so that
 * it can travel to another process.
 */
export interface Scope {
  /** Findings with these codes are fixed. */
  readonly codes: readonly string[];
  /**
   * What was agreed to. A code that has none here was named before anybody looked: naming it is the consent to the
   * recommended fix as the run finds it before it changes anything, and not to what a later look makes of it.
   */
  readonly consents?: readonly Consent[];
  /**
   * What else is fixed, as long as it needs no consent. 'what-follows' (the default): what the named fixes brought to
   * light or made necessary. 'all-safe': everything.
   */
  readonly others?: 'what-follows' | 'all-safe';
}

/** What an installation without anybody there was allowed beforehand: all that is safe, and these. Pure. */
export function agreedBeforehand({
  unattended,
  agree,
}: {
  readonly unattended: boolean;
  readonly agree?: string | undefined;
}): Scope | undefined {
  const codes = codesIn(agree);
  return unattended && codes.length > 0 ? { codes, others: 'all-safe' } : undefined;
}

/** 'a, b' */
export const codesIn = (agree = ''): readonly string[] =>
  agree.split(',').flatMap((code) => (code.trim() === '' ? [] : [code.trim()]));

/** What has happened in everything that a task needs, directly or indirectly. */
export interface Upstream {
  /** An action was started there. */
  readonly changed: boolean;
  /** Something there was not healthy when it was first looked at: until it was fixed the task could not be judged. */
  readonly unhealthy: boolean;
}

/** Whether the scope names this finding. A consent to a finding of one task says nothing of another's with the same code. */
export function names({ codes, consents = [] }: Scope, task: string, code: string): boolean {
  const given = consents.filter((consent) => consent.code === code);
  return codes.includes(code) && (given.length === 0 || given.some((consent) => consent.task === task));
}

/**
 * The codes that a run with a scope leaves as they are and does not wait for: what was there before and was not named.
 * Pure. `before`: what was found in this task when the run had changed nothing yet; `changedHere`: it was worked on since.
 */
export function outOfScope(
  codes: readonly string[],
  scope: Scope,
  {
    task,
    before,
    changedHere,
    upstream,
  }: {
    readonly task: string;
    readonly before: readonly string[];
    readonly changedHere: boolean;
    readonly upstream: Upstream;
  },
): ReadonlySet<string> {
  const unnamed = codes.filter((code) => !names(scope, task, code));
  if (scope.others === 'all-safe') return new Set();
  // It waited for what has been fixed: nobody could have named its own findings.
  if (upstream.changed && upstream.unhealthy) return new Set();
  if (upstream.changed || changedHere) return new Set(unnamed.filter((code) => before.includes(code)));
  return new Set(unnamed);
}
