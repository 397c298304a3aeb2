/** Builds, or finds in the cache, what the small internet of a droplet serves. */
import { hermesRepository } from '../artefacts/hermesRepository.ts';
import { npmPackages } from '../artefacts/npmPackages.ts';
import { pythonIndex } from '../artefacts/pythonIndex.ts';
import type { Release } from '../machine/record.ts';
import type { Artefacts } from './settings.ts';

/** Builds one artefact after the other: each keeps both cores of a small machine busy by itself. */
export async function buildArtefacts(_release: Release): Promise<Artefacts> {
  const hermes = await hermesRepository();
  const python = await pythonIndex();
  const npm = await npmPackages();
  return { hermes, python, npm };
}
