import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt } from '../beside/attempt.ts';
import { duringInstall } from '../beside/during-install.ts';
import { OURS } from '../beside/ours.ts';
import { RIVALS } from '../beside/rivals.ts';
import { line, type Row, table } from '../beside/row.ts';
import { selected } from '../beside/select.ts';
import type { Droplet } from '../machine/droplet.ts';
import { type AttendedPlace, placeOn } from '../operate/place.ts';
import { faultsOf, untilHealthy } from '../operate/truth.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { fix, installWizard, look } from '../runner/faults/wizard.ts';
import { inLanes } from '../runner/lanes.ts';
import type { FaultsWanted, Scenario, ScenarioContext } from '../runner/scenario.ts';

const KEPT = 'beside-lived-in';

/** Two at once: while otto-install works somebody else changes the same machine. */
export const scenario: Scenario = {
  name: 'beside',
  title:
    'apt, certbot, Docker, nginx, a backup, Watchtower, a second wizard at work during a fix, a backup, an update, an install: no damage',
  needs: HEALTHY.current,
  releases: ['bookworm', 'trixie'],
  minutes: 60,
  async run(context) {
    const { droplet, step, log, faults, artefacts } = context;
    const all = OURS.flatMap((ours) => RIVALS.map((rival) => ({ ours, rival })));
    const { only } = faults;
    const pairs = selected(all, { ...faults, only: only?.filter((word) => word !== 'install') });
    log(`${pairs.length} combinations; seed ${faults.seed}`);
    if (pairs.length > 0)
      await step('a lived-in Otto', async () => {
        await installWizard(droplet, context.packagePath);
        await makeLivedIn(droplet);
        await broughtToToday(context);
        await context.keep(droplet, KEPT);
      });
    const rows: Row[] = [];
    await inLanes(context, [...pairs], {
      kept: KEPT,
      start: (one) => healthyPlace(context, one),
      async attempt(place, { ours, rival }) {
        const row = await attempt(place, ours, rival, artefacts);
        rows.push(row);
        log(line(row));
        return row.failure === undefined;
      },
    });
    if (wantsInstall(faults)) {
      const bare = await context.another({ kind: 'bare' });
      await installWizard(bare, context.packagePath);
      for (const row of await duringInstall(at(context, bare), artefacts)) {
        rows.push(row);
        log(line(row));
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

/** A saved state may be what an older release made: what is found of that is fixed first. */
async function broughtToToday({ droplet, log }: ScenarioContext): Promise<void> {
  const codes = faultsOf(await look(droplet)).map(({ code }) => code);
  if (codes.length === 0) return;
  log(`fixed first: ${codes.join(', ')}`);
  await fix(droplet, codes, 600);
}

async function healthyPlace(context: ScenarioContext, droplet: Droplet): Promise<AttendedPlace> {
  const place = at(context, droplet);
  await untilHealthy(place);
  return place;
}

function at(context: ScenarioContext, droplet: Droplet): AttendedPlace {
  return placeOn(droplet, 'current', {
    folder: context.artefacts,
    log: (text) => context.log(`       ${text}`),
    another: async () => {
      throw new Error('one place is enough');
    },
  });
}

/** One installation with everything beside it takes as long as ten of the others: it is no part of a sample. */
const wantsInstall = ({ only, sample }: FaultsWanted): boolean =>
  sample === undefined && (only === undefined || only.includes('install'));
