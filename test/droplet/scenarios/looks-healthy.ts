import type { Scenario } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { differencesTo } from '../script/looks.ts';
import { untilStarted } from '../script/wizard.ts';

/** The droplet in memory is honest: what looks ask of a healthy Otto ends there as it does on a real one. */
export const scenario: Scenario = {
  name: 'looks-healthy',
  title: 'what looks ask ends on a droplet with a healthy Otto as it does in a rehearsal',
  needs: 'unattended',
  releases: ['bookworm', 'trixie', 'forky'],
  usesPackage: false,
  async run(context) {
    const { droplet, step, check, log } = context;
    await step('all of it is up after its boot', () => untilStarted(context, FRESH.domain));
    const { compared, differences } = await step('every command of every look', () =>
      differencesTo(droplet, 'healthy'),
    );
    log(`${compared} commands compared`);
    check.equal('commands that end otherwise', differences, []);
  },
};
