import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDroplet } from '../machine/droplet.ts';
import { ottoOf } from '../runner/faults/context.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { attempt, lookForSecrets } from './attempt.ts';
import { parts } from './index.ts';
import { placeOn } from './place.ts';
import { line } from './row.ts';
import { nameOf, selected } from './select.ts';
import { untilHealthy } from './truth.ts';

/**
 * Tries flows on a droplet that is up, has `otto-install` in its PATH and a healthy Otto: the loop in which a part is written.
 * Stops at the first that fails, so that the droplet can be looked at. Returns whether all passed.
 */
export async function tryParts(dropletName: string, words: readonly string[]): Promise<boolean> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const droplet = await openDroplet(dropletName);
  await makeLivedIn(droplet);
  const folder = join(tmpdir(), `operate-${dropletName}`);
  // One that was updated meanwhile is still April's, for who says so.
  const otto = words.some((word) => word.startsWith('april:')) ? 'april' : await ottoOf(droplet);
  const place = placeOn(droplet, otto, {
    folder,
    log: (text) => say(`       ${text}`),
    another: async () => {
      throw new Error(
        'one more droplet is made only by the scenario: npm run droplet -- test operate --only …',
      );
    },
  });
  await untilHealthy(place);
  const wanted = selected(parts, place.otto, { only: words, seed: '' });
  for (const part of wanted) {
    const row = await attempt(place, part, join(folder, nameOf(part)));
    say(line(row));
    if (row.failure !== undefined) return false;
  }
  const secrets = await lookForSecrets(place);
  say(line(secrets));
  return secrets.failure === undefined;
}
