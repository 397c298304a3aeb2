import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { obstacles } from '../hostile/install/index.ts';
import { meet } from '../hostile/install/meet.ts';
import { type Row, table } from '../hostile/install/row.ts';
import type { Scenario } from '../runner/scenario.ts';
import { ANSWERED_SECRETS, ANSWERS, PASSWORD } from '../script/answers.ts';
import { FRESH } from '../script/fresh.ts';
import { leakedFiles, sentElsewhere } from '../script/secrets.ts';
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
