/** Builds, or finds in the cache, what the small internet of a droplet serves. */
import { aptRepository } from '../artefacts/aptRepository.ts';
import { hermesRepository } from '../artefacts/hermesRepository.ts';
import { images } from '../artefacts/images.ts';
import { npmPackages } from '../artefacts/npmPackages.ts';
import { pythonIndex } from '../artefacts/pythonIndex.ts';
import { baseRootfs } from '../base/base.ts';
import type { Release } from '../machine/release.ts';
import type { Artefacts } from './settings.ts';

/**
 * Builds one artefact after the other: each keeps the cores of a small machine busy by itself. The apt repository is
 * the same for all kinds of droplets: what an empty one lacks.
 */
export async function buildArtefacts(release: Release): Promise<Required<Artefacts>> {
  return {
    hermes: await hermesRepository(),
    python: await pythonIndex(),
    npm: await npmPackages(),
    apt: await aptRepository(release, await baseRootfs(release, 'empty')),
    images: await images(),
  };
}
