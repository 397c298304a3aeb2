import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AttendedPlace, placeOn } from '../operate/place.ts';
import { chat, untilHealthy } from '../operate/truth.ts';
import { collect } from '../runner/collect.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import { attempt } from './attempt.ts';
import type { Wanted } from './points.ts';
import { line, type Row, table } from './row.ts';

/** Takes point after point from the queue. One that passed left the droplet healthy; after one that failed the next is on a new one from the saved disk. */
export async function runLane(
  scenario: ScenarioContext,
  queue: Wanted[],
  kept: string,
  rows: Row[],
): Promise<void> {
  let place: AttendedPlace | undefined;
  for (;;) {
    const wanted = queue.shift();
    if (wanted === undefined) break;
    place ??= await start(scenario, kept);
    const row = await attempt(place, wanted);
    rows.push(row);
    scenario.log(line(row));
    await appendFile(join(scenario.artefacts, 'points.jsonl'), `${JSON.stringify(row)}\n`);
    // A run of hours that is ended early has its list all the same.
    await writeFile(join(scenario.artefacts, 'table.md'), table(rows));
    if (row.failure === undefined) continue;
    const folder = join(scenario.artefacts, wanted.name.replaceAll(/[^\w-]+/g, '-'));
    await mkdir(folder, { recursive: true });
    await collect(place.droplet, folder).catch(() => undefined);
    await scenario.dismiss(place.droplet);
    place = undefined;
  }
  if (place !== undefined) await scenario.dismiss(place.droplet);
}

async function start(scenario: ScenarioContext, kept: string): Promise<AttendedPlace> {
  const droplet = await scenario.another({ kept });
  const place = placeOn(droplet, 'current', {
    folder: scenario.artefacts,
    log: (text) => scenario.log(`       ${text}`),
    another: async () => {
      throw new Error('a kill takes place on one droplet');
    },
  });
  await untilHealthy(place);
  await chat(place);
  return place;
}
