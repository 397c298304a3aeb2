import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type Release, suiteOf } from '../machine/release.ts';
import { normalise, words } from './normalise.ts';
import type { Recorded } from './script.ts';

/**
 * What was seen on the real droplet, in one readable file: `=== name`, the screen, and so on. The droplet's run must
 * show it again, and the rehearsal must show the same; so neither can go its own way. A release on which there is more to do
 * has a recording of its own beside it: `diff fresh.txt fresh-forky.txt` says what.
 */
const usual = new URL('../recorded/fresh.txt', import.meta.url);
const own = (release: Release) => new URL(`../recorded/fresh-${suiteOf(release)}.txt`, import.meta.url);
const fileOf = (release?: Release) =>
  release !== undefined && existsSync(own(release)) ? own(release) : usual;

const HEADING = /^=== (.*)$/m;

/** The recorded screens and story, in order: of a release, or of the usual ones. Throws when there is no recording. */
export function readRecorded(release?: Release): Recorded[] {
  const [, ...parts] = readFileSync(fileOf(release), 'utf8').split(HEADING);
  const recorded: Recorded[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    recorded.push({ name: parts[index] ?? '', screen: (parts[index + 1] ?? '').trim() });
  }
  return recorded;
}

/** The text of a recording: normalised, and readable as it stands. */
export function recordingText(recorded: readonly Recorded[]): string {
  return recorded.map(({ name, screen }) => `=== ${name}\n${normalise(screen)}\n`).join('\n');
}

/** Makes this the recording, for all releases that have none of their own. */
export async function record(recorded: readonly Recorded[], release: Release): Promise<void> {
  await writeFile(fileOf(release), recordingText(recorded));
}

/**
 * Compares two sequences, up to what may differ between runs. Returns what differs, for a reader: the first screen that
 * is not the same with both texts, or the names when they are not the same; undefined when nothing differs.
 */
export function difference(seen: readonly Recorded[], expected: readonly Recorded[]): string | undefined {
  const names = (list: readonly Recorded[]) => list.map(({ name }) => name).join(', ');
  if (names(seen) !== names(expected)) return `seen: ${names(seen)}\nrecorded: ${names(expected)}`;
  const found = seen.flatMap(({ name, screen }, index) => {
    const was = expected[index]?.screen ?? '';
    const [now, then] = [words(screen), words(was)];
    const at = now.findIndex((word, position) => word !== then[position]);
    if (at < 0 && now.length === then.length) return [];
    const from = Math.max(0, (at < 0 ? Math.min(now.length, then.length) : at) - 8);
    const around = (list: readonly string[]) => list.slice(from, from + 30).join(' ');
    return [`'${name}' differs:\n  seen:     … ${around(now)}\n  recorded: … ${around(then)}`];
  });
  return found.length === 0 ? undefined : found.join('\n');
}
