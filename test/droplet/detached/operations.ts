import type { ScenarioContext } from '../runner/scenario.ts';
import { runWizard } from '../script/wizard.ts';
import type { Terminal } from '../terminal.ts';
import { type Cuts, endsAlone, stateOf } from './cuts.ts';

/** The image was fetched before the question; from here on Docker is needed for each step. */
const AT_UPDATE = /Open WebUI: (?:Keep Open WebUI from starting|Stop Open WebUI)/;

/** A daemon that does not answer holds what needs it; it goes on where it was. */
const docker = ({ droplet }: ScenarioContext, signal: 'STOP' | 'CONT') =>
  droplet.must(['systemctl', 'kill', '-s', signal, 'docker']);

/** An update is stopped by a second viewer who takes over; the next one is cut in both ways and goes on. */
export async function updateCut(context: ScenarioContext, cuts: Cuts): Promise<void> {
  const { check, internet, step } = context;
  await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-rebuilt');
  await step('update: one decides, one watches and leaves, and takes over and stops', async () => {
    const first = await begin(cuts, 'update open-webui --plain', 'update, stopped');
    await first.waitFor(AT_UPDATE, 180_000);
    await docker(context, 'STOP');
    const second = cuts.session('attach', 'update, watches');
    await second.waitFor(/decides, you watch\. Ctrl-T/, 180_000);
    await second.press('ctrl-c');
    await second.waitFor(/▸ Leave it running/, 60_000);
    await second.keep('leaves');
    await second.press('enter');
    check.equal('the exit code of who leaves', await second.ended, 0);
    check.matches('what is said to who leaves', second.history(), /otto-install attach/);
    check.equal('the run', await stateOf(context), 'active');
    cuts.rows.push({ moment: 'update', cut: 'one of two leaves', seen: 'goes on' });
    const third = cuts.session('attach', 'update, takes over and stops');
    await third.waitFor(/decides, you watch\. Ctrl-T/, 180_000);
    third.type('\u0014');
    await third.waitFor(/you decide here/, 60_000);
    await third.press('ctrl-c');
    await third.waitFor(/Leave, or stop and roll back\?/, 60_000);
    await third.keep('leave or stop');
    // The new Open WebUI takes its time to start: it is still at work.
    await docker(context, 'CONT');
    await third.press('ctrl-c');
    check.that('the exit code of who stops', (await third.ended) !== 0);
    check.that('the exit code of who watched it being stopped', (await first.ended) !== 0);
    check.that('the run is gone', (await stateOf(context)) !== 'active');
    cuts.rows.push({ moment: 'update', cut: 'stopped by the one who took over', seen: 'rolled back' });
  });
  const last = await step('update: the client is killed; the network falls silent', async () => {
    const lines = await begin(cuts, 'update open-webui --plain', 'update');
    await lines.waitFor(AT_UPDATE, 180_000);
    await docker(context, 'STOP');
    const silent = await cuts.bothWays(lines, 'update', /otto-install .*: Update Open WebUI/);
    await docker(context, 'CONT');
    return cuts.takesOver(silent, 'update');
  });
  await step('the last session shows the update to its end', () => shownToItsEnd(context, last));
}

/** A restore is held by a daemon of Docker's that does not answer. */
export async function restoreCut(context: ScenarioContext, cuts: Cuts): Promise<void> {
  const { check, droplet, step } = context;
  const { exitCode } = await runWizard(context, 'backup --yes');
  check.equal('the exit code of the backup', exitCode, 0);
  const archive = (
    await droplet.must(['sh', '-c', 'ls -t /var/backups/otto-install/otto-*.tar.gz | head -n 1'])
  ).trim();
  const last = await step('restore: the client is killed; the network falls silent', async () => {
    // One account and no chat: there is nothing of which a backup would be offered first.
    const lines = await begin(cuts, `restore --from ${archive} --plain`, 'restore');
    await lines.waitFor(/Unpack the backup/, 120_000);
    await docker(context, 'STOP');
    try {
      const silent = await cuts.bothWays(lines, 'restore', /otto-install .*: Restore/);
      await docker(context, 'CONT');
      return await cuts.takesOver(silent, 'restore');
    } finally {
      await docker(context, 'CONT');
    }
  });
  await step('the last session shows the restore to its end', () => shownToItsEnd(context, last));
}

/** Begun in a terminal, in lines, and agreed to. */
async function begin(cuts: Cuts, words: string, name: string): Promise<Terminal> {
  const lines = cuts.session(words, name);
  await lines.waitFor(/Do it\? Type yes or no\./, 180_000);
  lines.type('yes\r');
  return lines;
}

async function shownToItsEnd({ check }: ScenarioContext, terminal: Terminal): Promise<void> {
  const exitCode = await terminal.ended;
  await terminal.keep('the end');
  check.equal(`the exit code of ${terminal.history()}`, exitCode, 0);
}

/** `--detach`: says how to follow, and how it ended is told afterwards, once. */
export async function onPurpose(context: ScenarioContext): Promise<void> {
  const { check } = context;
  const { exitCode, stdout, stderr } = await runWizard(context, 'restart --part hermes --yes --detach');
  check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
  check.matches('what is said', stdout, /otto-install attach/);
  await endsAlone(context, 'restart');
  const seen = await runWizard(context, 'attach');
  check.equal(`the exit code of ${seen.stdout}${seen.stderr}`, seen.exitCode, 0);
  check.matches('how it ended', seen.stdout, /Restart.*\(/s);
}
