import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bound, broken, type Figure, figureTable, measured } from '../aged/measure.ts';
import { installWizard } from '../runner/faults/wizard.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { untilStarted } from '../script/wizard.ts';

const FOLDER = '/var/backups/otto-install';
const MEMORY = 300;
const USER = 'cleo';
const within = (seconds: number): Bound => ({ seconds, megabytes: MEMORY });

/** A year of use in minutes: everything that an operator does stays quick, and takes no more memory than on the first day. */
export const scenario: Scenario = {
  name: 'aged',
  title: 'an Otto after a year of use: every command within its bounds of time and memory, and nothing lost',
  needs: 'unattended',
  releases: ['bookworm'],
  minutes: 60,
  async run(context) {
    const { droplet, internet, step, check, log } = context;
    const figures: Figure[] = [];
    /** Runs it, keeps its figures, and returns what it printed. */
    const runs = async (words: string, bound: Bound): Promise<string> => {
      const { figure, outcome } = await measured(droplet, words, bound);
      figures.push(figure);
      log(
        `${words}: ${figure.seconds.toFixed(1)} s, ${figure.wizard.toFixed(0)} MB, helper ${figure.helper.toFixed(0)} MB`,
      );
      const said = `${outcome.stdout}${outcome.stderr}`;
      check.equal(`the exit code of ${words}: ${said.slice(-2000)}`, outcome.exitCode, 0);
      return said;
    };

    await installWizard(droplet, context.packagePath);
    await untilStarted(context, FRESH.domain);
    // As slow as this machine is at this moment: one that is busy otherwise is no fault of the wizard's.
    const young = await step('the young Otto', async () => ({
      check: await secondsOf(context, 'check'),
      status: await secondsOf(context, 'status'),
    }));
    const slow = Math.max(1, young.check / 3);
    await step('its first backup', async () => {
      const { exitCode, stdout, stderr } = await droplet.ssh(['otto-install backup --yes']);
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
    });
    const made = await step('a year', () => age(context));
    log(`there are ${JSON.stringify(made)}`);
    await untilStarted(context, FRESH.domain);
    const before = await kept(context);

    const quick = within(Math.max(3, young.check * 1.5));
    await step('check', () => runs('check', quick));
    await step('check, and once more', () => runs('check --json', quick));
    await step('status', () => runs('status', within(Math.max(3, young.status * 1.5))));
    await step('logs', async () => {
      await runs('logs --lines 200 --plain', within(5 * slow));
      const found = await runs('logs --since 400d --search page=399999 --plain', within(60 * slow));
      check.matches('what is found', found, /page=399999/);
      await runs('logs --errors --plain', within(20 * slow));
    });
    await step('support', () => runs('support --to /root/for-support.tar.gz --yes', within(60 * slow)));
    await step('backup', async () => {
      const said = await runs('backup --yes', within(15 * 60));
      check.matches('what is told', said, /read back/);
    });
    const archive = (await check.command(['sh', '-c', `ls -S ${FOLDER}/otto-*.tar.gz | head -n 1`])).trim();
    await step('restore', async () => {
      await runs(`restore --from ${archive} --backup-first no --yes`, within(15 * 60));
      check.equal('what is there after the restore', await kept(context), before);
    });
    await step('update', async () => {
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-rebuilt');
      await runs('update open-webui --yes', within(10 * 60));
      check.equal('what is there after the update', await kept(context), before);
    });
    await step('check, after all that', () => runs('check', quick));

    const text = figureTable(figures);
    await writeFile(join(context.artefacts, 'table.md'), text);
    log(`\n${text}`);
    const wrong = figures.flatMap((figure) => broken(figure).map((what) => `${figure.words}: ${what}`));
    check.equal('what exceeds its bounds', wrong, []);
  },
};

/** The median of three looks. */
async function secondsOf({ droplet }: ScenarioContext, command: string): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    const startedAt = Date.now();
    await droplet.ssh([`otto-install ${command}`], { timeoutMs: 120_000 });
    seconds.push((Date.now() - startedAt) / 1000);
  }
  return seconds.sort((a, b) => a - b)[1] ?? 0;
}

/** Lets a year pass; returns how much there is of everything. */
async function age({ droplet, check }: ScenarioContext): Promise<unknown> {
  const program = await readFile(new URL('../aged/year.py', import.meta.url), 'utf8');
  const log = (await check.command(['docker', 'inspect', '-f', '{{.LogPath}}', 'open-webui'])).trim();
  await check.command(['docker', 'stop', 'open-webui'], 60_000);
  const made = await droplet.must(['python3', '-c', program, USER, log], { timeoutMs: 20 * 60_000 });
  await check.command(['docker', 'start', 'open-webui'], 60_000);
  return JSON.parse(made);
}

/** Accounts, chats, files and their sizes. */
async function kept({ droplet }: ScenarioContext): Promise<string> {
  const program = `
import os, sqlite3
db = sqlite3.connect('file:/opt/${USER}/open-webui/webui.db?mode=ro', uri=True, timeout=20)
print(db.execute('select count(*), group_concat(email) from (select email from user order by email)').fetchone())
print(db.execute('select count(*), sum(length(chat)) from chat').fetchone())
folder = '/opt/${USER}/open-webui/uploads'
print(len(os.listdir(folder)), sum(os.path.getsize(os.path.join(folder, one)) for one in os.listdir(folder)))`;
  return droplet.must(['python3', '-c', program], { timeoutMs: 120_000 });
}
