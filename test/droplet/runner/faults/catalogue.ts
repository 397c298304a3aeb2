import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Otto } from '../../faults/fault.ts';
import type { Droplet } from '../../machine/droplet.ts';
import type { ScenarioContext } from '../scenario.ts';
import { healthy } from './attempt.ts';
import { faultContext } from './context.ts';
import { takeSnapshot } from './harm/audit.ts';
import { type Job, runLane, type Saved } from './lane.ts';
import { makeLivedIn } from './lived-in.ts';
import { line, type Row, table } from './row.ts';
import { installWizard, look } from './wizard.ts';

/** The scenarios at whose ends the healthy Ottos are. */
export const HEALTHY: Readonly<Record<Otto, string>> = { current: 'unattended', april: 'adopt' };

/** Does the jobs on as many droplets as are wanted, prints a line for each, and keeps the table. Throws when one failed. */
export async function work(scenario: ScenarioContext, jobs: readonly Job[]): Promise<void> {
  if (jobs.length === 0) throw new Error('there is no fault to try');
  const saved = new Map<Otto, Saved>();
  const without: string[] = [];
  for (const otto of new Set(jobs.map((job) => job.otto))) {
    try {
      saved.set(otto, await scenario.step(`a lived-in Otto, ${otto}`, () => prepare(scenario, otto)));
    } catch (error) {
      // The faults of the other one are tried all the same.
      without.push(`nothing was tried on ${otto}: ${error instanceof Error ? error.message : String(error)}`);
      scenario.log(without.at(-1) ?? '');
    }
  }
  const queue = jobs.filter(({ otto }) => saved.has(otto));
  const rows: Row[] = [];
  const tell = (row: Row) => {
    rows.push(row);
    scenario.log(line(row));
  };
  const lanes = Math.min(scenario.faults.lanes, jobs.length);
  await Promise.all(Array.from({ length: lanes }, () => runLane(scenario, queue, saved, tell)));
  const inOrder = jobs.flatMap(({ name, otto }) =>
    rows.filter((row) => row.otto === otto && (row.fault === name || row.fault.startsWith(`${name}: `))),
  );
  const text = table(inOrder);
  const file = join(scenario.artefacts, 'table.md');
  await writeFile(file, text);
  scenario.log(`\n${text}\nThe table: ${file}`);
  const failed = rows.filter(({ failure }) => failure !== undefined);
  if (without.length > 0) throw new Error(without.join('; '));
  if (failed.length > 0)
    throw new Error(
      `${failed.length} of ${rows.length} failed: ${failed.map(({ fault }) => fault).join(', ')}`,
    );
}

/** Where an Otto that somebody works with is kept, with the wizard in it. */
async function prepare(scenario: ScenarioContext, otto: Otto): Promise<Saved> {
  const droplet = otto === 'current' ? scenario.droplet : await scenario.another({ endOf: HEALTHY[otto] });
  await installWizard(droplet, scenario.packagePath);
  const context = await faultContext(droplet, scenario.log);
  if (context.otto !== otto)
    throw new Error(`'${HEALTHY[otto]}' ended with an Otto of the kind '${context.otto}'`);
  await healthy(context);
  await makeLivedIn(droplet);
  // What is left to do to a healthy one is done before: the plain fix of a fault then has that fault alone.
  await droplet.exec(['bash', '-lc', 'otto-install fix'], { timeoutMs: 120_000 });
  const state = await healthy(context);
  await takeSnapshot(droplet, 'healthy');
  scenario.log(`a look at the healthy Otto (${otto}): ${await lookSeconds(droplet)} s`);
  const kept = `lived-in-${otto}-${basename(scenario.artefacts)}`;
  await scenario.keep(droplet, kept);
  return { kept, healthy: state };
}

/** The median of three. */
async function lookSeconds(droplet: Droplet): Promise<string> {
  const seconds: number[] = [];
  for (let i = 0; i < 3; i += 1) seconds.push((await look(droplet)).seconds);
  return (seconds.sort((a, b) => a - b)[1] ?? 0).toFixed(1);
}
