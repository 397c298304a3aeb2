import { VALID_API_KEY } from '../internet/claude/claude.ts';
import { GITHUB_TOKENS } from '../internet/github/accounts.ts';
import { setCable } from '../machine/network.ts';
import type { Outcome } from '../machine/shell.ts';
import { packRunFile } from '../runner/package.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { untilStarted } from '../script/wizard.ts';

const FILE = '/root/otto-install.run';
const STATE = '/var/lib/otto-install';
const PROGRAMS = '/usr/local/lib/otto-install';
const PASSWORD = 'correct-horse-battery-9';

const answers = `
domain: ${FRESH.domain}
email: ${FRESH.email}
adminEmail: ${FRESH.adminEmail}
adminPassword: ${PASSWORD}
claude: api-key
anthropicApiKey: ${VALID_API_KEY}
github: token
githubToken: ${GITHUB_TOKENS.classic}
`;

/** From the first login on a server that has neither Node nor npm: the one file, and what stays of it without a network. */
export const scenario: Scenario = {
  name: 'bootstrap',
  title: 'the one file on a droplet without Node; what stays works with the cable pulled',
  kind: 'empty',
  releases: ['bookworm', 'trixie'],
  usesPackage: false,
  minutes: 40,
  async run(context) {
    const { droplet, step, check } = context;
    await step('neither Node nor npm is here, and the one file comes by scp', async () => {
      const { exitCode } = await droplet.exec(['sh', '-c', 'command -v node || command -v npm']);
      check.that('there is no Node', exitCode !== 0);
      await droplet.copyIn(await packRunFile(), FILE);
    });
    await step('cut off, damaged, no room, killed: each in its own words', () => failures(context));
    await step('the one file installs', async () => {
      await droplet.write('/root/answers.yaml', answers, 0o600);
      const { exitCode, stdout, stderr } = await typed(
        context,
        `sh ${FILE} --yes --answers answers.yaml`,
        15,
      );
      check.equal(`the exit code of …${stdout.slice(-3000)}${stderr}`, exitCode, 0);
      check.matches('the plain lines', stdout, /^Otto is ready/m);
      const { stdout: npm } = await droplet.exec(['sh', '-c', 'command -v npm node']);
      check.equal('what it did not bring onto the server', npm, '');
    });
    await step('what stays is root’s alone, and healthy', async () => {
      const open = await check.command([
        'find',
        PROGRAMS,
        `${STATE}/program`,
        '/usr/local/bin/otto-install',
        '(',
        '!',
        '-user',
        'root',
        '-o',
        '-perm',
        '/022',
        ')',
      ]);
      check.equal('what others could change', open, '');
      await healthy(context);
    });
    await step('with the cable pulled it looks, fixes, backs up, restores', () => unplugged(context));
    await step('plugged in again all is healthy', async () => {
      await setCable(droplet.places, 'up');
      await healthy(context);
    });
    await step('an uninstall removes it last', async () => {
      const { exitCode, stdout, stderr } = await typed(context, 'otto-install uninstall --data keep --yes');
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      check.matches('what is told', stdout, /^ {2}\/usr\/local\/bin\/otto-install$/m);
      const left = await droplet.exec(['sh', '-c', `ls -d /usr/local/bin/otto-install ${PROGRAMS}/[0-9]*`]);
      check.equal('what is left of it', left.stdout, '');
    });
  },
};

/** At the hosting provider's console, which needs no network; in root's home. */
const typed = ({ droplet }: ScenarioContext, words: string, minutes = 5): Promise<Outcome> =>
  droplet.exec(['sh', '-c', `cd /root && ${words}`], { timeoutMs: minutes * 60_000 });

async function failures(context: ScenarioContext): Promise<void> {
  const { check, droplet } = context;
  const refused = async (what: string, words: string, says: RegExp) => {
    const { exitCode, stdout, stderr } = await typed(context, words);
    check.equal(`${what}: the exit code and stdout, ${stderr}`, [exitCode, stdout], [69, '']);
    check.matches(what, stderr, says);
  };
  await refused(
    'cut off',
    `head -c 9000000 ${FILE} >cut.run; sh cut.run check`,
    /is not whole: it has 9000000 of/,
  );
  await refused(
    'damaged',
    `cp ${FILE} bad.run; printf x | dd of=bad.run bs=1 seek=9000000 conv=notrunc status=none; sh bad.run check`,
    /is damaged/,
  );
  await refused(
    'a full disk',
    `mkdir -p ${STATE}; mount -t tmpfs -o mode=700,size=50m tmpfs ${STATE}; sh ${FILE} check; rc=$?; umount ${STATE}; exit $rc`,
    /The disk is full: unpacking needs \d+ MB/,
  );
  await refused(
    'noexec',
    `mount -t tmpfs -o mode=700,noexec tmpfs ${STATE}; sh ${FILE} check; rc=$?; umount ${STATE}; exit $rc`,
    /mounted noexec/,
  );
  await typed(context, `rmdir ${STATE}; rm -f cut.run bad.run`);
  // Killed as by a power cut as soon as something is there.
  await typed(
    context,
    `setsid sh ${FILE} check & pid=$!; until ls ${STATE}/program/unpacking-*/payload; do sleep 0.05; done; kill -KILL -$pid`,
  );
  const after = await typed(context, `sh ${FILE} --version && sh ${FILE} version`);
  check.matches('after a cut', after.stderr, /An earlier start was cut off while it unpacked/);
  check.matches('the version', after.stdout, /^(\d+\.\d+\.\d+)\n\1\n$/);
  const left = await droplet.exec(['sh', '-c', `ls -d ${STATE}/program/unpacking-*`]);
  check.equal('what is left of the cut', left.stdout, '');
}

async function unplugged(context: ScenarioContext): Promise<void> {
  const { check, droplet } = context;
  await setCable(droplet.places, 'down');
  const works = async (words: string, says: RegExp, exitCode = 0) => {
    const outcome = await typed(context, `otto-install ${words}`, 6);
    check.equal(
      `the exit code of ${words}: ${outcome.stdout.slice(-2500)}${outcome.stderr}`,
      outcome.exitCode,
      exitCode,
    );
    check.matches(words, outcome.stdout, says);
    return outcome.stdout;
  };
  await works('--version', /^\d/);
  const found = await works('check', /unreachable|reach/i, 1);
  context.log(
    `without a network check finds: ${[...new Set(found.match(/\b[a-z]+(?:-[a-z]+){1,5}\b(?=\))/g))].join(', ')}`,
  );
  await works('status', /Open WebUI/);
  await works('logs --since 2h', /./);
  const backup = await works('backup --daily no --yes', /otto-\S+\.tar\.gz/);
  const archive = /\/var\/backups\/otto-install\/otto-\S+?\.tar\.gz/.exec(backup)?.[0] ?? '';
  const told = await works(
    `reset-password --account ${FRESH.adminEmail} --how generated --end-sessions no --yes`,
    /The new password of/,
  );
  const fresh = /The new password of \S+: (\S+)/.exec(told)?.[1] ?? '';
  check.that('the new password lets in', await letsIn(context, fresh));
  await works(`restore --from ${archive} --yes`, /./);
  check.that('after the restore the old one does', await letsIn(context, PASSWORD));
  await droplet.must(['systemctl', 'stop', 'hermes-gateway.service']);
  await works('fix hermes-not-running', /./, 1);
  check.equal(
    'Hermes',
    (await droplet.must(['systemctl', 'is-active', 'hermes-gateway.service'])).trim(),
    'active',
  );
}

/** Whether Open WebUI takes that password, asked on the server itself. */
async function letsIn({ droplet }: ScenarioContext, password: string): Promise<boolean> {
  const input = JSON.stringify({ email: FRESH.adminEmail, password });
  const url = 'http://127.0.0.1:3000/api/v1/auths/signin';
  const words = ['curl', '-sf', '-o', '/dev/null', '-H', 'Content-Type: application/json', '-d', '@-', url];
  return (await droplet.exec(words, { input })).exitCode === 0;
}

/** By what stays, over ssh as an operator would. */
async function healthy(context: ScenarioContext): Promise<void> {
  await untilStarted(context, FRESH.domain);
  const { exitCode, stdout, stderr } = await context.droplet.ssh(['otto-install check --json'], {
    timeoutMs: 120_000,
  });
  context.check.equal(`the exit code of check: ${stdout.slice(-1500)}${stderr}`, exitCode, 0);
}
