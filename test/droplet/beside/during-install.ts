import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { ANSWERS } from '../attacker/answers.ts';
import { pause } from '../machine/shell.ts';
import type { AttendedPlace } from '../operate/place.ts';
import { chat, untilHealthy } from '../operate/truth.ts';
import { Gates, INSTALLING } from '../script/gates.ts';
import type { Terminal } from '../terminal.ts';
import { lastWords } from './attempt.ts';
import type { Rival } from './rival.ts';
import { apt, certbot, dockerRestart, nginx, secondWizard, upgrade, watchtower } from './rivals.ts';
import type { Row } from './row.ts';

const INSTALL = 'otto-install --yes --answers /root/answers.yaml --plain';

/** What begins while the installation is held at the gate of a moment; each waits for it, or it for them. */
const AT_GATES: Readonly<Record<string, readonly Rival[]>> = {
  apt: [secondWizard, apt],
  pull: [dockerRestart],
  pip: [upgrade],
  certificate: [certbot, nginx],
};

/** One installation from nothing with all of them in it: a row for each. Never throws. */
export async function duringInstall(place: AttendedPlace, folder: string): Promise<readonly Row[]> {
  const startedAt = Date.now();
  const gates = new Gates(place.internet);
  const came: { readonly rival: Rival; readonly what: string }[] = [];
  const act = async (rival: Rival) => void came.push({ rival, what: await rival.act(place) });
  let told = '';
  try {
    await place.droplet.write('/root/answers.yaml', stringify(ANSWERS), 0o600);
    await upgrade.prepare?.(place);
    await gates.close(INSTALLING);
    const terminal = place.open(INSTALL, { columns: 160, rows: 50 });
    await atEachGate(terminal, gates, act);
    await terminal.waitFor(() => terminal.isOver || STARTS.test(terminal.history()), 8 * 60_000);
    if (!terminal.isOver) await act(watchtower);
    const ended = await terminal.ended;
    told = terminal.history().trimEnd();
    const alone = await untilHealthy(place, 60).then(
      () => true,
      () => false,
    );
    if (!alone) {
      const { exitCode, stdout, stderr } = await place.run(INSTALL);
      place.check.equal(`the exit code of ${`${stdout}${stderr}`.slice(-1500)}`, exitCode, 0);
      await untilHealthy(place, 60);
    }
    await chat(place);
    for (const { rival } of came) await rival.survives?.(place);
    const seconds = (Date.now() - startedAt) / 1000;
    const all = {
      ours: 'install',
      seconds,
      ended,
      said: lastWords(told),
      runs: alone ? 1 : 2,
      lost: [],
    } as const;
    return came.map(({ rival, what }) => ({ ...all, rival: rival.name, came: what }));
  } catch (error) {
    const seconds = (Date.now() - startedAt) / 1000;
    const failure = error instanceof Error ? error.message : String(error);
    return [
      { ours: 'install', rival: `after ${came.map(({ rival }) => rival.name).join(', ')}`, seconds, failure },
    ];
  } finally {
    await gates.end();
    const shown = place.terminals.map(({ terminal }) => terminal.history().trimEnd());
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'install.txt'), `${[...shown].join('\n\n')}\n`);
    for (const { terminal } of place.terminals.splice(0)) await terminal.close();
  }
}

const STARTS = /: Start Open WebUI$/m;

async function atEachGate(
  terminal: Terminal,
  gates: Gates,
  act: (rival: Rival) => Promise<void>,
): Promise<void> {
  while (!gates.allOpen && !terminal.isOver) {
    const moment = gates.reached;
    if (moment === undefined) {
      await pause(300);
      continue;
    }
    const acting = (AT_GATES[moment.name] ?? []).map(act);
    // Whatever waits for us is waiting by then.
    await pause(3_000);
    await gates.open(moment);
    await Promise.all(acting);
  }
}
