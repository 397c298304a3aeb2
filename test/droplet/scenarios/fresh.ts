import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLikeNoble } from '../machine/release.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH, freshScript } from '../script/fresh.ts';
import { play } from '../script/play.ts';
import { watchProcesses } from '../script/processes.ts';
import { difference, readRecorded, record, recordingText } from '../script/recorded.ts';
import type { Recorded } from '../script/script.ts';
import {
  codeSecrets,
  leakedFiles,
  type Secret,
  secretsOf,
  sentElsewhere,
  shownIn,
} from '../script/secrets.ts';
import { storyOf } from '../script/story.ts';
import { signIn } from '../script/visitor.ts';
import { ANSWER, checkHealthy, person, WIZARD } from '../script/wizard.ts';
import type { Terminal } from '../terminal.ts';

/** With this in the environment, what the droplet shows becomes the recording instead of being compared with it. */
const RECORDS = process.env.OTTO_RECORD === '1';

/** From nothing to a chat answer, by keys. */
export const scenario: Scenario = {
  name: 'fresh',
  title: 'a fresh droplet becomes an Otto, driven by keys over ssh',
  releases: ['bookworm', 'trixie', 'forky'],
  async run(context) {
    const { droplet, release, step, terminal, check, log } = context;
    const codes: string[] = [];
    const processes = watchProcesses(droplet);
    const wizard = terminal(WIZARD);
    const errand = person(context, codes);

    const shown = await step('from the first question to the last screen', () =>
      play(wizard, freshScript, { run: errand, keep: (name) => wizard.keep(name), patienceMs: 120_000 }),
    );
    const password = passwordOn(wizard.screen());
    const oneLine = wizard.screen().replace(/\s+/g, ' ');
    check.that('the last screen shows the answer', oneLine.includes(`": "${ANSWER}"`), wizard.screen());
    await wizard.press('enter');
    check.equal('the exit code', await wizard.ended, 0);
    await wizard.keep('left in the terminal');
    const left = endingIn(wizard.history());
    await keepTraffic(context, wizard);

    if (isLikeNoble(release)) await step('it waited for the first updates', () => checkWaited(context));
    else
      await step('it is what was recorded', async () => {
        const story = storyOf(await check.command(['sh', '-c', 'cat /var/log/otto-install/*-install.log']));
        await compare(context, [
          ...shown,
          { name: 'left in the terminal', screen: left },
          { name: 'findings and actions', screen: story },
        ]);
      });
    await step('check finds it healthy', () => checkHealthy(context));
    await step('the administrator can sign in over https', async () => {
      const account = await signIn(droplet, FRESH.domain, FRESH.adminEmail, password);
      check.equal('who signed in', [account.email, account.role], [FRESH.adminEmail, 'admin']);
    });
    await step('no secret is where it must not be', async () => {
      const lines = await processes.stop();
      const secrets = [...(await secretsOf(droplet)), ...codes.flatMap(codeSecrets)];
      await checkLeaks(context, wizard, secrets, { lines, password, left });
      log(`looked for ${secrets.length} secrets, also in ${lines.length} command lines`);
    });
  },
};

function passwordOn(screen: string): string {
  const password = /Password of \S+: (\S+)/.exec(screen)?.[1];
  if (password === undefined) throw new Error(`the last screen does not show the password:\n${screen}`);
  return password;
}

/** What the wizard leaves behind in the terminal when its screens are gone. */
function endingIn(history: string): string {
  return history.slice(history.lastIndexOf('Otto is ready')).trim();
}

/**
 * What is shown there depends on how far the updates of the first start are: it is not compared. They have come to their end, and
 * so has what they began.
 */
async function checkWaited({ check }: ScenarioContext): Promise<void> {
  const logs = await check.command(['sh', '-c', 'cat /var/log/otto-install/*.log']);
  check.matches(
    'what the wizard found',
    logs,
    /found (?:docker-)?apt-busy .*(?:unattended-upgrades|apt-daily|cloud-init)/,
  );
  const library = await check.command(['dpkg', '--status', 'libpam0g']);
  check.matches(
    'the library that was updated',
    library,
    /^Status: install ok installed$[\s\S]*^Version: .*\+security1$/m,
  );
}

async function compare(
  { artefacts, release, log }: ScenarioContext,
  seen: readonly Recorded[],
): Promise<void> {
  await writeFile(join(artefacts, 'recorded.txt'), recordingText(seen));
  if (RECORDS) {
    await record(seen, release);
    log('recorded again, in test/droplet/recorded');
    return;
  }
  const differs = difference(seen, readRecorded(release));
  if (differs !== undefined) {
    throw new Error(
      `the droplet shows something else than was recorded (OTTO_RECORD=1 makes it the recording):\n${differs}`,
    );
  }
}

async function keepTraffic({ artefacts, log }: ScenarioContext, wizard: Terminal): Promise<void> {
  const bytes = wizard.outputs.reduce((sum, output) => sum + output.bytes.length, 0);
  const seconds = ((wizard.outputs.at(-1)?.at ?? 0) - (wizard.outputs[0]?.at ?? 0)) / 1000;
  const average = Math.round(bytes / Math.max(1, seconds));
  const peak = Math.round(wizard.peakBytesPerSecond());
  log(`to the terminal: ${average} bytes/s on average, ${peak} bytes/s at most, in ${seconds.toFixed(0)} s`);
  await writeFile(join(artefacts, 'traffic.json'), `${JSON.stringify({ bytes, seconds, average, peak })}\n`);
}

async function checkLeaks(
  { droplet, internet, check }: ScenarioContext,
  wizard: Terminal,
  secrets: readonly Secret[],
  seen: { lines: readonly string[]; password: string; left: string },
): Promise<void> {
  // The generated password is meant to be shown, once: on the last screen, and not in what stays in the terminal.
  const hidden = secrets.filter(({ value }) => value !== seen.password);
  check.equal('secrets in the bytes to the terminal', shownIn(wizard.raw(), hidden), []);
  check.equal('secrets left in the terminal', shownIn(seen.left, secrets), []);
  check.equal('secrets in command lines', shownIn(seen.lines.join('\n'), secrets), []);
  const journal = await droplet.must(['journalctl', '--no-pager', '--boot'], { timeoutMs: 30_000 });
  check.equal('secrets in the journal', shownIn(journal, secrets), []);
  check.equal('secrets in files', await leakedFiles(droplet, secrets), []);
  check.equal('secrets sent elsewhere', await sentElsewhere(internet, secrets), []);
}
