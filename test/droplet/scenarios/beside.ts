import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from '../beside/attempt.ts';
import { OURS } from '../beside/ours.ts';
import { RIVALS } from '../beside/rivals.ts';
import { line, type Row, table } from '../beside/row.ts';
import { selected } from '../beside/select.ts';
import { type AttendedPlace, placeOn } from '../operate/place.ts';
import { untilHealthy } from '../operate/truth.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';

const KEPT = 'beside-lived-in';

/** Two at once: while otto-install works somebody else changes the same machine. */
export const scenario: Scenario = {
  name: 'beside',
  title:
    'apt, certbot, Docker, nginx, a backup, Watchtower, a second wizard at work during a fix, a backup, an update: no damage',
  needs: HEALTHY.current,
  releases: ['bookworm', 'trixie'],
  minutes: 60,
  async run(context) {
    const { droplet, step, log, faults, artefacts } = context;
    const pairs = selected(
      OURS.flatMap((ours) => RIVALS.map((rival) => ({ ours, rival }))),
      faults,
    );
    log(`${pairs.length} combinations; seed ${faults.seed}`);
    await step('a lived-in Otto', async () => {
      await installWizard(droplet, context.packagePath);
      await makeLivedIn(droplet);
      await context.keep(droplet, KEPT);
    });
    const rows: Row[] = [];
    let place: AttendedPlace | undefined;
    for (const { ours, rival } of pairs) {
      place ??= await start(context);
      const row = await attempt(place, ours, rival, artefacts);
      rows.push(row);
      log(line(row));
      // What it has left says nothing about the next one.
      if (row.failure !== undefined) {
        await context.dismiss(place.droplet);
        place = undefined;
      }
    }
    const text = table(rows);
    await writeFile(join(artefacts, 'table.md'), text);
    log(`\n${text}`);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    if (failed.length > 0)
      throw new Error(
        `${failed.length} of ${rows.length} failed: ${failed.map((row) => `${row.ours}:${row.rival}`).join(', ')}`,
      );
  },
};

async function start(context: ScenarioContext): Promise<AttendedPlace> {
  const droplet = await context.another({ kept: KEPT });
  const place = placeOn(droplet, 'current', {
    folder: context.artefacts,
    log: (text) => context.log(`       ${text}`),
    another: async () => {
      throw new Error('one place is enough');
    },
  });
  await untilHealthy(place);
  return place;
}
