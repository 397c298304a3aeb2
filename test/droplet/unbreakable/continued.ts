import { readFile } from 'node:fs/promises';
import type { Row } from './row.ts';

/** Names a `points.jsonl` of a run that was ended early: what was healthy there is counted here and not tried again. */
const CONTINUES = 'OTTO_UNBREAKABLE_CONTINUES';

/** The rows of that run that count; none without one. */
export async function rowsBefore(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Row[]> {
  const file = environment[CONTINUES];
  return file === undefined ? [] : countedIn(await readFile(file, 'utf8'));
}

/** Pure. What was reached and healthy, each point once; one that failed, or ended before its moment, is to be tried again. */
export function countedIn(lines: string): readonly Row[] {
  const rows = lines
    .split('\n')
    .filter((text) => text !== '')
    .map((text): Row => JSON.parse(text));
  const good = rows.filter(({ failure, reached }) => failure === undefined && reached !== false);
  return [...new Map(good.map((row) => [row.name, row])).values()];
}
