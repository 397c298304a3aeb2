import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Otto } from '../faults/fault.ts';
import { parts } from '../operate/index.ts';
import { runLane } from '../operate/lane.ts';
import { line, type Row, table } from '../operate/row.ts';
import { selected } from '../operate/select.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import type { Scenario } from '../runner/scenario.ts';

const OTTOS: readonly Otto[] = ['april', 'current'];

/** Everything of the runbook's Maintenance, each with what goes wrong in it, on both Ottos at the same time. */
export const scenario: Scenario = {
  name: 'operate',
  title:
    'every flow that keeps an Otto running, and its failing twins: nothing is lost, no secret leaves its place',
  needs: [HEALTHY.current, HEALTHY.april],
  releases: ['bookworm'],
  minutes: 90,
  async run(context) {
    const rows: Row[] = [];
    const tell = (row: Row) => {
      rows.push(row);
      context.log(line(row));
    };
    const lanes = OTTOS.map((otto) => ({ otto, wanted: selected(parts, otto, context.faults) }));
    if (lanes.every(({ wanted }) => wanted.length === 0)) throw new Error('there is nothing to try');
    await Promise.all(lanes.map(({ otto, wanted }) => runLane(context, otto, wanted, tell)));
    const inOrder = OTTOS.flatMap((otto) => rows.filter((row) => row.otto === otto));
    const text = table(inOrder);
    const file = join(context.artefacts, 'table.md');
    await writeFile(file, text);
    context.log(`\n${text}\nThe table: ${file}`);
    const failed = rows.filter(({ failure }) => failure !== undefined);
    if (failed.length > 0)
      throw new Error(
        `${failed.length} of ${rows.length} failed: ${failed.map(({ flow, twin, otto }) => `${flow} ${twin} (${otto})`).join(', ')}`,
      );
  },
};
