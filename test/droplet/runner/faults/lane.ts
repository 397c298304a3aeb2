import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaultContext, Otto } from '../../faults/fault.ts';
import type { Droplet } from '../../machine/droplet.ts';
import { collect } from '../collect.ts';
import type { ScenarioContext } from '../scenario.ts';
import { type Healthy, healthy } from './attempt.ts';
import { faultContext } from './context.ts';
import { line, type Row } from './row.ts';

/** A healthy Otto on a disk that was kept, and what it was like when it was. */
export interface Saved {
  readonly kept: string;
  readonly healthy: Healthy;
}

/** What is tried on a droplet: on which Otto, what comes out, and whether the droplet can be used for the next one. */
export interface Job {
  readonly name: string;
  readonly otto: Otto;
  try(context: FaultContext, before: Healthy): Promise<Row>;
  readonly spoils: boolean;
  /** It failed once: the next failure counts. */
  readonly secondTry?: true;
}

/**
 * Works through a queue, as do the other lanes that share it: a droplet is used again when what was tried on it went well,
 * because then it was seen to be as healthy as before; else the next one starts from the saved disk. What fails is tried once
 * more from there: the machine may have been held up, or what was tried before may have left something.
 */
export async function runLane(
  scenario: ScenarioContext,
  queue: Job[],
  saved: ReadonlyMap<Otto, Saved>,
  tell: (row: Row) => void,
): Promise<void> {
  const end = (job: Job, row: Row) => {
    if (job.secondTry) tell({ ...row, secondTry: true });
    else if (row.failure === undefined) tell(row);
    else {
      scenario.log(`${line(row)}\n       It is tried once more.`);
      queue.push({ ...job, secondTry: true });
    }
  };
  let droplet: Droplet | undefined;
  let on: Otto | undefined;
  for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
    const start = saved.get(job.otto);
    if (start === undefined) continue;
    const lines: string[] = [];
    const log = (text: string) => lines.push(text);
    try {
      if (droplet === undefined || on !== job.otto) {
        if (droplet !== undefined) await scenario.dismiss(droplet);
        droplet = undefined;
        droplet = await scenario.another({ kept: start.kept });
        on = job.otto;
        await healthy(await faultContext(droplet, log));
      }
      const row = await job.try(await faultContext(droplet, log), start.healthy);
      end(job, row);
      if (row.failure === undefined && !job.spoils) continue;
      if (row.failure !== undefined)
        await keepTraces(droplet, join(scenario.artefacts, `${job.name}-${job.otto}`));
    } catch (error) {
      // The droplet itself: it did not boot, or is not healthy to begin with.
      const failure = error instanceof Error ? error.message : String(error);
      end(job, { fault: job.name, otto: job.otto, codes: [], seconds: 0, failure });
    }
    if (droplet !== undefined) await scenario.dismiss(droplet);
    droplet = undefined;
  }
  if (droplet !== undefined) await scenario.dismiss(droplet);
}

async function keepTraces(droplet: Droplet, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await collect(droplet, folder);
}
