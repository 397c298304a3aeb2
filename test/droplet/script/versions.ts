import type { Outcome } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';

const STATE = '/var/lib/otto-install';
const PROGRAMS = '/usr/local/lib/otto-install';

/** At the hosting provider's console. */
const typed = ({ droplet }: ScenarioContext, words: string): Promise<Outcome> =>
  droplet.exec(['sh', '-c', `cd /root && ${words}`], { timeoutMs: 5 * 60_000 });

const versionsHere = async ({ droplet }: ScenarioContext): Promise<readonly string[]> =>
  (await droplet.must(['ls', PROGRAMS])).split('\n').filter((name) => /^\d/.test(name));

/**
 * Makes the state what release 1.0.0 left: a ledger of files alone, without a number; no record of the last healthy look, no
 * durations; no copy of otto-install. Then a newer file is started, as an operator would.
 */
export async function olderTakenOver(context: ScenarioContext, file: string): Promise<void> {
  const { droplet, check } = context;
  const ledger = JSON.parse(await droplet.read(`${STATE}/ledger.json`));
  const files = Object.fromEntries(
    Object.entries<{ sha256: string[]; at: string }>(ledger.files)
      .filter(([path]) => path !== '/usr/local/bin/otto-install')
      .map(([path, { sha256, at }]) => [path, { sha256, at }]),
  );
  await droplet.write(`${STATE}/ledger.json`, JSON.stringify({ files }, null, 2), 0o600);
  await droplet.must(['sh', '-c', `rm -rf ${PROGRAMS}/[0-9]* /usr/local/bin/otto-install`]);
  await droplet.must([
    'sh',
    '-c',
    `cd ${STATE} && ls && for one in *.json; do case $one in answers.json|progress.json|ledger.json|acme-attempts.json) ;; *) rm -f "$one" ;; esac; done`,
  ]);
  const looked = await typed(context, `sh ${file} check`);
  check.equal(`the exit code of check: ${looked.stdout.slice(-1500)}${looked.stderr}`, looked.exitCode, 0);
  check.matches('what it finds', looked.stdout, /own-copy-missing/);
  const fixed = await typed(context, `sh ${file} fix own-copy-missing`);
  check.equal(`the exit code of fix: ${fixed.stdout.slice(-1500)}${fixed.stderr}`, fixed.exitCode, 0);
  const { format, things } = JSON.parse(await droplet.read(`${STATE}/ledger.json`));
  check.that('the ledger has a number and knows what was made', format === 1 && things.length > 0);
}

/** A ledger that says something which this release must not overlook. */
export async function tooNewRefused(context: ScenarioContext): Promise<void> {
  const { droplet, check } = context;
  const text = await droplet.read(`${STATE}/ledger.json`);
  await droplet.write(`${STATE}/ledger.json`, JSON.stringify({ ...JSON.parse(text), format: 2 }), 0o600);
  const { exitCode, stdout, stderr } = await typed(context, 'otto-install fix own-copy-damaged');
  check.that('it does not end well', exitCode !== 0);
  check.matches('its words', stdout + stderr, /was written by a newer otto-install/);
  await droplet.write(`${STATE}/ledger.json`, text, 0o600);
}

/** A newer release, made from the one that is here: another number, and so another program. */
export async function newerReplaces(context: ScenarioContext, file: string): Promise<void> {
  const { droplet, check } = context;
  const [here = ''] = await versionsHere(context);
  const newer = here.replace(/\d+$/, (last) => String(Number(last) + 1));
  await droplet.must([
    'sh',
    '-c',
    `cp -a ${PROGRAMS}/${here} /root/newer && sed -i 's/"version": "${here}"/"version": "${newer}"/' /root/newer/package.json`,
  ]);
  const fixed = await typed(context, '/root/newer/node /root/newer/bin/otto-install fix own-copy-outdated');
  check.equal(`the exit code of fix: ${fixed.stdout.slice(-1500)}${fixed.stderr}`, fixed.exitCode, 0);
  check.equal('the versions that are kept', await versionsHere(context), [here, newer]);
  check.equal(
    'what the command starts',
    (await typed(context, 'otto-install --version')).stdout,
    `${newer}\n`,
  );
  const older = await typed(context, `sh ${file} check`);
  check.matches('what the older one says', older.stdout, /own-copy-newer-here/);
  check.equal('the versions afterwards', await versionsHere(context), [here, newer]);
}
