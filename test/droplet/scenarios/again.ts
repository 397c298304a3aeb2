import type { Scenario } from '../runner/scenario.ts';
import { againScript } from '../script/again.ts';
import { FRESH } from '../script/fresh.ts';
import { play } from '../script/play.ts';
import { runWizard, untilStarted, WIZARD } from '../script/wizard.ts';

/** A second run has nothing to do, and says so quickly. */
export const scenario: Scenario = {
  name: 'again',
  title: 'run once more: no action at all, everything healthy',
  needs: 'fresh',
  releases: ['bookworm', 'trixie', 'forky'],
  minutes: 10,
  async run(context) {
    const { step, terminal, check, log } = context;
    await step('its services are up again', () => untilStarted(context, FRESH.domain));
    // The first one after a boot finds cold caches, and npx unpacks the tarball.
    await step('without a terminal', async () => {
      const startedAt = Date.now();
      const { exitCode, stdout, stderr } = await runWizard(context, '--yes');
      const seconds = (Date.now() - startedAt) / 1000;
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      check.matches('what it printed', stdout, /Otto is ready \([^)]*\b0 actions\)/);
      check.that('it takes less than 10 s', seconds < 10, `${seconds.toFixed(1)} s`);
      log(`the second run took ${seconds.toFixed(1)} s, npx included`);
    });
    await step('in the wizard', async () => {
      const wizard = terminal(WIZARD);
      const run = async () => {
        throw new Error('a second run must not ask for anything outside the terminal');
      };
      await play(wizard, againScript, { run, keep: (name) => wizard.keep(name) });
      await wizard.press('enter');
      check.equal('the exit code', await wizard.ended, 0);
    });
    await step('nothing was changed', async () => {
      const logs = await check.command(['sh', '-c', 'ls /var/log/otto-install/*-install.log | tail -n 2']);
      for (const path of logs.trim().split('\n')) {
        const text = await check.command(['cat', path]);
        check.matches(path, text, /^.*# Result: healthy, 0 actions/m);
      }
    });
  },
};
