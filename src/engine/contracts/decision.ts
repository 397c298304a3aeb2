import * as z from 'zod/mini';

/**
 * What an operator decides, as plain data that survives JSON. A secret that is typed (a pasted login code) does not
 * travel in here: it is put into the run's vault and named by its handle.
 */
export const Decision = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('apply'), question: z.string(), fix: z.int().check(z.nonnegative()) }),
  z.object({ kind: z.literal('look-again'), question: z.string() }),
  z.object({ kind: z.literal('skip'), question: z.string() }),
  z.object({ kind: z.literal('answer'), dialogue: z.string(), handle: z.string() }),
  z.object({ kind: z.literal('cancel-dialogue'), dialogue: z.string() }),
  z.object({ kind: z.literal('stop') }),
]);
export type Decision = z.infer<typeof Decision>;
