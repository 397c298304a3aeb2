import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { belongings, lost } from '../runner/faults/survives.ts';
import type { Terminal } from '../terminal.ts';
import type { Part, Place } from './part.ts';
import type { AttendedPlace } from './place.ts';
import type { Row } from './row.ts';
import { watchProcesses } from './secrets/process-watch.ts';
import { scan } from './secrets/scan.ts';
import { nameOf } from './select.ts';
import { chat, untilHealthy } from './truth.ts';

/** Does a part, then looks whether Otto answers end to end and what of before is gone. Never throws: what went wrong is in the row. */
export async function attempt(place: AttendedPlace, part: Part, folder: string): Promise<Row> {
  const startedAt = Date.now();
  const row = () => ({
    flow: part.flow,
    twin: part.twin,
    otto: place.otto,
    seconds: (Date.now() - startedAt) / 1000,
  });
  try {
    const { outcome, missing } = await watched(place, part, folder);
    const failure = missing.length === 0 ? {} : { failure: `lost: ${missing.join(', ')}` };
    return { ...row(), outcome, lost: missing, ...failure };
  } catch (error) {
    return { ...row(), failure: error instanceof Error ? error.message : String(error) };
  }
}

/** The part with what has to be looked at before, meanwhile and afterwards. */
async function watched(
  place: AttendedPlace,
  part: Part,
  folder: string,
): Promise<{ readonly outcome: string; readonly missing: readonly string[] }> {
  const { droplet, book, terminals } = place;
  await book.learn(droplet);
  const before = await belongings(droplet);
  const watching = await watchProcesses(droplet);
  try {
    const end = await part.run(place);
    const { outcome, changed } = typeof end === 'string' ? { outcome: end, changed: [] } : end;
    if (part.endsOtto) return { outcome, missing: [] };
    await untilHealthy(place);
    await chat(place);
    await book.learn(droplet);
    const missing = lost(before, await belongings(droplet)).filter(
      (sentence) => !changed.some((name) => sentence === `${name} is another`),
    );
    return { outcome, missing };
  } finally {
    for (const { words, terminal } of terminals.splice(0)) {
      await keepTold(folder, terminal);
      await terminal.close();
      book.note({ where: `the terminal of '${words}'`, text: terminal.raw(), terminal: true });
    }
    book.note({ where: `the list of processes during ${nameOf(part)}`, text: await watching.stop() });
  }
}

/** Everything that a terminal showed, for whoever wants to know how a part went. */
async function keepTold(folder: string, terminal: Terminal): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = `terminal-${terminal.outputs[0]?.at ?? 0}.txt`;
  await writeFile(join(folder, name), `${terminal.history().trimEnd()}\n`, { mode: 0o600 });
}

/** Looks for every secret that was used on a droplet so far: a row of its own. Never throws. */
export async function lookForSecrets({ droplet, internet, book, otto }: Place): Promise<Row> {
  const startedAt = Date.now();
  const row = () => ({
    flow: 'secrets',
    twin: 'good',
    otto,
    seconds: (Date.now() - startedAt) / 1000,
  });
  try {
    await book.learn(droplet);
    const { files, texts, leaks, homes } = await scan(droplet, internet, book);
    const outcome = `${book.secrets.length} secrets looked for in ${files} files and ${texts} texts; only the ${homes.length} files that are to hold one do`;
    return leaks.length === 0
      ? { ...row(), outcome, lost: [] }
      : { ...row(), outcome: `${leaks.length} leaks`, failure: leaks.join('\n') };
  } catch (error) {
    return { ...row(), failure: error instanceof Error ? error.message : String(error) };
  }
}
