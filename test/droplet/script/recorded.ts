import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { normalise, words } from './normalise.ts';
import type { Recorded } from './script.ts';

/**
 * What was seen on the real droplet, in one readable file: `=== name`, the screen, and so on. The droplet's run must
 * show it again, and the rehearsal must show the same; so neither can go its own way.
 */
const file = new URL('../recorded/fresh.txt', import.meta.url);

const HEADING = /^=== (.*)$/m;

/** The recorded screens and story, in order. Throws when there is no recording. */
export function readRecorded(): Recorded[] {
  const [, ...parts] = readFileSync(file, 'utf8').split(HEADING);
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

/** Makes this the recording. */
export async function record(recorded: readonly Recorded[]): Promise<void> {
  await writeFile(file, recordingText(recorded));
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
