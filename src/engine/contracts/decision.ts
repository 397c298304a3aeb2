import * as z from 'zod/mini';

/**
 * What an operator decides, as plain data that survives JSON. A secret that is typed (a pasted login code) does not
 * travel in here: it is put into the run's vault and named by its handle.
 */
export const Decision = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('apply'),
    question: z.string(),
    /** Id of the fix. */
    fix: z.string(),
    /** What it interrupts or gives up, as it was shown: this is what the consent covers. */
    consequence: z.optional(z.string()),
  }),
  z.object({ kind: z.literal('look-again'), question: z.string() }),
  z.object({ kind: z.literal('skip'), question: z.string() }),
  z.object({ kind: z.literal('answer'), dialogue: z.string(), handle: z.string() }),
  z.object({ kind: z.literal('cancel-dialogue'), dialogue: z.string() }),
  z.object({ kind: z.literal('stop') }),
]);
export type Decision = z.infer<typeof Decision>;

/** The choice of this fix, with the consequence that was shown. */
export function chosenFix({
  id,
  consequence,
}: {
  readonly id: string;
  readonly consequence?: string | undefined;
}) {
  return { kind: 'apply', fix: id, consequence } as const;
}
export type ChosenFix = ReturnType<typeof chosenFix>;
