import type { Disk, FileSystem, OsRelease } from '../../system/os.ts';
import type { FirewallFacts } from '../firewall/facts.ts';
import type { NightlyFacts } from '../nightly-backup/outdated.ts';
import type { CutOff } from './cut-off.ts';
import type { MemoryFacts } from './memory.ts';
import type { ModesFacts } from './modes.ts';
import type { OutgoingFacts } from './outgoing.ts';
import type { PortHolder } from './ports.ts';
import type { Probe } from './reachability.ts';
import type { RebootFacts } from './reboot.ts';
import type { RoomFacts } from './room.ts';

/** What the machine is. */
export interface MachineFacts {
  readonly root: boolean;
  readonly os: OsRelease;
  /** The system that the operator accepted: 'debian 12'. */
  readonly acceptedOs: string | undefined;
  /** 'x86_64', 'aarch64' */
  readonly architecture: string;
  readonly systemd: boolean;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
  readonly swap: number;
  readonly disk: Disk | undefined;
  /** Where Docker keeps its images, or will. */
  readonly dockerDisk?: FileSystem | undefined;
  /** Whether an Otto's data is here already: then the space that it took is not missing. */
  readonly installed: boolean;
  readonly clock: {
    /** ms; undefined when no server could be asked. */
    readonly ahead: number | undefined;
    /** It is so wrong that no server's certificate is valid: what it says, and who contradicts. */
    readonly refuted?: { readonly day: string; readonly by: string } | undefined;
    /** Whether a service keeps the clock; undefined where the machine's host does (containers). */
    readonly kept: boolean | undefined;
    readonly canBeKept: boolean;
  };
  readonly ports: readonly PortHolder[];
  readonly probes: readonly Probe[];
  /** System files that anyone can write. */
  readonly modes: ModesFacts;
  /** What changes on a machine over time; only looked at when it has an Otto. */
  readonly upkeep?: {
    readonly room: RoomFacts;
    readonly memory: MemoryFacts;
    readonly reboot: RebootFacts;
    readonly nightly?: NightlyFacts;
  };
  /** Only when an emptied packet filter makes this machine deaf: then everything else that is found follows from it. */
  readonly deaf?: FirewallFacts;
  /** Only when the firewall keeps this machine from asking others: much of what is found follows from it. */
  readonly outgoing?: OutgoingFacts | undefined;
  /** An operation that was started and did not finish. */
  readonly cutOff?: CutOff;
}
