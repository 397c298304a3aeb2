import type { Droplet } from '../machine/droplet.ts';
import type { ScenarioContext } from './scenario.ts';

/** How the lanes begin on a droplet, and what they do there. */
export interface LaneWork<Wanted, Place extends { readonly droplet: Droplet }> {
  /** The disk that every droplet starts from. */
  readonly kept: string;
  start(droplet: Droplet): Promise<Place>;
  /** Resolves to whether the droplet is as healthy as before, and can be used for the next one. */
  attempt(place: Place, wanted: Wanted): Promise<boolean>;
}

/**
 * Takes one after the other from the queue, in as many lanes at once as are wanted, each on a droplet of its own. After one that
 * failed the lane goes on on a new droplet: what was left there says nothing about the next one. Throws when a droplet does not start.
 */
export async function inLanes<Wanted, Place extends { readonly droplet: Droplet }>(
  scenario: Pick<ScenarioContext, 'another' | 'dismiss' | 'faults'>,
  queue: Wanted[],
  { kept, start, attempt }: LaneWork<Wanted, Place>,
): Promise<void> {
  const lane = async () => {
    let place: Place | undefined;
    for (let wanted = queue.shift(); wanted !== undefined; wanted = queue.shift()) {
      place ??= await start(await scenario.another({ kept }));
      if (await attempt(place, wanted)) continue;
      await scenario.dismiss(place.droplet);
      place = undefined;
    }
    if (place !== undefined) await scenario.dismiss(place.droplet);
  };
  await Promise.all(Array.from({ length: Math.min(scenario.faults.lanes, queue.length) }, lane));
}
