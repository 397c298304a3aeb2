import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from '../machine/shell.ts';
import { prompted } from '../operate/parts/conversation.ts';
import type { AttendedPlace } from '../operate/place.ts';
import { chat, faultsOf, look, untilHealthy } from '../operate/truth.ts';
import { belongings, lost } from '../runner/faults/survives.ts';
import type { Ours } from './ours.ts';
import type { Rival } from './rival.ts';
import type { Row } from './row.ts';

/** What comes up by itself has this long. */
const SETTLING_SECONDS = 60;

/** Words that no operator should read: a program that fell over. */
const CRASH = /^\s+at .*\.(?:m?js|tsx?):\d+|Unhandled|undefined is not|unexpected error/im;

const WIDE = { columns: 160, rows: 50 } as const;

/**
 * Begins a run, lets the other one begin at a line of it, waits for both, and then looks whether Otto is healthy after at most one
 * more run, with everything that was there before. Never throws: what went wrong is in the row.
 */
export async function attempt(place: AttendedPlace, ours: Ours, rival: Rival, folder: string): Promise<Row> {
  const startedAt = Date.now();
  const row = { ours: ours.name, rival: rival.name };
  const seconds = () => (Date.now() - startedAt) / 1000;
  try {
    await rival.prepare?.(place);
    const before = await belongings(place.droplet);
    await ours.prepare(place);
    const { exitCode, told, came } = await both(place, ours, rival, folder);
    const runs: 1 | 2 = (await settles(place)) ? 1 : 2;
    if (runs === 2) await again(place);
    await chat(place);
    await rival.survives?.(place);
    const missing = lost(before, await belongings(place.droplet));
    const outcome = { ended: exitCode, said: lastWords(told), came, runs, lost: missing };
    if (CRASH.test(told))
      return { ...row, ...outcome, seconds: seconds(), failure: `it fell over:\n${told}` };
    if (missing.length > 0)
      return { ...row, ...outcome, seconds: seconds(), failure: `lost: ${missing.join(', ')}` };
    return { ...row, ...outcome, seconds: seconds() };
  } catch (error) {
    return { ...row, seconds: seconds(), failure: error instanceof Error ? error.message : String(error) };
  } finally {
    for (const { terminal } of place.terminals.splice(0)) await terminal.close();
  }
}

async function both(
  place: AttendedPlace,
  ours: Ours,
  rival: Rival,
  folder: string,
): Promise<{ readonly exitCode: number; readonly told: string; readonly came: string }> {
  const terminal = place.open(`otto-install ${ours.words} --plain`, WIDE);
  const told = () => terminal.history().trimEnd();
  try {
    for (const [asks, reply] of ours.exchanges) {
      await terminal.waitFor(typeof asks === 'string' ? prompted(asks) : asks, 180_000);
      terminal.type(`${reply}\r`);
    }
    await terminal.waitFor(() => ours.at.test(told()), 180_000);
    const [came, exitCode] = await Promise.all([
      rival.act(place),
      Promise.race([terminal.ended, pause(8 * 60_000).then(() => -1)]),
    ]);
    if (exitCode === -1) throw new Error('it did not end within 8 minutes');
    return { exitCode, told: told(), came };
  } finally {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `${ours.name} ${rival.name}.txt`), `${told()}\n`);
  }
}

/** Whether all is healthy by itself. */
async function settles(place: AttendedPlace): Promise<boolean> {
  return untilHealthy(place, SETTLING_SECONDS).then(
    () => true,
    () => false,
  );
}

/** The one more run that it may take. Throws with what is still wrong. */
async function again(place: AttendedPlace): Promise<void> {
  const wrong = faultsOf(await look(place)).map(({ code, evidence }) => `${code}: ${evidence}`);
  place.log(`one more run, because of ${wrong.join('; ')}`);
  const { exitCode, stdout, stderr } = await place.run('otto-install --yes --plain');
  if (exitCode !== 0)
    throw new Error(`one more run ended with ${exitCode}: ${`${stdout}${stderr}`.slice(-1500)}`);
  await untilHealthy(place, SETTLING_SECONDS);
}

/** How it ended, in its own words. */
export function lastWords(told: string): string {
  const lines = told
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:Log:|Connection to|Shared connection)/.test(line));
  return (lines.at(-1) ?? '').slice(0, 120);
}
