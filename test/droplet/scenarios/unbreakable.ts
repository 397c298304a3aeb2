import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Droplet } from '../machine/droplet.ts';
import { type AttendedPlace, placeOn } from '../operate/place.ts';
import { chat, untilHealthy } from '../operate/truth.ts';
import { collect } from '../runner/collect.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import { inLanes } from '../runner/lanes.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { attempt } from '../unbreakable/attempt.ts';
import { rowsBefore } from '../unbreakable/continued.ts';
import { pointsFor, type Wanted } from '../unbreakable/points.ts';
import { figures, line, type Row, table } from '../unbreakable/row.ts';

/** Killed in every state that can be left behind, one more run each: healthy, and everything is there. */
export const scenario: Scenario = {
  name: 'unbreakable',
  title: 'killed at every action, engine, children or power: healthy after one more run, nothing lost',
  needs: HEALTHY.current,
  releases: ['bookworm'],
  minutes: 180,
  async run(context) {
    const { droplet, packagePath, artefacts, faults, log } = context;
    const rows: Row[] = [...(await rowsBefore(process.env))];
    const done = new Set(rows.map(({ name }) => name));
    const points = pointsFor(faults).filter(({ name }) => !done.has(name));
    log(
      `${points.length} points${rows.length === 0 ? '' : ` (${rows.length} were healthy before)`} on ${faults.lanes} droplets at once; seed ${faults.seed}`,
    );
    const kept = await context.step('a lived-in Otto', async () => {
      await installWizard(droplet, packagePath);
      // A kept disk may be of an earlier day: what is new since comes in first.
      await droplet.must(['sh', '-c', 'cd /root && otto-install --yes'], { timeoutMs: 15 * 60_000 });
      await makeLivedIn(droplet);
      const name = `unbreakable-${basename(artefacts)}`;
      await context.keep(droplet, name);
      return name;
    });
    await inLanes(context, points, {
      kept,
      start: (one) => healthyPlace(context, one),
      attempt: (place, wanted) => counted(context, place, wanted, rows),
    });
    log(`\n${table(rows)}\nThe table: ${join(artefacts, 'table.md')}`);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    if (failed.length > 0)
      throw new Error(`${figures(rows)} Failed: ${failed.map(({ name }) => name).join(', ')}`);
  },
};

async function healthyPlace(scenario: ScenarioContext, droplet: Droplet): Promise<AttendedPlace> {
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

/** Tries one, prints and keeps its row, and what a reader needs to understand a failure. Resolves to whether it passed. */
async function counted(
  { artefacts, log }: ScenarioContext,
  place: AttendedPlace,
  wanted: Wanted,
  rows: Row[],
): Promise<boolean> {
  const row = await attempt(place, wanted);
  rows.push(row);
  log(line(row));
  await appendFile(join(artefacts, 'points.jsonl'), `${JSON.stringify(row)}\n`);
  // A run of hours that is ended early has its list all the same.
  await writeFile(join(artefacts, 'table.md'), table(rows));
  if (row.failure === undefined) return true;
  const folder = join(artefacts, wanted.name.replaceAll(/[^\w-]+/g, '-'));
  await mkdir(folder, { recursive: true });
  await collect(place.droplet, folder).catch(() => undefined);
  return false;
}
