import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baseRootfs } from '../base/base.ts';
import { buildArtefacts } from '../internet/build.ts';
import { bootMachine } from './boot.ts';
import { cgroupsOf, makeCgroups } from './cgroups.ts';
import { makeDisk, readState, type SavedState, saveDisk } from './disk.ts';
import { type DropletFile, ownFiles, writeArchive } from './files.ts';
import { internetFiles, startInternetKeeper } from './internet.ts';
import { type Laptop, makeLaptop } from './laptop.ts';
import { makeInternetNamespace } from './network.ts';
import { dropletAddress, type Places, placesOf } from './paths.ts';
import { end, identify, isAlive, type ProcessId } from './processes.ts';
import { claim, type DropletRecord, type Kind, readRecord, writeRecord } from './record.ts';
import type { Release } from './release.ts';
import { removeDroplet, sweep } from './remove.ts';
import { must, type Outcome, type RunOptions, run, until } from './shell.ts';

export interface DropletOptions {
  readonly name: string;
  readonly release: Release;
  readonly kind: Kind;
  /** The name of a saved state to start from; its release and kind must be those asked for. */
  readonly from?: string;
  /** Whether the small internet is started in the droplet's other namespace; true when absent. */
  readonly internet?: boolean;
  /** Ends with this process at the latest, also when it is killed (the next start of a droplet removes it). */
  readonly owned?: boolean;
}

export interface ExecOptions extends Pick<RunOptions, 'input' | 'timeoutMs'> {
  /** Added to HOME, PATH and LANG; nothing else of the caller's environment gets in. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Makes a droplet, boots it and returns it when its sshd lets us in and its systemd is done with starting.
 * Leftovers of crashed runs are removed first. Whatever was made is removed again when this throws.
 */
export async function createDroplet(options: DropletOptions): Promise<Droplet> {
  await sweep();
  const { name, release, kind } = options;
  const places = placesOf(name);
  const self = identify(process.pid) ?? null;
  const from = options.from === undefined ? undefined : await stateFor(options.from, release, kind);
  // Here and not in the internet's own process: its progress is seen, and Ctrl-C ends it.
  if (options.internet ?? true) await buildArtefacts(release);
  const cgroups = cgroupsOf(name);
  const layers = from?.layers ?? [await baseRootfs(release, kind)];
  await claim({
    name,
    release,
    kind,
    layers,
    cgroups,
    createdAt: new Date().toISOString(),
    owner: self,
    machine: null,
    internet: null,
  });
  const droplet = new Droplet(name);
  try {
    await makeDisk(name, from);
    await makeCgroups(cgroups);
    await must([
      'ssh-keygen',
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      `otto-${name}`,
      '-f',
      join(places.runDir, 'key'),
    ]);
    await makeInternetNamespace(places);
    const files: DropletFile[] = ownFiles(
      name,
      release,
      await readFile(join(places.runDir, 'key.pub'), 'utf8'),
    );
    if (options.internet ?? true) {
      await startInternetKeeper(name, release, (internet) => droplet.update({ internet }));
      files.push(...(await internetFiles(name)));
    }
    await writeArchive(join(places.runDir, 'files.tar'), files);
    await droplet.boot();
    if (!(options.owned ?? false)) await droplet.update({ owner: null });
    return droplet;
  } catch (error) {
    await removeDroplet(name);
    throw error;
  }
}

/** The droplet of that name. Throws when there is none. */
export async function openDroplet(name: string): Promise<Droplet> {
  if ((await readRecord(name)) === undefined) {
    throw new Error(`there is no droplet '${name}'; make it with: npm run droplet -- up ${name}`);
  }
  return new Droplet(name);
}

async function stateFor(name: string, release: Release, kind: Kind): Promise<SavedState> {
  const state = await readState(name);
  if (state === undefined)
    throw new Error(`there is no saved state '${name}'; see: npm run droplet -- states`);
  if (state.release !== release || state.kind !== kind) {
    throw new Error(`state '${name}' is of ${state.release} (${state.kind}), not of ${release} (${kind})`);
  }
  return state;
}

/** A droplet that exists, running or off. Every process that knows its name can use it. */
export class Droplet {
  readonly name: string;
  readonly places: Places;
  private init: ProcessId | undefined;

  constructor(name: string) {
    this.name = name;
    this.places = placesOf(name);
  }

  /** What is known of it at this moment. Throws when it has been removed. */
  async record(): Promise<DropletRecord> {
    const record = await readRecord(this.name);
    if (record === undefined) throw new Error(`the droplet '${this.name}' is gone`);
    return record;
  }

  async update(change: Partial<DropletRecord>): Promise<void> {
    await writeRecord({ ...(await this.record()), ...change });
  }

  /** Boots it; returns when root can log in over ssh and systemd has started everything that it would. */
  async boot(): Promise<void> {
    const record = await this.record();
    if (isAlive(record.machine?.nspawn)) throw new Error(`the droplet '${this.name}' is running`);
    await bootMachine(record, (machine) => this.update({ machine }));
    await until('systemd to finish starting', 90_000, async () => {
      const { stdout } = await this.exec(['systemctl', 'is-system-running']);
      return /running|degraded/.test(stdout) ? true : undefined;
    });
    await until('sshd to let us in', 20_000, async () => {
      const { exitCode } = await this.ssh(['true']);
      return exitCode === 0 ? true : undefined;
    });
  }

  /**
   * Runs a command inside as root, without a shell and without a terminal, and returns how it ended (exit code 124 and
   * `timedOut` after `timeoutMs`, one minute when absent; the command inside is then ended too). Takes some 20 ms.
   */
  async exec(argv: readonly string[], options: ExecOptions = {}): Promise<Outcome> {
    const timeoutMs = options.timeoutMs ?? 60_000;
    const environment = Object.entries(options.env ?? {}).map(([key, value]) => `${key}=${value}`);
    const seconds = (timeoutMs / 1000).toFixed(3);
    const outcome = await run(
      [...(await this.enter()), ...environment, 'timeout', '--kill-after=5', seconds, ...argv],
      { timeoutMs: timeoutMs + 10_000, ...(options.input === undefined ? {} : { input: options.input }) },
    );
    return { ...outcome, timedOut: outcome.exitCode === 124 };
  }

  /** As `exec`, for a command that must succeed: returns its stdout, throws with its output otherwise. */
  async must(argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.exec(argv, options);
    if (exitCode === 0) return stdout;
    throw new Error(
      `on ${this.name}: '${argv.join(' ')}' ended with ${exitCode}: ${`${stdout}\n${stderr}`.trim()}`,
    );
  }

  /** Runs a command over ssh, as its maker would; `args` follow root@203.0.113.10 (see ssh(1)). */
  async ssh(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
    return run(this.sshArgv(['-o', 'BatchMode=yes'], args), { timeoutMs: 60_000, ...options });
  }

  /** The whole command line of an ssh login from the internet's namespace: options, then what to run there. */
  sshArgv(
    options: readonly string[],
    command: readonly string[] = [],
    from = this.places.internetNamespace,
  ): string[] {
    const known = join(this.places.runDir, 'known_hosts');
    return [
      ...['nsenter', `--net=/run/netns/${from}`, 'ssh', '-F', 'none'],
      ...['-i', join(this.places.runDir, 'key'), '-o', `UserKnownHostsFile=${known}`],
      ...['-o', 'StrictHostKeyChecking=accept-new', '-o', 'LogLevel=ERROR', '-o', 'ConnectTimeout=10'],
      ...options,
      `root@${dropletAddress}`,
      ...command,
    ];
  }

  /** A second computer on its internet, whose network can fall silent. */
  laptop(): Promise<Laptop> {
    return makeLaptop(this.places);
  }

  /** The command line that enters the droplet as root (nsenter), to be followed by a command: for interactive use. */
  async enter(): Promise<string[]> {
    return [
      ...[
        'nsenter',
        '-a',
        '-t',
        String((await this.livingInit()).pid),
        '--',
        'env',
        '-i',
        'HOME=/root',
        'LANG=C.UTF-8',
      ],
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ];
  }

  /** Puts a file of this machine into the droplet, owned by root, with these permission bits. */
  async copyIn(file: string, path: string, mode = 0o644): Promise<void> {
    await this.write(path, await readFile(file), mode);
  }

  /** Writes a file in the droplet, owned by root; its directory is made when it is missing. */
  async write(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
    const script =
      'mkdir -p -- "$(dirname -- "$1")" && cat >"$1.new" && chmod "$2" "$1.new" && mv -f -- "$1.new" "$1"';
    await this.must(['sh', '-c', script, 'write', path, mode.toString(8)], { input: content });
  }

  /** Reads a file of the droplet as text. */
  async read(path: string): Promise<string> {
    return this.must(['cat', path]);
  }

  /** Shuts it down as `poweroff` does; its disk stays. After `timeoutMs` its power is cut. */
  async powerOff(timeoutMs = 40_000): Promise<void> {
    const { machine } = await this.record();
    if (!isAlive(machine?.nspawn)) return;
    await this.exec(['systemctl', 'poweroff', '--no-block']);
    await until('the droplet to shut down', timeoutMs, async () =>
      isAlive(machine?.nspawn) ? undefined : true,
    ).catch(() => undefined);
    await this.kill();
  }

  /** A power cut: everything in it ends at once, nothing is told. Its disk stays as it was at that moment. */
  async kill(): Promise<void> {
    const { machine } = await this.record();
    await end(machine?.init, 0);
    await end(machine?.nspawn, 10_000);
    this.init = undefined;
    await this.update({ machine: null });
  }

  /**
   * Keeps its disk under that name: it is shut down, its disk becomes the state, and it boots again from there. With
   * `resume` false it has no disk any more, and can only be destroyed. `owner` as in SavedState.
   */
  async save(
    state: string,
    options: { resume?: boolean; owner?: ProcessId | null } = {},
  ): Promise<SavedState> {
    await this.powerOff();
    const saved = await saveDisk(await this.record(), state, options.owner ?? null);
    if (options.resume ?? true) {
      await makeDisk(this.name, saved);
      await this.update({ layers: saved.layers });
      await this.boot();
    }
    return saved;
  }

  /** Removes it and all that belongs to it: processes, namespaces, control groups, disk, run directory. */
  async destroy(): Promise<void> {
    await removeDroplet(this.name);
  }

  private async livingInit(): Promise<ProcessId> {
    if (!isAlive(this.init)) this.init = (await this.record()).machine?.init ?? undefined;
    if (this.init === undefined || !isAlive(this.init)) throw new Error(`the droplet '${this.name}' is off`);
    return this.init;
  }
}
