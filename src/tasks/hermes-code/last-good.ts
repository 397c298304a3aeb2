import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Host } from '../../host/host.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { HEALTHY_FILE } from '../last-healthy.ts';

/** Where an update notes which commit it went over to. */
const CODE_NOTE = `${STATE_DIR}/hermes-code.json`;
const SAVED_ANSWERS = `${STATE_DIR}/answers.json`;

/** Records which commit Hermes is of, once it is verified. */
export const noteCommit = (commit: string): WriteFile =>
  writeFile(CODE_NOTE, `${JSON.stringify({ commit })}\n`, 0o644, 'Record which code it is');

interface Known {
  readonly at: number;
  readonly commit: string;
}

/**
 * The commit that was last known to be good, of code that is gone: what an update noted, or what was there when all was healthy, whichever
 * is newer, unless answers were saved since. Another release over the same data may be one that cannot read it.
 */
export async function lastGoodCommit(host: Host): Promise<string | undefined> {
  const read = (path: string) => host.readFile(path).catch(() => undefined);
  const changed = async (path: string) => (await host.stat(path).catch(() => undefined))?.modifiedMs;
  const [note, noted, healthy, saved] = await Promise.all([
    read(CODE_NOTE),
    changed(CODE_NOTE),
    read(HEALTHY_FILE),
    changed(SAVED_ANSWERS),
  ]);
  const { at, items } = object(parseJson(healthy ?? ''));
  const seen = text(object(object(items).hermes).value);
  const known: readonly Known[] = [
    { at: noted ?? 0, commit: text(object(parseJson(note ?? '')).commit) },
    { at: typeof at === 'number' ? at : 0, commit: seen },
  ].filter(({ commit }) => /^[0-9a-f]{7,64}$/.test(commit));
  const [newest] = known.toSorted((one, other) => other.at - one.at);
  return newest === undefined || (saved !== undefined && saved > newest.at) ? undefined : newest.commit;
}
