import { basename, join } from 'node:path';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import type { Scenario } from '../runner/scenario.ts';
import { runLane } from '../unbreakable/lane.ts';
import { pointsFor } from '../unbreakable/points.ts';
import { figures, type Row, table } from '../unbreakable/row.ts';

/** Killed in every state that can be left behind, one more run each: healthy, and everything is there. */
export const scenario: Scenario = {
  name: 'unbreakable',
  title: 'killed at every action, engine, children or power: healthy after one more run, nothing lost',
  needs: HEALTHY.current,
  releases: ['bookworm'],
  minutes: 180,
  async run(context) {
    const { droplet, packagePath, artefacts, faults, log } = context;
    const points = [...pointsFor(faults)];
    log(`${points.length} points on ${faults.lanes} droplets at once; seed ${faults.seed}`);
    const kept = await context.step('a lived-in Otto', async () => {
      await installWizard(droplet, packagePath);
      // A kept disk may be of an earlier day: what is new since comes in first.
      await droplet.must(['sh', '-c', 'cd /root && otto-install --yes'], { timeoutMs: 15 * 60_000 });
      await makeLivedIn(droplet);
      const name = `unbreakable-${basename(artefacts)}`;
      await context.keep(droplet, name);
      return name;
    });
    const rows: Row[] = [];
    const lanes = Math.min(faults.lanes, points.length);
    await Promise.all(Array.from({ length: lanes }, () => runLane(context, points, kept, rows)));
    log(`\n${table(rows)}\nThe table: ${join(artefacts, 'table.md')}`);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    if (failed.length > 0)
      throw new Error(`${figures(rows)} Failed: ${failed.map(({ name }) => name).join(', ')}`);
  },
};
