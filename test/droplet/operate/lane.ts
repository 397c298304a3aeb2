import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Otto } from '../faults/fault.ts';
import type { Droplet } from '../machine/droplet.ts';
import { collect } from '../runner/collect.ts';
import { HEALTHY } from '../runner/faults/catalogue.ts';
import { makeLivedIn } from '../runner/faults/lived-in.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import { attempt, lookForSecrets } from './attempt.ts';
import type { Part } from './part.ts';
import { type AttendedPlace, placeOn } from './place.ts';
import type { Row } from './row.ts';
import { nameOf } from './select.ts';
import { chat, untilHealthy } from './truth.ts';

/**
 * The parts on one Otto, one after the other on the same droplet; after one that failed the next takes place on a new one from
 * the saved disk. Secrets are looked for before a droplet goes, and before there is no Otto on it any more.
 */
export async function runLane(
  scenario: ScenarioContext,
  otto: Otto,
  parts: readonly Part[],
  tell: (row: Row) => void,
): Promise<void> {
  if (parts.length === 0) return;
  const kept = await scenario.step(`a lived-in Otto, ${otto}`, () => prepare(scenario, otto));
  let place: AttendedPlace | undefined;
  const leave = async ({ droplet }: AttendedPlace) => {
    await scenario.dismiss(droplet);
    place = undefined;
  };
  for (const part of parts) {
    const folder = join(scenario.artefacts, otto, nameOf(part));
    place ??= await start(scenario, otto, kept);
    if (part.endsOtto) tell(await lookForSecrets(place));
    const row = await attempt(place, part, folder);
    tell(row);
    if (row.failure !== undefined) {
      await mkdir(folder, { recursive: true });
      await collect(place.droplet, folder);
    }
    if (row.failure !== undefined || part.endsOtto) {
      tell(await lookForSecrets(place));
      await leave(place);
    }
  }
  if (place === undefined) return;
  tell(await lookForSecrets(place));
  await leave(place);
}

/** Where an Otto that somebody works with is kept, with the wizard in it. */
async function prepare(scenario: ScenarioContext, otto: Otto): Promise<string> {
  const droplet = otto === 'current' ? scenario.droplet : await scenario.another({ endOf: HEALTHY[otto] });
  await installWizard(droplet, scenario.packagePath);
  await makeLivedIn(droplet);
  const kept = `operate-${otto}-${basename(scenario.artefacts)}`;
  await scenario.keep(droplet, kept);
  return kept;
}

async function start(scenario: ScenarioContext, otto: Otto, kept: string): Promise<AttendedPlace> {
  const droplet = await scenario.another({ kept });
  const place = at(scenario, otto, droplet);
  await untilHealthy(place);
  await chat(place);
  return place;
}

function at(scenario: ScenarioContext, otto: Otto, droplet: Droplet): AttendedPlace {
  return placeOn(droplet, otto, {
    folder: join(scenario.artefacts, otto),
    log: (text) => scenario.log(`       ${otto}: ${text}`),
    async another() {
      const bare = await scenario.another({ kind: 'bare' });
      await installWizard(bare, scenario.packagePath);
      return { place: at(scenario, otto, bare), leave: () => scenario.dismiss(bare) };
    },
  });
}
