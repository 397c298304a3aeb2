import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Droplet } from '../machine/droplet.ts';
import type { Point } from './point.ts';

/** What the killer in the droplet says. */
const Told = z.object({
  /** ended: the run came to its end before that moment. late: it came to none, and not to that moment either. */
  state: z.enum(['killed', 'ended', 'late']),
  exit: z.optional(z.number()),
  /** The actions that were begun, by what they are for. */
  begun: z.array(z.string()),
  /** Those of them that were at work. */
  open: z.optional(z.array(z.string())),
  /** What ran below the engine. */
  children: z.optional(z.array(z.string())),
  output: z.string(),
});
export type Told = z.infer<typeof Told>;

/** Starts the flow of a point and kills it there. After a power cut the droplet is up again when this resolves. */
export async function killAt(droplet: Droplet, { flow, unit, action, afterMs, how }: Point): Promise<Told> {
  const program = await readFile(join(import.meta.dirname, 'killer.py'), 'utf8');
  await droplet.write('/run/killer.py', program);
  const input = JSON.stringify({ words: flow.words, unit, action, after_ms: afterMs, how });
  const said = await droplet.must(['python3', '/run/killer.py'], { input, timeoutMs: 420_000 });
  const told = Told.parse(JSON.parse(said));
  if (told.state === 'killed' && how === 'power') {
    await droplet.kill();
    await droplet.boot();
  }
  return told;
}
