import { openDroplet } from '../machine/droplet.ts';
import { healthy } from '../runner/faults/attempt.ts';
import { faultContext } from '../runner/faults/context.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { line } from '../runner/faults/row.ts';
import { endure } from './attempt.ts';
import { wantedOf } from './index.ts';

/**
 * Tries surroundings on a droplet that is up, has `otto-install` in its PATH and a healthy Otto. Goes on after one that fails, since
 * each is ended. Returns whether all passed.
 */
export async function trySurroundings(dropletName: string, only: readonly string[]): Promise<boolean> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const context = await faultContext(await openDroplet(dropletName), (text) => say(text));
  const wanted = wantedOf({ only, seed: '' });
  if (wanted.length === 0) throw new Error('there is no such surrounding');
  await makeLivedIn(context.droplet);
  const before = await healthy(context);
  let passed = true;
  for (const one of wanted) {
    const row = await endure(context, one, before);
    say(`${line(row)}  (${row.seconds.toFixed(1)} s in all)`);
    passed &&= row.failure === undefined;
  }
  return passed;
}
