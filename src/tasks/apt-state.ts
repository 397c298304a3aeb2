import type { Command } from '../engine/contracts/action.ts';
import type { Fix } from '../engine/contracts/task.ts';
import type { Host } from '../host/host.ts';
import {
  configureInterrupted,
  distrustLists,
  hasLists,
  installPackages,
  LISTS_FOLDER,
  lockHolder,
  type Process,
  parseCandidates,
  parseProcess,
  repairPackages,
  STAT_LOCK_FILES,
  showCandidates,
  showProcess,
  updateLists,
} from '../system/packages/apt.ts';
import {
  halfInstalledPackages,
  interruptedPackages,
  isInstalled,
  LIST_PACKAGES,
  type Package,
  parsePackages,
} from '../system/packages/dpkg.ts';
import type { Seen } from './finding.ts';

/** What apt and dpkg are doing, as far as an installation depends on it. */
export interface AptState {
  readonly packages: ReadonlyMap<string, Package>;
  /** Packages whose installation was interrupted: 'nginx (half configured)'. */
  readonly interrupted: readonly string[];
  /** Those with incomplete files: they must be unpacked again before anything can be configured. */
  readonly halfInstalled: readonly string[];
  /** dpkg must process its journal first, even if no package shows it. */
  readonly journalLeft: boolean;
  /** Who holds a lock of apt or dpkg. */
  readonly holder: Process | undefined;
  /** Whether the package lists exist and are from today. */
  readonly listsFresh: boolean;
  /** What is to be installed and what these lists do not have ({@link withOffers}): a power cut may have cut one off. */
  readonly notOffered: readonly string[];
}

const LISTS_MAX_AGE_MS = 24 * 3_600_000;

/** Looks at packages, locks and lists without taking a lock. */
export async function lookAtApt(host: Host): Promise<AptState> {
  const [packages, locks, lockStats, updates, lists, listsFolder] = await Promise.all([
    host.exec(LIST_PACKAGES),
    host.readFile('/proc/locks'),
    host.exec(STAT_LOCK_FILES),
    host.list('/var/lib/dpkg/updates'),
    host.list(LISTS_FOLDER),
    host.stat(LISTS_FOLDER),
  ]);
  const pid = lockHolder(locks ?? '', lockStats.stdout);
  const known = parsePackages(packages.stdout);
  const listsFresh = hasLists(lists ?? []) && host.now() - (listsFolder?.modifiedMs ?? 0) < LISTS_MAX_AGE_MS;
  return {
    packages: known,
    interrupted: interruptedPackages(known),
    halfInstalled: halfInstalledPackages(known),
    journalLeft: (updates ?? []).some((name) => /^\d+$/.test(name)),
    holder: pid === undefined ? undefined : parseProcess(pid, (await host.exec(showProcess(pid))).stdout),
    listsFresh,
    notOffered: [],
  };
}

/** Asks the lists for those of the packages that are not installed. Nothing is asked where none is missing, or the lists are old. */
export async function withOffers(host: Host, state: AptState, names: readonly string[]): Promise<AptState> {
  const missing = missingPackages(state, names);
  if (!state.listsFresh || missing.length === 0) return state;
  const { exitCode, stdout } = await host.exec(showCandidates(missing));
  if (exitCode !== 0) return state;
  const offered = parseCandidates(stdout);
  return { ...state, notOffered: missing.filter((name) => !offered.has(name)) };
}

/** Those of the names that are not installed. */
export function missingPackages(state: AptState, names: readonly string[]): readonly string[] {
  return names.filter((name) => !isInstalled(state.packages, name));
}

/**
 * Updates the package lists when they are old or do not have what is wanted, then installs; `ifOffered`: where there is such a package.
 */
export function installActions(
  state: AptState,
  names: readonly string[],
  ifOffered: readonly string[] = [],
): readonly Command[] {
  const anew = names.some((name) => state.notOffered.includes(name)) ? [distrustLists(), updateLists()] : [];
  return [...(state.listsFresh ? anew : [updateLists()]), installPackages(names, ifOffered)];
}

/** The finding for a running apt. */
export const APT_BUSY = {
  severity: 'blocked',
  reason:
    'Only one program can install at a time. A fresh Ubuntu installs its security updates right after its first start, which takes a few minutes. Stopping it would leave packages half installed.',
} as const;

/** The finding for an interrupted installation. */
export const DPKG_INTERRUPTED = {
  severity: 'broken',
  reason: 'dpkg refuses to install anything until that is finished.',
} as const;

/** What prevents installing anything; each task that installs has its own codes for it. */
type InTheWay =
  | { readonly busy: Seen<typeof APT_BUSY> }
  | { readonly interrupted: Seen<typeof DPKG_INTERRUPTED> };

/**
 * What prevents installing anything; undefined when apt is free. A fresh droplet installs its security updates for a
 * few minutes after its first boot, so we wait for a held lock and never break it.
 */
export function judgeApt(state: AptState): InTheWay | undefined {
  const { holder, interrupted, halfInstalled, journalLeft } = state;
  if (holder !== undefined)
    return {
      busy: {
        evidence: `${holderName(holder)} (pid ${holder.pid}) has been installing for ${timeWords(holder.seconds)}.`,
        watch: { everyMs: 2_000, forMs: 20 * 60_000 },
      },
    };
  if (interrupted.length > 0 || halfInstalled.length > 0 || journalLeft)
    return {
      interrupted: {
        evidence:
          interrupted.length > 0 || halfInstalled.length > 0
            ? `An installation was interrupted: ${list(interrupted.length > 0 ? interrupted : halfInstalled, 4)}.`
            : 'An installation was interrupted (/var/lib/dpkg/updates is not empty).',
        fixes: fixesOfInterrupted(state),
      },
    };
  return undefined;
}

/**
 * The fix that fits comes first. `dpkg --configure --pending` ends with 0 over packages that are half installed, and
 * apt refuses to fetch these as long as dpkg's journal is not worked off: so dpkg goes first there as well, and what it
 * says of them does not count (seen: apt's "dpkg was interrupted" with git half unpacked).
 */
function fixesOfInterrupted(state: AptState): readonly Fix[] {
  const { halfInstalled: again } = state;
  const lists = state.listsFresh ? [] : [updateLists()];
  const configure: Fix = {
    id: 'finish-installation',
    title: 'Finish the interrupted installation',
    actions: [configureInterrupted()],
  };
  const settle: Command = {
    ...configureInterrupted(),
    succeedsWith: [0, 1],
    purpose: 'Finish what dpkg has recorded',
  };
  const repair: Fix = {
    id: 'repair-half-installed',
    title: 'Let apt repair half-installed packages',
    actions: [settle, ...lists, repairPackages({ again, mayRemove: false })],
  };
  const removing: Fix = {
    id: 'repair-and-remove',
    title: 'Let apt repair half-installed packages, and remove those it cannot repair',
    consequence: 'Packages that cannot be repaired are removed, and programs that use them stop.',
    actions: [settle, ...lists, repairPackages({ again, mayRemove: true })],
  };
  return again.length > 0 ? [repair, configure, removing] : [configure, repair, removing];
}

/** 'Ubuntu's automatic update', or the program's own name. */
function holderName({ command }: Process): string {
  if (/unattended-upgr/.test(command)) return "The system's automatic update (unattended-upgrades)";
  if (/apt\.systemd\.daily/.test(command)) return "The system's daily update of its packages (apt-daily)";
  if (/cloud-init/.test(command)) return 'The first start of this machine (cloud-init)';
  return command.length > 60 ? `${command.slice(0, 59)}…` : command;
}

function timeWords(seconds: number): string {
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function list(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${more} more` : items.join(', ');
}
