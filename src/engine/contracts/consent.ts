import * as z from 'zod/mini';

/**
 * What an operator agreed to: this fix of this finding, with what it was said to interrupt or give up. Plain data, so that it
 * can travel to another process. A fix with another id or another consequence is not covered by it: nobody has seen that.
 */
export const Consent = z.object({
  task: z.string(),
  code: z.string(),
  /** Id of the fix. */
  fix: z.string(),
  /** As it was shown; absent: the fix was said to interrupt and give up nothing. */
  consequence: z.optional(z.string()),
});
export type Consent = z.infer<typeof Consent>;

/** A fix, as far as a consent is about it. */
interface Offered {
  readonly id: string;
  readonly consequence?: string | undefined;
}

/** The consent that choosing this fix is. */
export function consentTo(task: string, code: string, { id, consequence }: Offered): Consent {
  return { task, code, fix: id, ...(consequence === undefined ? {} : { consequence }) };
}

/** Whether it covers this fix of the finding that it was given for. Pure. */
export function covers(consent: Pick<Consent, 'fix' | 'consequence'>, { id, consequence }: Offered): boolean {
  return consent.fix === id && consent.consequence === consequence;
}
