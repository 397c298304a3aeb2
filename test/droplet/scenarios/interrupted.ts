import { join } from 'node:path';
import { until } from '../machine/shell.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { resumeScript } from '../script/again.ts';
import { freshScript } from '../script/fresh.ts';
import { play } from '../script/play.ts';
import type { Script } from '../script/script.ts';
import { checkHealthy, person, WIZARD } from '../script/wizard.ts';

/** As far as the moment at which pip is at work on Hermes. */
const untilPip: Script = {
  ...freshScript,
  last: { name: 'pip', shows: [/Install Hermes and what it needs/], deeds: [{ record: 'pip' }] },
};

/** The run is ended from outside in the middle of the longest step; starting again goes on from there. */
export const scenario: Scenario = {
  name: 'interrupted',
  title: 'the run is ended while pip installs; a second run ends healthy',
  releases: ['bookworm', 'trixie', 'forky'],
  async run(context) {
    const { artefacts, step, terminal, check, log } = context;
    const errand = person(context);
    await step('as far as pip', async () => {
      const wizard = terminal(WIZARD);
      await play(wizard, untilPip, { run: errand, keep: (name) => wizard.keep(name), patienceMs: 120_000 });
      await wizard.hangup();
      // As a shutdown of the machine does; a session that goes ends nothing (scenario detached), and nobody may stop the unit by hand.
      const term = ['kill', '--signal=TERM', '--kill-whom=main', 'otto-install-run.service'];
      await check.command(['systemctl', ...term]);
    });
    await step('what was at work comes to its end', async () => {
      await until('otto-install to end', 120_000, async () =>
        (await ottoProcesses(context)).length === 0 ? true : undefined,
      );
      const [text] = await logs(context);
      check.matches('the end of the log', text?.trimEnd().split('\n').at(-1) ?? '', /# Result: stopped/);
      log(`the log ends with: ${text?.trimEnd().split('\n').at(-1)}`);
    });
    await step('a second run goes on to the end', async () => {
      const wizard = terminal(WIZARD, { keepIn: join(artefacts, 'second run') });
      await play(wizard, resumeScript, {
        run: errand,
        keep: (name) => wizard.keep(name),
        patienceMs: 120_000,
      });
      await wizard.press('enter');
      check.equal('the exit code', await wizard.ended, 0);
    });
    await step('nothing is done a second time', async () => {
      const [first = '', second = ''] = await logs(context);
      const signIn = /: a\d+ (Sign .*GitHub.*|Fetch Hermes’s code)$/m;
      check.matches('the first log', first, signIn);
      check.doesNotMatch('the second log', second, signIn);
    });
    await step('check finds it healthy', () => checkHealthy(context));
  },
};

/** The processes of otto-install, and of what it started, as they stand in the process list. */
async function ottoProcesses({ droplet }: ScenarioContext): Promise<string[]> {
  const { stdout } = await droplet.exec(['ps', '-e', '-ww', '-o', 'pid=,args=']);
  return stdout.split('\n').filter((line) => /otto-install|\bpip\b/.test(line));
}

/** The logs of the installing runs, oldest first. */
async function logs({ check }: ScenarioContext): Promise<string[]> {
  const list = await check.command(['sh', '-c', 'ls /var/log/otto-install/*-install.log']);
  return Promise.all(
    list
      .trim()
      .split('\n')
      .map((path) => check.command(['cat', path])),
  );
}
