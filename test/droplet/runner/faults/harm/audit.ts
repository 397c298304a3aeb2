import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Droplet } from '../../../machine/droplet.ts';
import { type Difference, harm } from './harm.ts';
import { readShown, type Shown } from './shown.ts';

const SNAPSHOT = readFileSync(join(import.meta.dirname, 'snapshot.py'), 'utf8');
const LIMIT_MS = 60_000;

/** Keeps, on the droplet itself, what it is like now. */
export async function takeSnapshot(droplet: Droplet, name: string): Promise<void> {
  await droplet.must(['python3', '-', 'take', name], { input: SNAPSHOT, timeoutMs: LIMIT_MS });
}

/** A plain fix with nobody there, and what it did that it must not have done. */
export interface Audited extends Shown {
  readonly harm: readonly string[];
}

/**
 * `otto-install fix`, no code named, nobody there, with a look at the whole droplet before and after. `seconds`: what still waits
 * for something then is told to stop.
 */
export async function plainFix(droplet: Droplet, seconds: number): Promise<Audited> {
  await takeSnapshot(droplet, 'before');
  const fix = [
    'timeout',
    '--signal=INT',
    '--kill-after=20',
    String(seconds),
    'otto-install',
    'fix',
    '--json',
  ];
  const { stdout } = await droplet.exec(['bash', '-lc', fix.join(' ')], { timeoutMs: (seconds + 40) * 1000 });
  const shown = readShown(stdout);
  const out = await droplet.must(['python3', '-', 'diff', 'before', 'healthy'], {
    input: SNAPSHOT,
    timeoutMs: LIMIT_MS,
  });
  return { ...shown, harm: harm(JSON.parse(out) as readonly Difference[], shown) };
}
