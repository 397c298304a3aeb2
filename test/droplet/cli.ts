import { constants } from 'node:os';
import { Command, Option } from 'commander';
import { execa } from 'execa';
import { artefactNames, buildAll } from './artefacts/index.ts';
import { trySurroundings } from './hostile/inner-loop.ts';
import { forgetState, states } from './machine/disk.ts';
import { createDroplet, type DropletOptions, openDroplet } from './machine/droplet.ts';
import { isAlive } from './machine/processes.ts';
import { dropletNames, type Kind, readRecord } from './machine/record.ts';
import { type Flavour, flavours, releaseOf, type Suite, suites } from './machine/release.ts';
import { removeDroplet, sweep } from './machine/remove.ts';
import { must } from './machine/shell.ts';
import { tryParts } from './operate/inner-loop.ts';
import { prune } from './prune.ts';
import { tryFaults } from './runner/faults/inner-loop.ts';
import { parsePart } from './runner/faults/select.ts';
import { findScenarios } from './runner/find.ts';
import { runScenarios } from './runner/run.ts';
import { type FaultsWanted, needsOf } from './runner/scenario.ts';

const program = new Command('droplet')
  .usage('<command> …   (npm run droplet -- <command> …)')
  .description('A real droplet on this machine: systemd, sshd, Docker, UFW, and a small internet of its own.')
  .showHelpAfterError('(--help lists the commands)');

/** Which releases a command is for: `releaseOf` reads the two options. */
const release = (what: string) => new Option('--release <release>', what).choices(suites);
const like = () =>
  new Option('--like <system>', "forky with another system's surroundings (noble: Ubuntu 24.04)").choices(
    Object.keys(flavours),
  );
const kind = () =>
  new Option(
    '--kind <kind>',
    "empty: as at its first login; bare: with nodejs and npm; prepared: the runbook's prerequisites are installed",
  )
    .choices(['empty', 'bare', 'prepared'])
    .default('bare');

interface ReleaseOptions {
  readonly release?: Suite;
  readonly like?: Flavour;
}

interface UpOptions extends ReleaseOptions {
  readonly kind: Kind;
  readonly internet: boolean;
}

program
  .command('up')
  .argument('[name]', 'its name', 'otto')
  .description('make and boot a droplet; it stays until `down`')
  .addOption(release('which Debian; bookworm when absent'))
  .addOption(like())
  .addOption(kind())
  .option('--no-internet', 'without DNS, GitHub, the registry and all that')
  .action(async (name: string, options: UpOptions) => {
    const { kind, internet } = options;
    await bringUp({ name, release: releaseOf(options) ?? 'bookworm', kind, internet });
  });

program
  .command('build')
  .argument('[artefacts...]', `of: ${artefactNames.join(', ')}; all when none is named`)
  .description('build now what would be built on first use')
  .action(async (names: string[]) => buildAll(names.length === 0 ? undefined : names));

program
  .command('prune')
  .description('remove from the cache what this tree does not use; saved states stay')
  .action(prune);

program
  .command('restore')
  .argument('<state>')
  .argument('[name]', 'the name of the new droplet', 'otto')
  .description('make and boot a droplet from a saved state')
  .option('--no-internet', 'without DNS, GitHub, the registry and all that')
  .action(async (stateName: string, name: string, { internet }: UpOptions) => {
    const state = (await states()).find((candidate) => candidate.name === stateName);
    if (state === undefined)
      throw new Error(`there is no saved state '${stateName}'; see: npm run droplet -- states`);
    await bringUp({ name, release: state.release, kind: state.kind, internet, from: stateName });
  });

async function bringUp(options: DropletOptions): Promise<void> {
  const { name } = options;
  const startedAt = Date.now();
  await unlessInterrupted(name, createDroplet(options));
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${name} is up after ${seconds} s: npm run droplet -- ssh ${name}\n`);
}

program
  .command('ssh')
  .argument('[name]', 'which droplet', 'otto')
  .argument('[command...]', 'what to run there; a login without it')
  .description('log in as root over ssh, from the internet’s side')
  .action(async (name: string, command: string[]) => {
    const droplet = await openDroplet(name);
    process.exitCode = await attach(droplet.sshArgv(command.length === 0 ? ['-tt'] : [], command));
  });

program
  .command('exec')
  .argument('<name>')
  .argument('<command...>')
  .description('run a command inside as root, not over the network (exec NAME -- COMMAND …)')
  .action(async (name: string, command: string[]) => {
    const droplet = await openDroplet(name);
    process.exitCode = await attach([...(await droplet.enter()), ...command]);
  });

program
  .command('copy')
  .argument('<name>')
  .argument('<file>', 'a file of this machine')
  .argument('<path>', 'where to put it in the droplet')
  .description('put a file into a droplet')
  .action(async (name: string, file: string, path: string) => (await openDroplet(name)).copyIn(file, path));

program
  .command('save')
  .argument('<name>')
  .argument('<state>')
  .description('keep its disk as a state that droplets can start from (shuts it down and boots it again)')
  .action(async (name: string, state: string) => {
    await (await openDroplet(name)).save(state);
  });

program
  .command('off')
  .argument('<name>')
  .option('--cut', 'cut its power instead of shutting it down')
  .description('shut it down; its disk stays')
  .action(async (name: string, options: { cut?: boolean }) => {
    const droplet = await openDroplet(name);
    await (options.cut ? droplet.kill() : droplet.powerOff());
  });

program
  .command('on')
  .argument('<name>')
  .description('boot a droplet that is off')
  .action(async (name: string) => (await openDroplet(name)).boot());

program
  .command('down')
  .argument('[names...]', 'which droplets', ['otto'])
  .option('--all', 'every droplet of this machine')
  .description('end droplets and remove all that belongs to them')
  .action(async (names: string[], options: { all?: boolean }) => {
    const there = await dropletNames();
    const wanted = options.all ? there : names;
    for (const name of wanted) {
      if (!there.includes(name)) process.stderr.write(`there is no droplet '${name}'\n`);
    }
    await Promise.all(wanted.map(removeDroplet));
    await sweep();
  });

program
  .command('test')
  .argument('[scenarios...]', 'which scenarios; all when none is named')
  .description('run scenarios, each on a droplet of its own; exit code 1 when one fails')
  .addOption(release('only on this release; bookworm and trixie when absent'))
  .addOption(like())
  .option('--keep', 'leave the droplet of a failed scenario up')
  .option('--have <scenario=state...>', 'take a saved state for the end of a scenario instead of running it')
  .option(
    '--only <faults>',
    "fault, operate, beside, detached: only these, with commas between; 'hermes-*' for many",
  )
  .option('--part <n/m>', 'fault: one part of it, chosen by the seed')
  .option(
    '--sample <number>',
    'fault, beside, detached, and operate on each Otto: so many, chosen by the seed',
  )
  .option('--seed <seed>', 'what chooses where something is drawn; the commit when absent')
  .option('--combinations <number>', 'combined: how many', '10')
  .action(async (names: string[], options: TestOptions) => {
    const { keep = false, have = [] } = options;
    const passed = await runScenarios({
      names,
      keepFailed: keep,
      have: new Map(have.map((pair) => pair.split('=', 2) as [string, string])),
      faults: await faultsWanted(options),
      release: releaseOf(options),
    });
    process.exitCode = passed ? 0 : 1;
  });

interface TestOptions extends ReleaseOptions {
  readonly keep?: boolean;
  readonly have?: readonly string[];
  readonly only?: string;
  readonly part?: string;
  readonly sample?: string;
  readonly seed?: string;
  readonly combinations: string;
}

async function faultsWanted({ only, part, sample, seed, combinations }: TestOptions): Promise<FaultsWanted> {
  return {
    ...(only === undefined ? {} : { only: only.split(',') }),
    ...(part === undefined ? {} : { part: parsePart(part) }),
    ...(sample === undefined ? {} : { sample: Number(sample) }),
    seed: seed ?? (await must(['git', 'rev-parse', '--short', 'HEAD'])).trim(),
    combinations: Number(combinations),
    lanes: Number(process.env.OTTO_FAULT_LANES ?? 2),
  };
}

program
  .command('fault')
  .argument('<name>', 'a droplet that is up and healthy, with otto-install in its PATH')
  .argument('<faults...>', "which faults; 'hermes-*' for many")
  .description('break a droplet and have the wizard find and fix it; stops at the first fault that fails')
  .action(async (name: string, faults: string[]) => {
    process.exitCode = (await tryFaults(name, faults)) ? 0 : 1;
  });

program
  .command('surround')
  .argument('<name>', 'a droplet that is up and healthy, with otto-install in its PATH')
  .argument('<surroundings...>', "which; 'disk-*' for many")
  .description(
    'work in hostile surroundings (scenario hostile) on a running, healthy droplet; patterns with *',
  )
  .action(async (name: string, surroundings: readonly string[]) => {
    process.exitCode = (await trySurroundings(name, surroundings)) ? 0 : 1;
  });

program
  .command('operate')
  .argument('<name>', 'a droplet that is up and healthy, with otto-install in its PATH')
  .argument('<flows...>', "which flows; 'rotate-key' for all of its twins, 'update-*' for several")
  .description('go through flows of Maintenance on a droplet; stops at the first that fails')
  .action(async (name: string, flows: string[]) => {
    process.exitCode = (await tryParts(name, flows)) ? 0 : 1;
  });

program
  .command('scenarios')
  .description('the scenarios that there are')
  .action(async () => {
    for (const { name, title, ...scenario } of await findScenarios()) {
      const needs = needsOf(scenario).map((need) => `'${need}'`);
      process.stdout.write(
        `${name.padEnd(14)} ${title}${needs.length === 0 ? '' : ` (starts where ${needs.join(' and ')} ends)`}\n`,
      );
    }
  });

program
  .command('list')
  .description('the droplets that there are')
  .action(async () => {
    for (const name of await dropletNames()) {
      const record = await readRecord(name);
      if (record === undefined) continue;
      const running = isAlive(record.machine?.nspawn) ? 'running' : 'off';
      const internet = isAlive(record.internet) ? 'internet' : 'no internet';
      process.stdout.write(
        `${name.padEnd(20)} ${running.padEnd(8)} ${record.release.padEnd(11)} ${record.kind.padEnd(9)} ${internet.padEnd(12)} since ${record.createdAt}\n`,
      );
    }
  });

program
  .command('states')
  .description('the saved states that there are')
  .action(async () => {
    for (const state of await states()) {
      process.stdout.write(
        `${state.name.padEnd(30)} ${state.release.padEnd(11)} ${state.kind.padEnd(9)} ${state.savedAt}\n`,
      );
    }
  });

program
  .command('forget')
  .argument('<states...>')
  .description('delete saved states')
  .action(async (names: string[]) => {
    for (const name of names) await forgetState(name);
  });

/** Runs a command on this terminal and returns its exit code; 128 + n when a signal ended it. */
async function attach(argv: readonly string[]): Promise<number> {
  const [file = '', ...args] = argv;
  // Ctrl-C is for what runs inside; we wait for it.
  process.on('SIGINT', () => undefined);
  const { exitCode, signal, shortMessage } = await execa(file, args, { stdio: 'inherit', reject: false });
  if (exitCode === undefined && signal === undefined) throw new Error(shortMessage);
  return exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]);
}

/** Waits for a droplet that is being made. When a signal comes first, removes it and ends this process. */
async function unlessInterrupted(name: string, up: Promise<unknown>): Promise<void> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => resolve('interrupted'));
  });
  // Once interrupted, `up` fails because what it needs is taken away: that is no news.
  const outcome = await Promise.race([up, interrupted]);
  if (outcome !== 'interrupted') return;
  process.stderr.write(`interrupted: removing the droplet '${name}'\n`);
  const ours = (await readRecord(name))?.owner?.pid === process.pid;
  if (ours) {
    await removeDroplet(name);
    await up.catch(() => undefined);
  }
  process.exit(130);
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
