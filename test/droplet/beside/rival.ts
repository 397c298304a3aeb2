import type { Place } from '../operate/part.ts';

/** Somebody or something else that changes the machine while otto-install does. */
export interface Rival {
  readonly name: string;
  /** What it is, as one would tell a colleague. */
  readonly title: string;
  /** Done once, before otto-install begins. */
  prepare?(place: Place): Promise<void>;
  /** Does it, in the middle of the run; resolves to what came of it, in a few words. Throws when it was harmed. */
  act(place: Place): Promise<string>;
  /** Looks at the end whether its work is as it was left. Throws when it is not. */
  survives?(place: Place): Promise<void>;
}

/** Runs a line of sh in the droplet that must succeed. */
export function shell(
  { droplet }: Pick<Place, 'droplet'>,
  line: string,
  timeoutMs = 240_000,
): Promise<string> {
  return droplet.must(['sh', '-euc', line], { timeoutMs });
}
