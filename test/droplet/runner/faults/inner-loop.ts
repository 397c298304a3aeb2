import { findFaults } from '../../faults/index.ts';
import { openDroplet } from '../../machine/droplet.ts';
import { attempt, healthy } from './attempt.ts';
import { faultContext } from './context.ts';
import { takeSnapshot } from './harm/audit.ts';
import { makeLivedIn } from './lived-in.ts';
import { named } from './only.ts';
import { line } from './row.ts';

/**
 * Tries faults on a droplet that is up, has `otto-install` in its PATH and a healthy Otto: the loop in which a fault and its fix
 * are written. Stops at the first that fails, so that the droplet can be looked at. Returns whether all passed.
 */
export async function tryFaults(dropletName: string, patterns: readonly string[]): Promise<boolean> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const context = await faultContext(await openDroplet(dropletName), (text) => say(`       ${text}`));
  const faults = named(await findFaults(patterns), patterns).filter(({ on = ['current'] }) =>
    on.includes(context.otto),
  );
  if (faults.length === 0)
    throw new Error(`none of these faults is for an Otto of the kind '${context.otto}'`);
  await makeLivedIn(context.droplet);
  // What is left to do to a healthy one is done before: the plain fix of a fault then has that fault alone.
  await context.droplet.exec(['bash', '-lc', 'otto-install fix'], { timeoutMs: 120_000 });
  const before = await healthy(context);
  await takeSnapshot(context.droplet, 'healthy');
  for (const fault of faults) {
    const row = await attempt(context, fault, before);
    say(`${line(row)}  (${row.seconds.toFixed(1)} s in all)`);
    if (row.failure !== undefined) return false;
  }
  return true;
}
