import * as z from 'zod/mini';

/** An action as it may be shown: secrets masked, a file as a diff. */
export const ActionView = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run'),
    purpose: z.string(),
    user: z.optional(z.string()),
    /** As one would type it into a shell. */
    command: z.string(),
    cwd: z.optional(z.string()),
    /** What it gets on stdin. */
    input: z.optional(z.string()),
  }),
  z.object({
    kind: z.literal('write-file'),
    purpose: z.string(),
    path: z.string(),
    /** As '0600'. */
    mode: z.string(),
    owner: z.string(),
    change: z.enum(['new', 'ours', 'edited-by-hand', 'not-ours', 'unchanged']),
    /** Unified, without a header. */
    diff: z.string(),
  }),
  z.object({
    kind: z.literal('converse'),
    purpose: z.string(),
    user: z.optional(z.string()),
    command: z.string(),
  }),
]);
export type ActionView = z.infer<typeof ActionView>;
