import { join } from 'node:path';
import type { Laptop } from '../machine/laptop.ts';
import { pause, until } from '../machine/shell.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH, freshScript } from '../script/fresh.ts';
import { play } from '../script/play.ts';
import type { Script, Stop } from '../script/script.ts';
import { checkHealthy, person, runWizard, WIZARD } from '../script/wizard.ts';
import { Terminal } from '../terminal.ts';

/** The installation's screen while something is at work. */
const atWork = (name: string, shows: RegExp): Stop => ({ name, shows: [shows], deeds: [{ record: name }] });

/** What is still asked after the plan, as far as that something is at work. */
const asFarAs = (last: Stop): Script => ({ ...freshScript, first: [], last });

const APT = atWork('apt', /[◐◓◑◒] (Packages|Docker, nginx\S*) +.*Install /);
const PULL = atWork('pull', /[◐◓◑◒] Open WebUI image +.*Fetch/);
const PIP = atWork('pip', /Install Hermes and what it needs/);
const CERTIFICATE = atWork('certificate', /[◐◓◑◒] Certificate +.*Get a certificate/);

/** ssh is cut in every way at every long step: the run goes on, and the next session shows it from its beginning. */
export const scenario: Scenario = {
  name: 'detached',
  title:
    'ssh is cut during apt, pull, pip, certificate, update and restore: the run goes on, the next session shows it',
  releases: ['bookworm', 'trixie'],
  minutes: 30,
  async run(context) {
    const { droplet, step, check, log, internet } = context;
    const laptop = await droplet.laptop();
    const errand = person(context);
    const session = (words: string, name: string, from?: Laptop) =>
      new Terminal(droplet.sshArgv(['-tt'], [words], from?.namespace), {
        keepIn: join(context.artefacts, name),
      });
    const go = (terminal: Terminal, script: Script) =>
      play(terminal, script, { run: errand, keep: (name) => terminal.keep(name), patienceMs: 120_000 });

    await step('apt: the client is killed', async () => {
      const wizard = session(WIZARD, '1 apt');
      await go(wizard, { ...freshScript, last: APT });
      await wizard.hangup();
      await goesOn(context);
    });
    await step('pull: the second session shows it from its beginning; its client is killed', async () => {
      const wizard = session(WIZARD, '2 pull');
      const screen = await wizard.waitFor(/Installing.*This machine/s, 60_000);
      check.doesNotMatch('who decides', screen, /decides/);
      await go(wizard, asFarAs(PULL));
      await wizard.hangup();
      await goesOn(context);
    });
    const silent = session(WIZARD, '3 pip', laptop);
    await step('pip: the network of the third session falls silent', async () => {
      await go(silent, asFarAs(PIP));
      await laptop.silence();
      await pause(3_000);
      check.that('its ssh has heard nothing of it', !silent.isOver);
      await goesOn(context);
    });
    await step(
      'certificate: the fourth session takes over from the silent one; its client is killed',
      async () => {
        const wizard = session(`${WIZARD} attach`, '4 certificate');
        await wizard.waitFor(/decides, you watch\. Ctrl-T/, 60_000);
        await wizard.keep('who decides');
        wizard.type('\u0014');
        await wizard.waitFor(/you decide here/);
        await go(wizard, asFarAs(CERTIFICATE));
        await wizard.hangup();
      },
    );
    await step('it ends with nobody there, and the next start says so', async () => {
      await silent.hangup();
      await laptop.restore();
      await ends(context, 'installation');
      const wizard = session(WIZARD, '5 home');
      const screen = await wizard.waitFor(/The run that went on without a window has ended/, 60_000);
      check.matches('how it ended', screen, /Otto is ready/);
      await wizard.keep('home');
      await wizard.press('ctrl-c', 'enter');
      await wizard.close();
      const logs = await check.command(['sh', '-c', 'ls /var/log/otto-install/*-install.log | wc -l']);
      check.equal('how many runs installed', logs.trim(), '1');
    });
    await step('check finds it healthy', () => checkHealthy(context));
    await step('update: the client is killed; the next session shows it to its end', async () => {
      await internet.images.point('open-webui/open-webui', 'main', 'v0.12.4-rebuilt');
      const lines = session(`${WIZARD} update open-webui --plain`, '6 update');
      await lines.waitFor(/Do it\? Type yes or no\./, 180_000);
      lines.type('yes\r');
      await lines.waitFor(/Start Open WebUI/, 180_000);
      await lines.hangup();
      await goesOn(context);
      await attachedToItsEnd(context, session(`${WIZARD} attach --plain`, '7 update'), /Update Open WebUI/);
    });
    await step('restore: the network falls silent; the next session shows it to its end', async () => {
      const { exitCode } = await runWizard(context, 'backup --yes');
      check.equal('the exit code of the backup', exitCode, 0);
      const archive = await check.command([
        'sh',
        '-c',
        'ls -t /var/backups/otto-install/otto-*.tar.gz | head -n 1',
      ]);
      const lines = session(`${WIZARD} restore --from ${archive.trim()} --plain`, '8 restore', laptop);
      await lines.waitFor(/first back up what is here now\?.*Which number/s, 120_000);
      lines.type('2\r');
      await lines.waitFor(/Do it\? Type yes or no\./, 120_000);
      lines.type('yes\r');
      await lines.waitFor(/Unpack the backup|Stop Open WebUI/, 120_000);
      await laptop.silence();
      await goesOn(context);
      await attachedToItsEnd(context, session(`${WIZARD} attach --plain`, '9 restore'), /Restore/);
      await lines.hangup();
    });
    await step('check finds it healthy', () => checkHealthy(context));
    await step('detached on purpose: --detach says how to follow', async () => {
      const { exitCode, stdout, stderr } = await runWizard(context, 'restart --part hermes --yes --detach');
      check.equal(`the exit code of ${stdout}${stderr}`, exitCode, 0);
      check.matches('what is said', stdout, /otto-install attach/);
      await ends(context, 'restart');
      const seen = await runWizard(context, 'attach');
      check.equal(`the exit code of ${seen.stdout}${seen.stderr}`, seen.exitCode, 0);
      check.matches('how it ended', seen.stdout, /Restart.*\(/s);
    });
    log(`nothing of it was asked twice on ${FRESH.domain}`);
  },
};

/** Whether its process is there a moment after the session went. */
async function goesOn({ droplet, check }: ScenarioContext): Promise<void> {
  await pause(3_000);
  const { stdout } = await droplet.exec(['systemctl', 'is-active', 'otto-install-run.service']);
  check.equal('the run, after its session went', stdout.trim(), 'active');
}

/** Waits for the end of a run that nobody watches. */
async function ends({ droplet }: ScenarioContext, what: string): Promise<void> {
  await until(`the ${what} to end by itself`, 300_000, async () => {
    const { stdout } = await droplet.exec(['systemctl', 'is-active', 'otto-install-run.service']);
    return stdout.trim() === 'active' ? undefined : true;
  });
}

/** Watches in lines from the beginning to the good end. */
async function attachedToItsEnd({ check }: ScenarioContext, lines: Terminal, begins: RegExp): Promise<void> {
  const exitCode = await lines.ended;
  const told = lines.history();
  await lines.keep('told');
  check.equal(`the exit code of ${told}`, exitCode, 0);
  check.matches('what is told', told, begins);
}
