import { endure } from '../hostile/attempt.ts';
import { wantedOf } from '../hostile/index.ts';
import { HEALTHY, work } from '../runner/faults/catalogue.ts';
import type { Scenario } from '../runner/scenario.ts';

/** A healthy Otto in hostile surroundings: each is survived with clear words, no damage, and a way on. */
export const scenario: Scenario = {
  name: 'hostile',
  title: 'disks, programs, networks and clocks that work against it: clear words, no damage, a way on',
  needs: HEALTHY.current,
  releases: ['bookworm'],
  minutes: 90,
  async run(context) {
    const wanted = wantedOf(context.faults);
    context.log(`${wanted.length} surroundings; seed ${context.faults.seed}`);
    await work(
      context,
      wanted.map((one) => ({
        name: one.name,
        otto: 'current' as const,
        spoils: false,
        try: (on, before) => endure(on, one, before),
      })),
    );
  },
};
