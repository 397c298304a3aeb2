import type { Conversation } from '../host/host.ts';
import type { Clock } from './clock.ts';
import type { RehearsalFiles } from './files.ts';

/** A process of the droplet in memory. */
export interface Process {
  readonly pid: number;
  readonly user: string;
  readonly command: readonly string[];
  /** The systemd unit that started it: 'nginx.service'. */
  readonly unit: string;
  readonly startedMs: number;
  /** Files that it holds open under a lock (flock). */
  readonly locks: readonly string[];
}

/** A request as a service of the droplet in memory, or of its small internet, sees it. */
export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Where it comes from: the droplet itself, a container on docker0, or the internet. */
  readonly from: 'droplet' | 'container' | 'internet';
  /** Takes any certificate, as `curl --insecure` does. */
  readonly insecure?: boolean;
}

export interface Response {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Handler = (request: Request) => Response | Promise<Response>;

/** Something that listens on a TCP port of the droplet. */
interface Listener {
  readonly address: string;
  readonly port: number;
  readonly process: string;
  readonly pid: number;
  readonly handle: Handler;
}

export interface User {
  readonly name: string;
  readonly id: number;
  readonly home: string;
  readonly shell: string;
  readonly groups: string[];
}

/** A systemd unit's state; what starting it brings about is in units.ts. */
export interface Unit {
  enabled: boolean;
  active: boolean;
  startedMs: number;
  restarts: number;
  mainPid: number;
}

/** An image on the disk. */
export interface FetchedImage {
  readonly bytes: number;
  readonly digest: string;
  /** Which of the releases that the registry has had under its name: 0, and 1 when it was fetched once more. */
  readonly release: number;
}

/** A container; what answers on its ports follows from its image (containers.ts). */
export interface Container {
  readonly id: string;
  name: string;
  readonly image: string;
  /** What it was made from, whatever its name stands for by now. */
  readonly made: FetchedImage;
  readonly env: Readonly<Record<string, string>>;
  /** '127.0.0.1:8080:8080' */
  readonly ports: readonly string[];
  readonly mounts: Readonly<Record<string, string>>;
  restart: string;
  /** Part of Docker's bridge; without it nobody but root gets at what listens in it. */
  connected: boolean;
  readonly labels: Readonly<Record<string, string>>;
  running: boolean;
  startedMs: number;
}

/** How the outside world behaves towards the droplet. */
export interface SmallInternet {
  /** Name → addresses, as DNS answers. */
  readonly names: Map<string, { A: string[]; AAAA: string[] }>;
  /** Host name → what answers there over http(s). */
  readonly hosts: Map<string, Handler>;
}

/**
 * The state of the droplet in memory. The tools (`tools/`) and services (`services/`) read and change this one
 * state, so that what one does, another sees: `docker run` opens a port, nginx forwards to it, UFW drops it.
 */
export interface Machine extends Clock {
  readonly address: string;
  readonly bridge: string;
  readonly hostName: string;
  readonly files: RehearsalFiles;
  readonly packages: Set<string>;
  readonly users: Map<string, User>;
  readonly units: Map<string, Unit>;
  /** Unit files and drop-ins as systemd read them last; a change on disk counts after a daemon-reload. */
  readonly loadedUnits: Map<string, string>;
  readonly processes: Map<number, Process>;
  readonly listeners: Map<number, Listener>;
  /** By name and tag; one that a newer of the same name has replaced, by its digest. */
  readonly images: Map<string, FetchedImage>;
  readonly containers: Map<string, Container>;
  /** UFW, and the tables that others load into nftables: 'inet otto_hermes'. */
  readonly firewall: { active: boolean; readonly rules: string[]; readonly tables: Set<string> };
  readonly internet: SmallInternet;
  nextPid(): number;
}

/** A call of a tool: what `exec` was given. */
export interface Call {
  readonly machine: Machine;
  /** As it was called: 'docker', '/home/cleo/…/venv/bin/python'. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string;
  readonly user: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Prints a line on stdout at once, so that progress shows. */
  line(text: string): void;
}

export interface Outcome {
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
}

/** A program of the droplet in memory. Throws for arguments that it does not emulate: a gap must be seen. */
export type Tool = (call: Call) => Outcome | Promise<Outcome>;

/** A program that talks: it gets a conversation's other end. */
export type TalkingTool = (
  call: Call,
  talk: { say(text: string): void; hear(): Promise<string>; readonly ended: Promise<void> },
) => Promise<Outcome>;

export type { Conversation };

/** A user's home; root's for a user that does not exist. */
export function homeOf(machine: Machine, user: string): string {
  return machine.users.get(user)?.home ?? '/root';
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Thrown for what the rehearsal does not emulate. */
export class NotRehearsed extends Error {
  override readonly name = 'NotRehearsed';
}
