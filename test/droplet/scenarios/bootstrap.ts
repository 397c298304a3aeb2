import { setCable } from '../machine/network.ts';
import type { Outcome } from '../machine/shell.ts';
import { packRunFile } from '../runner/package.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH, freshScript } from '../script/fresh.ts';
import { play } from '../script/play.ts';
import { newerReplaces, olderTakenOver, tooNewRefused } from '../script/versions.ts';
import { person, untilStarted } from '../script/wizard.ts';

const FILE = '/root/otto-install.run';
const STATE = '/var/lib/otto-install';
const PROGRAMS = '/usr/local/lib/otto-install';
// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own
const PACKAGE_NAMES = '${Package}\n';

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
    const password = await step('the one file installs, by keys, with an account of Claude', () =>
      install(context),
    );
    await step('neither Node nor npm nor a package of theirs came onto the server', async () => {
      const { stdout: commands } = await droplet.exec(['sh', '-c', 'command -v npm node']);
      check.equal('the commands', commands, '');
      const packages = await droplet.must(['dpkg-query', '--show', '--showformat', PACKAGE_NAMES]);
      check.equal('packages', packages.match(/^(?:nodejs|npm|node-\S+)$/gm), null);
      const { stdout: left } = await droplet.exec(['ls', '-d', `${STATE}/npm`]);
      check.equal('what is left of the npm that fetched the Claude CLI', left, '');
      await check.command(['runuser', '-u', 'cleo', '--', 'claude', '--version']);
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
    await step('with the cable pulled it looks, fixes, backs up, restores', () =>
      unplugged(context, password),
    );
    await step('plugged in again all is healthy', async () => {
      await setCable(droplet.places, 'up');
      await healthy(context);
    });
    await step('what release 1.0.0 left is taken over', async () => {
      await olderTakenOver(context, FILE);
      await healthy(context);
    });
    await step('what a later release wrote is refused, in words', () => tooNewRefused(context));
    await step('a newer one replaces it, and keeps it; the older one says so', () =>
      newerReplaces(context, FILE),
    );
    await step('an uninstall removes it last', async () => {
      const { exitCode, stdout, stderr } = await typed(context, 'otto-install uninstall --data keep --yes');
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      check.matches('what is told', stdout, /^ {2}\/usr\/local\/bin\/otto-install$/m);
      const left = await droplet.exec(['sh', '-c', `ls -d /usr/local/bin/otto-install ${PROGRAMS}/[0-9]*`]);
      check.equal('what is left of it', left.stdout, '');
    });
  },
};

/** Returns the administrator's password. */
async function install(context: ScenarioContext): Promise<string> {
  const { terminal, check } = context;
  const wizard = terminal(`cd /root && sh ${FILE}`);
  await play(wizard, freshScript, {
    run: person(context),
    keep: (name) => wizard.keep(name),
    patienceMs: 240_000,
  });
  const password = /Password of \S+: (\S+)/.exec(wizard.screen())?.[1];
  check.that('the last screen shows the password', password !== undefined, wizard.screen());
  await wizard.press('enter');
  check.equal('the exit code', await wizard.ended, 0);
  return password ?? '';
}

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
  await refused(
    'another architecture',
    `setarch i686 sh ${FILE} check`,
    /is for Linux on \w+; this machine is i686, and there is no otto-install for that/,
  );
  await refused(
    'without xz',
    `mv /usr/bin/xz /usr/bin/xz.away; sh ${FILE} check; rc=$?; mv /usr/bin/xz.away /usr/bin/xz; exit $rc`,
    /xz is not installed.*apt-get install xz-utils/s,
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

async function unplugged(context: ScenarioContext, password: string): Promise<void> {
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
    `without a network check finds: ${[...new Set(found.match(/\b[a-z]+(?:-[a-z]+)+\b/g))].join(', ')}`,
  );
  await works('status', /Open WebUI/, 1);
  await works('logs --since 2h', /./);
  const backup = await works('backup --yes', /otto-\S+\.tar\.gz/);
  const archive = /\/var\/backups\/otto-install\/otto-\S+?\.tar\.gz/.exec(backup)?.[0] ?? '';
  const told = await works(
    `reset-password --account ${FRESH.adminEmail} --how generated --end-sessions no --yes`,
    /The new password of/,
  );
  const fresh = /The new password of \S+: (\S+)/.exec(told)?.[1] ?? '';
  check.that('the new password lets in', await letsIn(context, fresh));
  await works(`restore --from ${archive} --yes`, /./);
  check.that('after the restore the old one does', await letsIn(context, password));
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
  const url = 'http://127.0.0.1:8080/api/v1/auths/signin';
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
