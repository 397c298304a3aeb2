import { join } from 'node:path';
import { installWizard } from '../runner/faults/wizard.ts';
import type { Scenario, ScenarioContext } from '../runner/scenario.ts';
import { FRESH } from '../script/fresh.ts';
import { checkHealthy, untilStarted } from '../script/wizard.ts';
import type { Terminal } from '../terminal.ts';

const HOME = 'otto-install';
/** The whole look on a healthy droplet takes two seconds, and is to take less than three; here the machine may be at work elsewhere. */
const LOOK_S = 4;
/** How often it is looked for the figure: the machine that runs this has other things to do as well. */
const LOOKS = 5;
const PATIENCE = 90_000;
const MOST_TRIES = 12;

const LOOKED = /looked at \d\d:\d\d:\d\d in ([\d.]+) s/;
const ALL_HEALTHY = /● (\d+) checks healthy/;

/** Somebody in front of a terminal finds out what is wrong and fixes it by keys. */
export const scenario: Scenario = {
  name: 'repair',
  title:
    'the home screen: healthy at a glance, two faults fixed by keys, stopped in the middle, in lines, in 40x15',
  needs: 'unattended',
  releases: ['bookworm', 'trixie', 'forky'],
  minutes: 15,
  async run(context) {
    const { droplet, packagePath, step, terminal, check, artefacts } = context;
    const open = (name: string, words = HOME) => terminal(words, { keepIn: join(artefacts, name) });
    await step('its services are up again', async () => {
      await untilStarted(context, FRESH.domain);
      await installWizard(droplet, packagePath);
    });
    const seconds = await step('a healthy droplet', () => lookAtHealthy(context, open('healthy')));
    await step('two faults at once', async () => {
      await breakNginx(context);
      await breakFirewall(context);
      await fixTwo(context, open('two faults'));
      await checkHealthy(context);
    });
    await step('left with a fault', async () => {
      await breakNginx(context);
      const wizard = open('left');
      await untilSeen(wizard, /▸ ✗ nginx site +nginx is[^\n]*\n +[▲○]/);
      wizard.type('xyz0');
      await wizard.waitFor(LOOKED);
      wizard.type('q');
      check.equal('the exit code with a fault left', await wizard.ended, 1);
      check.matches('what stays in the terminal', wizard.history(), /one fault,\s+looked\s+at/);
    });
    await step('the same in lines', () => fixInLines(context, open('lines', `${HOME} --plain`)));
    await step('stopped in the middle of a fix', () => stopInTheMiddle(context, open('stopped')));
    await step('check finds it healthy', () => checkHealthy(context));
    const quickest = Math.min(...seconds);
    check.that(
      `the quickest of ${LOOKS} looks at everything took less than ${LOOK_S} s`,
      quickest < LOOK_S,
      quickest,
    );
  },
};

const breakNginx = ({ droplet }: ScenarioContext) => droplet.must(['systemctl', 'stop', 'nginx']);

const breakFirewall = ({ droplet }: ScenarioContext) =>
  droplet.must([
    'ufw',
    'delete',
    'allow',
    'in',
    'on',
    'docker0',
    'to',
    'any',
    'port',
    '8642',
    'proto',
    'tcp',
  ]);

async function lookAgain(wizard: Terminal): Promise<void> {
  wizard.type('r');
  await wizard.waitFor(/looking again/);
}

/**
 * Looks again until a complete look shows this, and resolves to that screen. Just booted, or on a machine that has much
 * else to do, a part that is well may not have answered in time.
 */
async function untilSeen(wizard: Terminal, expected: RegExp): Promise<string> {
  for (let tries = 1; ; tries += 1) {
    const screen = await wizard.waitFor(LOOKED, PATIENCE);
    if (expected.test(screen)) {
      // Rows that have just moved take no Enter for a moment; a person does not press that fast either.
      await wizard.waitForQuiet(600, 5_000).catch(() => undefined);
      return screen;
    }
    if (tries === MOST_TRIES) throw new Error(`no ${expected} after ${tries} looks:\n${screen}`);
    await lookAgain(wizard);
  }
}

/** How long the looks at everything took, in seconds. */
async function lookAtHealthy({ check, log }: ScenarioContext, wizard: Terminal): Promise<number[]> {
  await untilSeen(wizard, ALL_HEALTHY);
  const seconds: number[] = [];
  for (let look = 0; look < LOOKS; look += 1) {
    await lookAgain(wizard);
    seconds.push(Number(LOOKED.exec(await untilSeen(wizard, ALL_HEALTHY))?.[1]));
  }
  await wizard.keep('healthy');
  log(`a look at everything took ${seconds.map((one) => `${one.toFixed(1)} s`).join(', ')}`);
  wizard.resize(40, 15);
  await wizard.waitFor(/nginx ●─WebUI ●─Hermes ●─Claude ●/);
  await wizard.keep('40x15');
  wizard.type('q');
  check.equal('the exit code', await wizard.ended, 0);
  check.matches('what stays in the terminal', wizard.history(), /everything is\s+healthy,\s+looked\s+at/);
  return seconds;
}

async function fixTwo({ check, log }: ScenarioContext, wizard: Terminal): Promise<void> {
  const found = await untilSeen(
    wizard,
    /▸ ✗ Firewall .*no rule that let[^\n]*\n +✗ nginx site +nginx is[^\n]*\n +[▲○]/,
  );
  await wizard.keep('found');
  check.matches('where the line is cut', found, /nginx ✗ [\s\S]*cut here/);
  check.matches('what merely follows', found, /○ Waiting for .*nginx site.*: /);
  check.matches('how many are safe', found, /Fix everything that is safe \(2\)/);
  await wizard.press('enter');
  const opened = await wizard.waitFor('docker0-rule-missing');
  check.matches('the command of the fix', opened, /ufw allow in on docker0 to any port 8642/);
  wizard.type('d');
  await wizard.waitFor('Let containers reach Hermes over docker0');
  await wizard.keep('details');
  await wizard.press('escape');
  await wizard.waitFor(/Enter do it/);
  await wizard.press('enter');
  const one = await wizard.waitFor(/Fixed: Allow docker0 to reach port 8642, in ([\d.]+) s/, PATIENCE);
  await wizard.keep('one fixed');
  check.matches('the other one is still there', one, /✗ nginx site +nginx is/);
  wizard.type('a');
  const preview = await wizard.waitFor(/y do it/);
  check.matches('what all safe ones would do', preview, /systemctl enable --now nginx/);
  wizard.type('y');
  const all = await wizard.waitFor(/Fixed: Start nginx, in ([\d.]+) s/, PATIENCE);
  await wizard.keep('all fixed');
  await untilSeen(wizard, ALL_HEALTHY);
  const took = [one, all].map((screen) => / in ([\d.]+ s)\./.exec(screen)?.[1]);
  log(`fixed by keys: the firewall in ${took[0]}, nginx in ${took[1]}`);
  wizard.type('q');
  check.equal('the exit code', await wizard.ended, 0);
}

async function fixInLines({ check }: ScenarioContext, wizard: Terminal): Promise<void> {
  await wizard.waitFor(/1\. ✗ nginx site: nginx is/, PATIENCE);
  wizard.type('99\r');
  await wizard.waitFor('not one of the choices');
  wizard.type('1\r');
  await wizard.waitFor(/1\. Start nginx \(recommended\)/);
  wizard.type('1\r');
  await wizard.waitFor(/Fixed: Start nginx/, PATIENCE);
  await wizard.waitFor(ALL_HEALTHY);
  wizard.type('q\r');
  check.equal('the exit code', await wizard.ended, 0);
}

/** Docker is down: its start is long enough for a Ctrl-C. */
async function stopInTheMiddle({ droplet, check }: ScenarioContext, wizard: Terminal): Promise<void> {
  await droplet.must(['systemctl', 'stop', 'docker.socket', 'docker.service'], { timeoutMs: 60_000 });
  const found = await untilSeen(wizard, /▸ ✗ Docker .*Docker[^\n]*\n +[▲○]/);
  await wizard.keep('docker is down');
  check.matches('what merely follows', found, /○ Waiting for Docker: /);
  check.matches('what works all the same', found, /Hermes ● ─── Claude ●/);
  wizard.type('a');
  await wizard.waitFor(/y do it/);
  wizard.type('y');
  await wizard.waitFor(/Fixing/);
  wizard.type('\u{3}');
  await wizard.waitFor(/stop fixing\?/i);
  wizard.type('\u{3}');
  const stopped = await wizard.waitFor(LOOKED, PATIENCE);
  await wizard.keep('stopped');
  check.matches('it says that it was stopped', stopped, /Stopped\. What was running/);
  if (/Fix everything that is safe/.test(stopped)) {
    wizard.type('a');
    await wizard.waitFor(/y do it/);
    wizard.type('y');
    await wizard.waitFor(/Fixed: /, 3 * PATIENCE);
  }
  await untilSeen(wizard, ALL_HEALTHY);
  wizard.type('q');
  check.equal('the exit code', await wizard.ended, 0);
}
