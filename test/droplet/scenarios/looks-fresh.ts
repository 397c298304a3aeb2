import type { Scenario } from '../runner/scenario.ts';
import { differencesTo } from '../script/looks.ts';

/** The droplet in memory is honest: what looks ask of a fresh droplet ends there as it does on a real one. */
export const scenario: Scenario = {
  name: 'looks-fresh',
  title: 'what looks ask ends on a fresh droplet as it does in a rehearsal',
  releases: ['bookworm', 'trixie', 'forky'],
  usesPackage: false,
  async run({ droplet, step, check, log }) {
    const { compared, differences } = await step('every command of every look', () =>
      differencesTo(droplet, 'fresh'),
    );
    log(`${compared} commands compared`);
    check.equal('commands that end otherwise', differences, []);
  },
};
