import type { Consent } from '../contracts/consent.ts';
import type { FailureView } from '../contracts/event.ts';
import type { Finding } from '../contracts/task.ts';
import type { BegunLook } from '../look.ts';
import type { Memory } from './next-step.ts';

/** A look, also one that was started before the task's turn. */
export interface Look extends BegunLook {
  /** How many actions had been started by then; the look is outdated once there are more. */
  readonly actions: number;
  /** No action was running when it began. */
  readonly quiet: boolean;
  readonly at: number;
}

/** What is remembered of a task between its looks, also from round to round. */
export class TaskMemory implements Memory {
  readonly tried = new Map<string, Set<string>>();
  readonly failures = new Map<string, FailureView>();
  readonly accepted = new Set<string>();
  readonly watchedSince = new Map<string, number>();
  /** What was agreed to in this task, once it is known. */
  consents: readonly Consent[] | undefined;
  /** Choices of a person that no longer matched a fix when it was looked at again, by code. */
  readonly outdated = new Map<string, Consent>();
  /** What was reported as not agreed to, so that it is reported only once. */
  readonly unagreed = new Set<string>();
  /** What was found before anything was changed. */
  before: Promise<readonly Finding[]> | undefined;
  /** An earlier round has judged it. */
  judged = false;
  /** The last look that was judged, what it found, and whether the task may continue with that. */
  last: { readonly look: Look; readonly findings: readonly Finding[]; readonly well: boolean } | undefined;

  /** Forgets what is gone, and starts the clock for what it waits for. */
  update(findings: readonly Finding[], now: number): void {
    const present = new Set(findings.map(({ code }) => code));
    for (const code of this.failures.keys()) if (!present.has(code)) this.failures.delete(code);
    for (const code of this.outdated.keys()) if (!present.has(code)) this.outdated.delete(code);
    for (const code of this.watchedSince.keys()) if (!present.has(code)) this.watchedSince.delete(code);
    for (const { code, watch } of findings)
      if (watch !== undefined && !this.watchedSince.has(code)) this.watchedSince.set(code, now);
  }
}
