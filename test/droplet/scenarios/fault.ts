import { findFaults } from '../faults/index.ts';
import { attempt } from '../runner/faults/attempt.ts';
import { HEALTHY, work } from '../runner/faults/catalogue.ts';
import { select } from '../runner/faults/select.ts';
import type { Scenario } from '../runner/scenario.ts';

/** The catalogue of faults, or the part of it that was asked for: each is broken for real, found, and fixed. */
export const scenario: Scenario = {
  name: 'fault',
  title: 'every way an Otto breaks is found and fixed, and nothing is lost',
  needs: [HEALTHY.current, HEALTHY.april],
  releases: ['bookworm', 'forky'],
  minutes: 150,
  async run(context) {
    const trials = select(await findFaults(context.faults.only), context.faults);
    const { seed, lanes } = context.faults;
    context.log(`${trials.length} faults on ${lanes} droplets at once; seed ${seed}`);
    await work(
      context,
      trials.map(({ fault, otto }) => ({
        name: fault.name,
        otto,
        spoils: fault.spoils ?? false,
        try: (on, before) => attempt(on, fault, before),
      })),
    );
  },
};
