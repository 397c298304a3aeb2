import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UNFORESEEN } from '../hostile/attempt.ts';
import { obstacles } from '../hostile/install/index.ts';
import { HOSTS_OF, type Obstacle, STAGES } from '../hostile/install/obstacle.ts';
import { type Row, table } from '../hostile/install/row.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { ANSWERED_SECRETS, ANSWERS, PASSWORD } from '../script/answers.ts';
import { FRESH } from '../script/fresh.ts';
import { leakedFiles, sentElsewhere, shownIn } from '../script/secrets.ts';
import { signIn } from '../script/visitor.ts';
import { checkHealthy, runWizard } from '../script/wizard.ts';

/** One installation that meets one obstacle after the other, each in a run of its own; without the last it ends healthy. */
export const scenario: Scenario = {
  name: 'hostile-install',
  title:
    'an installation through bad servers and disks, one after the other: clear words, and each run goes on',
  releases: ['bookworm'],
  minutes: 90,
  async run(context) {
    const { droplet, internet, artefacts, step, check, log, faults } = context;
    await droplet.write('/root/answers.yaml', ANSWERS, 0o600);
    const rows: Row[] = [];
    for (const one of obstacles(faults)) rows.push(await meet(context, one));
    const text = table(rows);
    await writeFile(join(artefacts, 'table.md'), text);
    log(`\n${text}`);
    await step('without an obstacle the next run ends well', async () => {
      await internet.hosts.heal();
      const { exitCode, stdout, stderr } = await runWizard(context, '--yes --answers answers.yaml');
      check.equal(`the exit code of ${stdout.slice(-3000)}${stderr}`, exitCode, 0);
    });
    await step('check finds it healthy', () => checkHealthy(context));
    await step('the administrator can sign in over https', async () => {
      const { role } = await signIn(droplet, FRESH.domain, FRESH.adminEmail, PASSWORD);
      check.equal('the role', role, 'admin');
    });
    await step('no secret is where it must not be', async () => {
      check.equal('secrets in files', await leakedFiles(droplet, ANSWERED_SECRETS), []);
      check.equal('secrets sent elsewhere', await sentElsewhere(internet, ANSWERED_SECRETS), []);
    });
    const failed = rows.filter(({ failure }) => failure !== undefined).map(({ name }) => name);
    check.equal('obstacles that were not met well', failed, []);
  },
};

/** A run against an obstacle, which is then taken away. Never throws for what went wrong with the run: it is in the row. */
async function meet(context: ScenarioContext, one: Obstacle): Promise<Row> {
  const { internet, check, log } = context;
  // What comes later stays for later.
  const later = STAGES.slice(STAGES.indexOf(one.stage) + 1).flatMap((stage) => HOSTS_OF[stage]);
  for (const host of later) await internet.hosts.play(host, { kind: 'refused' });
  const startedAt = Date.now();
  const seconds = one.seconds ?? 300;
  let row: Row = { name: one.name, title: one.title, ended: '–', seconds: 0 };
  try {
    await one.begin(context);
    const ran = await runWizard(context, '--yes --answers answers.yaml', seconds * 1000).finally(() =>
      one.end(context),
    );
    const told = `${ran.stdout}${ran.stderr}`;
    row = {
      ...row,
      ended: ran.timedOut ? 'never' : `${ran.exitCode}`,
      seconds: (Date.now() - startedAt) / 1000,
    };
    log(`${one.name}: ${one.title}\n${told.slice(-6000)}`);
    check.that(`it ends within ${seconds} s`, !ran.timedOut, told.slice(-1500));
    check.that(`how it ended: ${told.slice(-1500)}`, [1, 2].includes(ran.exitCode), ran.exitCode);
    for (const pattern of one.says) check.matches('what is told', told, pattern);
    check.doesNotMatch('what is told', told, UNFORESEEN);
    check.equal('secrets in the output', shownIn(told, ANSWERED_SECRETS), []);
    return row;
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    log(`FAILED ${one.name}\n${failure}`);
    return { ...row, seconds: (Date.now() - startedAt) / 1000, failure };
  }
}
