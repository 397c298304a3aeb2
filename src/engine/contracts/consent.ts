import * as z from 'zod/mini';

/**
 * What an operator agreed to: this fix of this finding, with the consequence that was shown. Plain data, so that it can
 * travel to another process. It does not cover a fix with another id or another consequence: nobody has seen that one.
 */
export const Consent = z.object({
  task: z.string(),
  code: z.string(),
  /** Id of the fix. */
  fix: z.string(),
  /** As it was shown; absent when the fix was shown without a consequence. */
  consequence: z.optional(z.string()),
});
export type Consent = z.infer<typeof Consent>;

/** The part of a fix that a consent covers. */
interface Offered {
  readonly id: string;
  readonly consequence?: string | undefined;
}

/** The consent that is given by choosing this fix. */
export function consentTo(task: string, code: string, { id, consequence }: Offered): Consent {
  return { task, code, fix: id, consequence };
}

/** Whether it covers this fix of the finding that it was given for. Pure. */
export function covers(consent: Pick<Consent, 'fix' | 'consequence'>, { id, consequence }: Offered): boolean {
  return consent.fix === id && consent.consequence === consequence;
}
