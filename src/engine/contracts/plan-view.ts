import * as z from 'zod/mini';
import { ActionView } from './action-view.ts';

/**
 * The plan of an operation as it may be shown, secrets masked, and what it interrupts or gives up: what an operator
 * agrees to. Plain data; two looks at the same machine with the same choice give the same plan.
 */
export const PlanView = z.object({
  consequence: z.optional(z.string()),
  /** In order, each with what undoes it. */
  steps: z.array(z.object({ do: ActionView, undo: z.array(ActionView) })),
  /** What cannot be undone, once all of that is verified. */
  irreversible: z.array(ActionView),
  /** What clears up, after success and after everything was undone. */
  cleanupAfterSuccess: z.array(ActionView),
  cleanupAfterUndo: z.array(ActionView),
});
export type PlanView = z.infer<typeof PlanView>;
