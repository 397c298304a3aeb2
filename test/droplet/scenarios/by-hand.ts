import { runByHand } from '../by-hand.ts';
import type { Scenario } from '../runner/scenario.ts';

/** The runbook without the wizard: it must work on the droplet, or nothing that is compared with it means anything. */
export const scenario: Scenario = {
  name: 'by-hand',
  title: 'the runbook, command by command, ends with an answer over https',
  releases: ['bookworm', 'trixie', 'forky'],
  usesPackage: false,
  async run({ droplet, step, log, check }) {
    const { lines } = await step('the runbook', () => runByHand(droplet));
    for (const line of lines) log(`  ${line}`);
    check.matches('the last line', lines.at(-1) ?? '', /done: .+/);
  },
};
