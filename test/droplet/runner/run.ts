/** Runs scenarios one after the other, each on a droplet of its own, and reports. */
import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { control } from '../internet/control.ts';
import { Droplet } from '../machine/droplet.ts';
import { isAlive } from '../machine/processes.ts';
import { readRecord } from '../machine/record.ts';
import type { Release } from '../machine/release.ts';
import { pause } from '../machine/shell.ts';
import { Terminal } from '../terminal.ts';
import { createCheck } from './check.ts';
import { collect } from './collect.ts';
import { Droplets } from './droplets.ts';
import { findScenarios } from './find.ts';
import { packWizard } from './package.ts';
import { plan, type Turn } from './plan.ts';
import { inSeconds, type Result, report } from './report.ts';
import { type FaultsWanted, needsOf, type ScenarioContext } from './scenario.ts';

export interface RunnerOptions {
  readonly names: readonly string[];
  readonly release?: Release;
  /** Leave the droplet of a failed scenario up, for a look at it. */
  readonly keepFailed?: boolean;
  /** Saved states that stand for the ends of scenarios: scenario to state. */
  readonly have?: ReadonlyMap<string, string>;
  readonly faults: FaultsWanted;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));
const packagePath = '/root/otto-install.tgz';

/** What exists while the runner works, so that an interruption can take it away. */
interface Session {
  readonly artefacts: string;
  readonly droplets: Droplets;
  readonly faults: FaultsWanted;
  readonly tarball: string | undefined;
  interrupted: boolean;
}

/** Runs what was asked for and prints as it goes; returns whether all passed. */
export async function runScenarios(options: RunnerOptions): Promise<boolean> {
  const have = options.have ?? new Map<string, string>();
  const turns = plan(await findScenarios(), options.names, options.release, new Set(have.keys()));
  if (turns.length === 0) throw new Error('none of these scenarios runs on that release');
  const stamp = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
  const session: Session = {
    artefacts: join(root, 'artefacts', stamp),
    droplets: new Droplets(`t${process.pid}`, have),
    faults: options.faults,
    tarball: turns.some(({ scenario }) => scenario.usesPackage ?? true) ? await packWizard() : undefined,
    interrupted: false,
  };
  await mkdir(session.artefacts, { recursive: true });
  const results: Result[] = [];
  const work = async () => {
    for (const turn of turns) {
      if (!session.interrupted)
        results.push(await takeTurn(session, turn, results, options.keepFailed ?? false));
    }
  };
  await unlessInterrupted(session, work()).finally(() => cleanUp(session));
  say(`\nScreens and logs: ${session.artefacts}\n${report(results)}`);
  return results.every(({ failure }) => failure === undefined);
}

async function takeTurn(
  session: Session,
  turn: Turn,
  before: readonly Result[],
  keepFailed: boolean,
): Promise<Result> {
  const { scenario, release } = turn;
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  say(`\n${scenario.name} on ${release}: ${scenario.title}`);
  const needs = needsOf(scenario);
  const needed = before.find(
    (result) => needs.includes(result.name) && result.release === release && result.failure !== undefined,
  );
  if (needed?.failure !== undefined) {
    return {
      name: scenario.name,
      release,
      seconds: 0,
      failure: `it starts from '${needed.name}', which failed`,
    };
  }
  const name = session.droplets.newName();
  const artefacts = join(session.artefacts, release, scenario.name);
  await mkdir(artefacts, { recursive: true });
  const log = (text: string) => {
    // What fails because its droplet was taken away is no news.
    if (session.interrupted || workplace.over) return;
    say(`  ${text}`);
    appendFileSync(join(artefacts, 'scenario.log'), `${text}\n`);
  };
  let failed = true;
  const workplace: Workplace = { artefacts, log, terminals: [], more: [], over: false };
  try {
    const context = contextOf(session, turn, new Droplet(name), workplace);
    await context.step(
      needs[0] === undefined ? 'a fresh droplet' : `a droplet where '${needs[0]}' ended`,
      () => prepare(session, turn, name),
    );
    await inTime(scenario.run(context), scenario.minutes ?? 20);
    if (turn.keepsEnd) {
      await closeAll(workplace.terminals);
      await context.step('its end is kept for what starts from it', () =>
        session.droplets.keep(context.droplet, session.droplets.endOf(release, scenario.name)),
      );
    }
    failed = false;
    return { name: scenario.name, release, seconds: seconds() };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    if (!session.interrupted) log(`failed after ${seconds().toFixed(1)} s: ${failure}`);
    return { name: scenario.name, release, seconds: seconds(), failure };
  } finally {
    workplace.over = true;
    await closeAll(workplace.terminals);
    for (const droplet of workplace.more) await session.droplets.remove(droplet.name);
    await finish(session, name, artefacts, keepFailed && failed, log);
  }
}

async function prepare(session: Session, { scenario, release, kind }: Turn, name: string): Promise<void> {
  const [need] = needsOf(scenario);
  const from = need === undefined ? undefined : session.droplets.endOf(release, need);
  const droplet = await session.droplets.make(name, release, kind, from);
  if (session.tarball !== undefined) await droplet.copyIn(session.tarball, packagePath);
}

/** What a scenario leaves behind while it runs. */
interface Workplace {
  readonly artefacts: string;
  readonly log: (text: string) => void;
  readonly terminals: Terminal[];
  readonly more: Droplet[];
  /** It has ended. What it had begun side by side, and did not await, gets no more droplets and says nothing more. */
  over: boolean;
}

function contextOf(
  { droplets, faults, tarball }: Session,
  { release, kind }: Turn,
  droplet: Droplet,
  workplace: Workplace,
): ScenarioContext {
  const { artefacts, log, terminals, more } = workplace;
  return {
    droplet,
    release,
    internet: control(droplet.places.runDir),
    artefacts,
    packagePath,
    faults,
    log,
    async another(from) {
      if (workplace.over) throw new Error('the scenario has ended');
      const name = droplets.newName();
      const made =
        'kind' in from
          ? await droplets.make(name, release, from.kind)
          : await droplets.make(
              name,
              release,
              kind,
              droplets.endOf(release, 'kept' in from ? from.kept : from.endOf),
            );
      more.push(made);
      if (workplace.over) {
        await this.dismiss(made);
        throw new Error('the scenario has ended');
      }
      if (tarball !== undefined) await made.copyIn(tarball, packagePath);
      return made;
    },
    async keep(kept, state) {
      await droplets.keep(kept, droplets.endOf(release, state));
      await this.dismiss(kept);
    },
    async dismiss({ name }) {
      await droplets.remove(name);
      const index = more.findIndex((one) => one.name === name);
      if (index >= 0) more.splice(index, 1);
    },
    async step(name, work) {
      const startedAt = Date.now();
      const result = await work();
      log(`${inSeconds((Date.now() - startedAt) / 1000)}  ${name}`);
      return result;
    },
    terminal(command, options = {}) {
      const argv = droplet.sshArgv(['-tt'], command === undefined ? [] : [command]);
      const terminal = new Terminal(argv, { keepIn: artefacts, ...options });
      terminals.push(terminal);
      return terminal;
    },
    check: createCheck(droplet),
  };
}

/** Keeps what a reader needs to understand the outcome, then takes the droplet away. */
async function finish(
  session: Session,
  name: string,
  artefacts: string,
  stays: boolean,
  log: (text: string) => void,
): Promise<void> {
  const record = await readRecord(name);
  if (record !== undefined) await collect(new Droplet(name), artefacts);
  if (stays && isAlive(record?.machine?.nspawn)) {
    await session.droplets.letStay(name);
    log(`the droplet is left up: npm run droplet -- ssh ${name}`);
  } else {
    await session.droplets.remove(name);
  }
}

async function inTime(work: Promise<void>, minutes: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it was not done after ${minutes} minutes`)), minutes * 60_000);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function closeAll(terminals: Terminal[]): Promise<void> {
  await Promise.all(terminals.splice(0).map((terminal) => terminal.close()));
}

async function cleanUp(session: Session): Promise<void> {
  await session.droplets.removeAll();
  await session.droplets.forgetStates();
}

/** Waits for the work. When a signal comes first, takes its droplets away, lets it fail, and ends this process. */
async function unlessInterrupted(session: Session, work: Promise<void>): Promise<void> {
  const interrupted = new Promise<NodeJS.Signals>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve);
  });
  const signal = await Promise.race([work, interrupted]);
  if (signal === undefined) return;
  session.interrupted = true;
  session.droplets.end();
  process.stderr.write(`\n${signal}: removing the droplets of this run\n`);
  let settled = false;
  void work
    .catch(() => undefined)
    .then(() => {
      settled = true;
    });
  // Again and again for a moment: the work may be about to make what was not there yet.
  for (let round = 0; round < 10 && !settled; round += 1) {
    await session.droplets.removeAll();
    await pause(200);
  }
  await cleanUp(session).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  });
  process.exit(signal === 'SIGINT' ? 130 : 143);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
