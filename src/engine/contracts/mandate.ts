/**
 * What a run may mend when it is not about everything: an operator named some findings by their codes. Plain data, so
 * that it can travel to another process.
 */
export interface Mandate {
  /** Findings with these codes are mended: naming them was the consent to what their fix interrupts or gives up. */
  readonly codes: readonly string[];
  /** Which fix is taken, by code, as an index into the finding's fixes; the recommended one (0) where nothing is said. */
  readonly fixes?: Readonly<Record<string, number>>;
  /**
   * What else is mended as long as it needs no consent. 'what-follows' (the default): what the named fixes brought to
   * light or made necessary. 'all-safe': everything.
   */
  readonly others?: 'what-follows' | 'all-safe';
}

/** What has happened in all that a task needs, however far behind it. */
export interface Behind {
  /** An action was begun there. */
  readonly acted: boolean;
  /** Something there was not healthy when it was first looked at: until it was mended the task could not be judged. */
  readonly ailing: boolean;
}

/**
 * The codes that a run with a mandate leaves as they are and does not wait for: what was there before and was not named.
 * Pure. `before`: what was found in this task when the run had changed nothing yet; `actedHere`: it was worked on since.
 */
export function leftAlone(
  codes: readonly string[],
  mandate: Mandate,
  {
    before,
    actedHere,
    behind,
  }: { readonly before: readonly string[]; readonly actedHere: boolean; readonly behind: Behind },
): ReadonlySet<string> {
  const unnamed = codes.filter((code) => !mandate.codes.includes(code));
  if (mandate.others === 'all-safe') return new Set();
  // It waited for what has been mended: nobody could have named what it has of its own.
  if (behind.acted && behind.ailing) return new Set();
  if (behind.acted || actedHere) return new Set(unnamed.filter((code) => before.includes(code)));
  return new Set(unnamed);
}
