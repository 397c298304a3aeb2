import { until } from '../machine/shell.ts';
import { readLook } from '../runner/faults/look.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { ANSWERS, PASSWORD } from '../script/answers.ts';
import { CLAIMANT, type Claims, claimsOf, startClaimant, stopClaimant } from '../script/claimant.ts';
import { FRESH } from '../script/fresh.ts';
import { signIn } from '../script/visitor.ts';
import { ANSWER, checkHealthy, runWizard } from '../script/wizard.ts';

const INSTALL = '--yes --answers answers.yaml';

/**
 * Another user of the droplet wants to be Open WebUI's administrator and tries in a loop, from before the installation to its
 * end, while the power is cut twice between the start of its container and the first account.
 */
export const scenario: Scenario = {
  name: 'unclaimed',
  title: 'a local user signs up in a loop during an installation with power cuts, and never gets in',
  releases: ['bookworm', 'trixie'],
  minutes: 30,
  async run(context) {
    const { droplet, step, check, log } = context;
    await droplet.write('/root/answers.yaml', ANSWERS, 0o600);
    await step('another user begins to try', () => startClaimant(droplet, FRESH.domain));
    await step('the power is cut while Open WebUI starts for the first time', () =>
      cutAt(context, 'open-webui-claim is up', async () => {
        const running = await droplet.exec([...INSPECT, '{{.State.Running}}', 'open-webui-claim']);
        return running.stdout.trim() === 'true';
      }),
    );
    await step('an ordinary look says that it has no administrator', async () => {
      const { found } = await look(context);
      check.that('no-administrator is found', found.includes('no-administrator'), found);
    });
    await step('the power is cut when the account has just been made', () =>
      cutAt(context, 'the account was made', async () => {
        const { stdout } = await droplet.exec([
          ...['sh', '-c', 'cat $(ls /var/log/otto-install/*-install.log | tail -n 1)'],
        ]);
        return /docker network connect bridge open-webui-claim/.test(stdout);
      }),
    );
    await step('the next run goes on by itself', async () => {
      const { exitCode, stdout, stderr } = await runWizard(context, INSTALL);
      check.equal(`the exit code of …${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.matches('its end', stdout, new RegExp(`Otto is ready[\\s\\S]*${ANSWER}`));
      log(`  ${/^Otto is ready .*$/m.exec(stdout)?.[0]}`);
    });
    await step('the administrator is ours, alone, and nobody else got in', async () => {
      const account = await signIn(droplet, FRESH.domain, FRESH.adminEmail, PASSWORD);
      check.equal('who signed in', [account.email, account.role], [FRESH.adminEmail, 'admin']);
      check.equal('who has an account', await accountsOn(context), [`${FRESH.adminEmail} admin`]);
      await fruitless(context);
      check.equal(
        'containers',
        (await droplet.must(['docker', 'ps', '-a', '--format', '{{.Names}}'])).trim().split('\n').toSorted(),
        ['open-webui', 'paperclip'],
      );
    });
    await step('check finds it healthy', () => checkHealthy(context));
    await stopClaimant(droplet);
    await step('an older release left one that runs unclaimed: it is cut off and claimed', async () => {
      await emptyAndPublished(context);
      const { found } = await look(context);
      check.that('open-webui-unclaimed is found', found.includes('open-webui-unclaimed'), found);
      const { exitCode, stdout, stderr } = await runWizard(context, INSTALL);
      check.equal(`the exit code of …${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.equal('who has an account', await accountsOn(context), [`${FRESH.adminEmail} admin`]);
    });
    await step('there somebody was faster: the run does not end well, and says who it is', async () => {
      await emptyAndPublished(context);
      await droplet.must(['rm', '-f', '/var/lib/otto-install/administrators.json']);
      await droplet.must(['rm', '-f', '/var/lib/otto-install/verified.json']);
      await droplet.must(['systemctl', 'start', 'claimant']);
      await until('the claimant to be an administrator', 60_000, async () =>
        (await accountsOn(context)).some((line) => line.startsWith(CLAIMANT.email)) ? true : undefined,
      );
      const { exitCode, stdout } = await runWizard(context, INSTALL);
      check.that('the exit code is none of success', exitCode !== 0, exitCode);
      check.doesNotMatch('what it printed', stdout, /Otto is ready/);
      check.matches('what it printed', stdout, new RegExp(`administered by ${CLAIMANT.email}`));
      const { found } = await look(context);
      check.that(
        'administrator-is-a-stranger is found',
        found.includes('administrator-is-a-stranger'),
        found,
      );
    });
    await step('with consent it starts again, empty and claimed, beside a claimant who goes on', async () => {
      const { exitCode, stdout, stderr } = await runWizard(
        context,
        'fix administrator-is-a-stranger --answers answers.yaml',
      );
      check.equal(`the exit code of …${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.equal('who has an account', await accountsOn(context), [`${FRESH.adminEmail} admin`]);
      await checkHealthy(context);
    });
  },
};

const INSPECT = ['docker', 'inspect', '-f'] as const;

/** Starts the wizard, cuts the power a moment after what is waited for, boots, and gives the claimant half a minute. */
async function cutAt(context: ScenarioContext, what: string, isSo: () => Promise<boolean>): Promise<void> {
  const { droplet, log } = context;
  const wizard = runWizard(context, INSTALL).catch(() => undefined);
  await until(what, 10 * 60_000, async () => ((await isSo()) ? true : undefined), 100);
  await droplet.kill();
  await wizard;
  await droplet.boot();
  await new Promise((resolve) => setTimeout(resolve, 30_000));
  const { tries, refusals } = await fruitless(context);
  log(`  ${what}: cut; ${tries} tries so far, ${refusals} times it was told no`);
}

async function fruitless({ droplet, check }: ScenarioContext): Promise<Claims> {
  const claims = await claimsOf(droplet);
  check.equal('what the claimant came to', claims.successes, []);
  check.that('the claimant was at work', claims.tries > 50, claims);
  return claims;
}

async function look(context: ScenarioContext): Promise<{ readonly found: readonly string[] }> {
  const { stdout } = await runWizard(context, 'check --json', 180_000);
  return { found: readLook(stdout).found.map(({ code }) => code) };
}

/** 'admin@client.example admin' for each, the oldest first; read where Open WebUI runs. */
async function accountsOn({ droplet }: ScenarioContext): Promise<readonly string[]> {
  const program = `import sqlite3
for row in sqlite3.connect('/app/backend/data/webui.db').execute('select email, role from user order by created_at'): print(*row)`;
  const { stdout } = await droplet.exec([
    'docker',
    'exec',
    '-i',
    'open-webui',
    'python3',
    '-I',
    '-c',
    program,
  ]);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What a release before this one left when it was cut off: the usual container, published, over an empty folder. */
async function emptyAndPublished({ droplet }: ScenarioContext): Promise<void> {
  await droplet.must([
    'sh',
    '-euc',
    `docker stop -t 30 open-webui >/dev/null
rm -rf /opt/cleo/open-webui/* && docker start open-webui >/dev/null`,
  ]);
  await until('Open WebUI to answer', 120_000, async () =>
    (await droplet.exec(['curl', '-sf', '-o', '/dev/null', 'http://127.0.0.1:8080/health'])).exitCode === 0
      ? true
      : undefined,
  );
}
