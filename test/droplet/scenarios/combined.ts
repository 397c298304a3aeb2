import { findFaults } from '../faults/index.ts';
import { HEALTHY, work } from '../runner/faults/catalogue.ts';
import type { Job } from '../runner/faults/lane.ts';
import { combination } from '../runner/faults/select.ts';
import { attemptSeveral } from '../runner/faults/several.ts';
import type { Scenario } from '../runner/scenario.ts';

/** Three random faults at once, as many times as was asked for. */
export const scenario: Scenario = {
  name: 'combined',
  title: 'three faults at once are found and fixed in an order that works',
  needs: HEALTHY.current,
  releases: ['bookworm', 'forky'],
  minutes: 40,
  async run(context) {
    const faults = await findFaults();
    const { combinations, seed } = context.faults;
    context.log(`${combinations} times three faults at once; seed ${seed}`);
    const jobs = Array.from({ length: combinations }, (_, index): Job => {
      const name = `${seed}.${index + 1}`;
      const three = combination(faults, 3, name);
      return {
        name,
        otto: 'current',
        spoils: false,
        try: (on, before) => attemptSeveral(on, three, before, name),
      };
    });
    await work(context, jobs);
  },
};
