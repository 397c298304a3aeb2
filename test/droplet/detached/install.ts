import { until } from '../machine/shell.ts';
import type { ScenarioContext } from '../runner/scenario.ts';
import { FRESH, freshScript, REVIEW } from '../script/fresh.ts';
import { Gates, type Moment } from '../script/gates.ts';
import { play } from '../script/play.ts';
import type { Errand, Script, Stop } from '../script/script.ts';
import { leakedFiles } from '../script/secrets.ts';
import { person } from '../script/wizard.ts';
import type { Terminal } from '../terminal.ts';
import { type Cuts, endsAlone, UNIT } from './cuts.ts';
import { watchFirewall } from './firewall.ts';

/** Typed, and so nowhere but in the memory of the run until an account has it. */
export const TYPED = 'typed-horse-battery-9';

/** What the installation has to say about itself first, to whoever comes later. */
const BEGINS = /otto-install .*: installing or repairing[\s\S]*This machine/;

/** What nobody else can do. The firewall is answered by itself as soon as another session has logged in, if one does. */
const SIGN_INS: readonly Errand[] = ['approve-github-code', 'authorize-claude-link'];

const typedSecret = (name: string, question: RegExp): Stop => ({
  name,
  shows: [question, /Esc back/],
  deeds: [{ type: TYPED }, { see: /› •+/ }, { record: name }, { press: 'enter' }],
});

/** As on a fresh droplet, but the password of the first account is typed. */
const PASSWORD: readonly Stop[] = [
  {
    name: 'password of the first account',
    shows: [/Which password should it have\?/, /Esc back/],
    deeds: [{ press: 'down' }, { see: /▸ Type one/ }, { press: 'enter' }],
  },
  typedSecret('the password', /What is the password\?/),
  typedSecret('the password again', /The same password again\?/),
];

const typing: Script = {
  ...freshScript,
  first: freshScript.first.flatMap((stop) => (stop.name === PASSWORD[0]?.name ? PASSWORD : [stop])),
};

/** Attached to what is at work: nothing of what comes before it is asked. */
const attached: Script = { ...freshScript, first: [] };

/** The choice as the last run had it. */
const AGAIN: Stop = {
  name: 'password of the first account',
  shows: [/Which password should it have\?/, /▸ Type one/],
  deeds: [{ record: 'the password is asked again' }, { press: 'enter' }],
};

/** After the power was cut: what was typed and secret is asked again, and nothing else. */
const afterPowerCut: Script = {
  ...freshScript,
  first: [
    {
      name: 'first look',
      shows: [/The last run was cut off/, /Enter go on/],
      deeds: [{ record: 'first look' }, { press: 'enter' }],
    },
    AGAIN,
    ...PASSWORD.slice(1),
    REVIEW,
    { name: 'plan', shows: [/The plan/, /y do it/], deeds: [{ record: 'plan' }, { type: 'y' }] },
  ],
};

/**
 * An installation whose ssh is cut at the moments, in whichever order it comes to them; with the first of them the power is cut as
 * well. It ends with nobody there.
 */
export async function installCut(
  context: ScenarioContext,
  cuts: Cuts,
  moments: readonly Moment[],
): Promise<void> {
  const { internet, step } = context;
  const gates = new Gates(internet);
  await gates.close(moments);
  const errands = new Set<Errand>();
  const firewall = watchFirewall(context.droplet);
  /** It needs nobody any more. */
  const goesAlone = () => gates.allOpen && firewall.confirmed && SIGN_INS.every((one) => errands.has(one));
  const run = person(context);
  /** Plays until the run is held at a gate; to undefined when all are open, and it asks for nobody any more. */
  const go = async (terminal: Terminal, script: Script): Promise<Moment | undefined> => {
    await play(terminal, script, {
      run: (errand, screen) => {
        errands.add(errand);
        return run(errand, screen);
      },
      keep: (name) => terminal.keep(name),
      patienceMs: 120_000,
      enough: () => gates.reached !== undefined || goesAlone(),
    });
    return gates.reached;
  };
  try {
    let watching = cuts.session('', 'the first');
    let at = await step('a person begins', () => go(watching, typing));
    if (at !== undefined) {
      const held = at;
      await step(`${held.name}: what is typed is in memory alone; the power is cut`, () =>
        powerCut(context, cuts, watching),
      );
      await gates.open(held);
      await gates.close([held]);
      watching = cuts.session('', 'after the power cut');
      at = await step('what a power cut makes otto-install ask again', () => go(watching, afterPowerCut));
    }
    while (at !== undefined) {
      const held = at;
      watching = await step(`${held.name}: the client is killed; the network falls silent`, async () => {
        const silent = await cuts.bothWays(watching, held.name, BEGINS);
        await gates.open(held);
        return cuts.takesOver(silent, held.name);
      });
      at = await go(watching, attached);
    }
    await watching.hangup();
  } finally {
    firewall.end();
    await gates.end();
  }
  await step('it ends with nobody there, and the next start says so', () => endsUnseen(context, cuts));
}

/** Looks for the typed password wherever it must not be, then cuts the power. */
async function powerCut({ droplet, check }: ScenarioContext, cuts: Cuts, watching: Terminal): Promise<void> {
  const secrets = [{ name: 'the typed password', value: TYPED, hosts: [] }];
  check.equal('files that hold it', await leakedFiles(droplet, secrets), []);
  const anywhere = [
    'grep',
    '-rlaF',
    '--devices=skip',
    TYPED,
    '/etc',
    '/root',
    '/home',
    '/opt',
    '/run',
    '/var',
  ];
  check.equal('files that hold it, readable or not', (await droplet.exec(anywhere)).stdout, '');
  const unit = await droplet.must(['systemctl', 'show', UNIT]);
  check.doesNotMatch('what systemd tells of the unit', unit, new RegExp(TYPED));
  const environments = 'cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline 2>/dev/null | tr "\\0" "\\n"';
  const processes = await droplet.must(['sh', '-c', environments]);
  check.doesNotMatch('environments and command lines', processes, new RegExp(TYPED));
  check.matches('the unit', unit, /^RefuseManualStop=yes$/m);
  const restarted = await droplet.exec(['systemctl', 'restart', UNIT]);
  check.that('needrestart cannot restart it', restarted.exitCode !== 0, restarted.stderr);
  await droplet.kill();
  await watching.hangup();
  await droplet.boot();
  cuts.rows.push({ moment: 'the first', cut: 'power', seen: 'the typed secret alone is asked again' });
}

async function endsUnseen(context: ScenarioContext, cuts: Cuts): Promise<void> {
  const { check, droplet } = context;
  await endsAlone(context, 'installation');
  const kept = await until('how things stood to be kept', 30_000, async () =>
    (await droplet.exec(['test', '-s', '/var/lib/otto-install/healthy.json'])).exitCode === 0
      ? true
      : undefined,
  );
  check.that('how things stood is kept by the run itself', kept);
  const wizard = cuts.session('', 'home');
  const screen = await wizard.waitFor(/The run that went on without a window has ended/, 180_000);
  check.matches('how it ended', screen, /Otto\s+is\s+ready/);
  await wizard.keep('home');
  await wizard.press('ctrl-c', 'enter');
  await wizard.close();
  cuts.rows.push({ moment: 'the end', cut: 'nobody there', seen: 'ends healthy; the next start says so' });
  const accounts =
    "import sqlite3; print(*(r[0] for r in sqlite3.connect('file:/opt/cleo/open-webui/webui.db?mode=ro', uri=True).execute('select email from user')))";
  check.equal('accounts', (await droplet.must(['python3', '-c', accounts])).trim(), FRESH.adminEmail);
}
