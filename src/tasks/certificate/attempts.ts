import * as z from 'zod/mini';
import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';

/**
 * What was asked of the certificate authority, so that its limits are never reached: Let's Encrypt allows 5 failed
 * validations per name and hour and 5 certificates per set of names and week. An attempt is recorded before it is made;
 * one without an outcome has failed or was interrupted, which counts the same towards these limits.
 */
export const ATTEMPTS_FILE = `${STATE_DIR}/acme-attempts.json`;

const AttemptSchema = z.object({
  /** ms since 1970 */
  at: z.number(),
  domain: z.string(),
  server: z.string(),
  kind: z.enum(['rehearsal', 'real']),
  outcome: z.enum(['started', 'passed']),
  /** Size of certbot's log before; what follows is what this attempt left there. */
  logSize: z.number(),
});
export type Attempt = z.infer<typeof AttemptSchema>;

const FileSchema = z.object({ attempts: z.array(AttemptSchema) });

/** How far back the authority's limit of failed validations reaches. */
export const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** Our limit is one below theirs: somebody may have tried by hand. */
const FAILURES_PER_HOUR = 4;
const CERTIFICATES_PER_WEEK = 5;

/** Reads the file; a broken one counts as empty. */
export function parseAttempts(text: string | undefined): readonly Attempt[] {
  try {
    return FileSchema.parse(JSON.parse(text ?? '')).attempts;
  } catch {
    return [];
  }
}

/** The file with one more attempt, without those that no limit reaches back to. */
export function writeAttempts(attempts: readonly Attempt[], nowMs: number, purpose: string): WriteFile {
  const kept = attempts.filter(({ at }) => nowMs - at < WEEK_MS);
  return writeFile(ATTEMPTS_FILE, `${JSON.stringify({ attempts: kept }, null, 2)}\n`, 0o600, purpose);
}

/** Why the authority must not be asked now; undefined when it may. */
interface Limit {
  readonly evidence: string;
  /** ms since 1970 */
  readonly until: number;
}

/**
 * Judges the attempts, and the certificates that are there: `issued` holds when each of them was made (ms), whoever
 * asked for it.
 */
export function limitReached(
  attempts: readonly Attempt[],
  issued: readonly number[],
  nowMs: number,
): Limit | undefined {
  const real = attempts.filter(({ kind }) => kind === 'real');
  const failed = real
    .filter(({ outcome, at }) => outcome === 'started' && nowMs - at < HOUR_MS)
    .map(({ at }) => at)
    .toSorted((a, b) => a - b);
  const oldestFailed = failed.at(-FAILURES_PER_HOUR);
  if (oldestFailed !== undefined)
    return {
      evidence: `${failed.length} attempts to get this certificate failed within the last hour.`,
      until: oldestFailed + HOUR_MS,
    };
  const noted = real.filter(({ outcome }) => outcome === 'passed').map(({ at }) => at);
  // The same certificate may be in both lists: the longer one counts.
  const week = [noted, issued]
    .map((times) => times.filter((at) => nowMs - at < WEEK_MS).toSorted((a, b) => a - b))
    .toSorted((a, b) => b.length - a.length)[0];
  const oldestIssued = week?.at(-CERTIFICATES_PER_WEEK);
  return oldestIssued === undefined
    ? undefined
    : {
        evidence: `${week?.length} certificates for this name were issued within the last seven days.`,
        until: oldestIssued + WEEK_MS,
      };
}
