import * as z from 'zod/mini';
import { Decision } from '../engine/contracts/decision.ts';
import { Event } from '../engine/contracts/event.ts';
import { Secret } from '../secret/secret.ts';

/**
 * What a run of its own and those who watch it say to each other, a line of JSON each, over a socket that only root can
 * reach. This is the only place where secrets leave the memory of a process, and they never touch a disk.
 */

/** Who watches, as the others see it. */
const Viewer = z.object({
  id: z.string(),
  pid: z.number(),
  terminal: z.optional(z.string()),
  from: z.optional(z.string()),
  since: z.number(),
});

/** What a viewer says. */
export const FromViewer = z.discriminatedUnion('say', [
  z.object({ say: z.literal('hello'), viewer: z.omit(Viewer, { id: true }) }),
  /** What is to be done; from the first viewer, once. Read by unpackWork. */
  z.object({ say: z.literal('work'), work: z.string() }),
  z.object({ say: z.literal('decide'), decision: Decision }),
  /** Goes into the run's vault under this handle. */
  z.object({ say: z.literal('secret'), handle: z.string(), value: z.string() }),
  z.object({ say: z.literal('stop'), reason: z.string() }),
  /** From now on this one decides. */
  z.object({ say: z.literal('take-over') }),
]);
export type FromViewer = z.infer<typeof FromViewer>;

/** What the run says. */
export const FromRun = z.discriminatedUnion('say', [
  /** What is at work, to whoever comes later; read by unpackWork. */
  z.object({ say: z.literal('work'), work: z.string() }),
  z.object({ say: z.literal('event'), event: Event }),
  z.object({
    say: z.literal('viewers'),
    you: z.string(),
    decides: z.optional(z.string()),
    viewers: z.array(Viewer),
  }),
  /** It has ended; `end` is read by {@link unpack}. Nothing comes after it. */
  z.object({ say: z.literal('end'), end: z.string() }),
]);
export type FromRun = z.infer<typeof FromRun>;

/** How a secret is written in a packed text; no plain data of ours has an object with this key. */
const SECRET = '$secret';

/** Plain data with secrets in it as a text. The text is clear: it goes over the socket and nowhere else. */
export function pack(value: unknown): string {
  return JSON.stringify(opened(value));
}

function opened(value: unknown): unknown {
  if (value instanceof Secret) return { [SECRET]: value.reveal() };
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, opened(one)]));
}

/** What {@link pack} made a text of. Throws SyntaxError on anything else that is not JSON. */
export function unpack(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !(SECRET in value)) return value;
    return new Secret(String(value[SECRET]));
  });
}
