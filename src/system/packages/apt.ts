import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { type CommandOptions, command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';

/**
 * Environment of every apt and dpkg that we start: it asks nothing, and it restarts no service by itself (Ubuntu's
 * needrestart otherwise does so without asking when there is no terminal).
 */
const APT_ENVIRONMENT: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  NEEDRESTART_SUSPEND: '1',
};

/** How long apt waits for another apt; the wizard watches the lock before, so this covers only the gap between. */
const LOCK_SECONDS = 600;

const WAIT_FOR_LOCK = `-oDPkg::Lock::Timeout=${LOCK_SECONDS}`;
/** A configuration file that somebody changed stays as it is. */
const KEEP_CONFIGURATION = '--force-confold';

/** Ways in which apt and dpkg are known to fail. */
const APT_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'No space left on device|You don.t have enough free space in|not enough free disk space',
    reason: 'The disk is full, or its file system has no inode left for another file (`df -h`, `df -i`).',
    next: 'Free some space (journalctl --vacuum-size=200M, apt-get clean), then look again.',
  },
  {
    pattern: 'Could not get lock|Unable to acquire the dpkg frontend lock|Unable to lock directory',
    reason: 'Another apt is running and did not finish within ten minutes.',
    next: 'Look again: otto-install then names the program that holds the lock, and waits for it.',
  },
  {
    pattern: 'dpkg was interrupted, you must manually run',
    reason: 'An earlier installation was interrupted and left packages half configured.',
    next: 'Look again: `dpkg --configure -a` then finishes it.',
  },
  {
    pattern: 'does the network require authentication|Clearsigned file isn.t valid',
    reason: 'What answered for a package source was a web page: a portal or a proxy stands in between.',
    next: 'The line names the source. Open its address with curl on this machine and see what answers.',
  },
  {
    pattern:
      'Temporary failure resolving|Could not resolve|Could not connect to|Connection timed out|Failed to fetch|Unable to connect to',
    reason: 'The package mirror could not be reached.',
    next: 'Check /etc/apt/sources.list* and the network of this machine, then look again.',
  },
  {
    pattern: 'is not valid yet|Release file for .* is expired|certificate is not (?:yet valid|valid yet)',
    reason: 'The clock of this machine and the package mirror disagree.',
    next: 'Set the clock (timedatectl set-ntp true), then look again.',
  },
  {
    pattern: 'NO_PUBKEY|The following signatures couldn.t be verified|is not signed',
    reason: 'A package source is not signed by a key that this machine trusts.',
    next: 'The line names the source. Remove it or add its key, then look again.',
  },
  {
    pattern: 'Packages need to be removed but remove is disabled',
    reason:
      'Another installed package is in the way and would have been removed. otto-install removes nothing without asking: something may depend on it.',
    next: 'The lines above name the package. Decide about it by hand, then look again.',
  },
  {
    pattern: 'unmet dependencies|held broken packages|Unmet dependencies',
    reason: 'Installed packages conflict with each other, so apt refuses to add any.',
    next: 'Run apt-get --fix-broken install and read what it proposes, then look again.',
  },
  {
    pattern: 'Unable to locate package|has no installation candidate',
    reason:
      "The system's package sources do not offer this package, or the one that does could not be reached: the lines of the update before name each that failed.",
    next: 'Repair or remove the source that failed (/etc/apt/sources.list*), then look again. On Ubuntu the component "universe" must be enabled in /etc/apt/sources.list*; then look again.',
  },
];

/** A command of apt's or dpkg's: half-way through, it leaves a machine that somebody must repair by hand. */
const apt = (argv: Argv, purpose: string, options: CommandOptions): Command =>
  command(argv, purpose, {
    uninterruptible: true,
    env: APT_ENVIRONMENT,
    knownFailures: APT_FAILURES,
    ...options,
  });

/**
 * Updates the package lists. One source that is dead is no reason to stop: the others are there, and what is missing then is said
 * by the installation.
 */
export function updateLists(): Command {
  return apt(
    ['apt-get', WAIT_FOR_LOCK, '-oAPT::Update::Error-Mode=any', 'update'],
    'Update the package lists',
    { timeoutMs: 15 * 60_000, succeedsWith: [0, 100] },
  );
}

/**
 * What says which lists there are, removed: the next update fetches every list anew. Otherwise apt leaves one alone that a power cut
 * has cut off, as long as its source has nothing newer.
 */
export function distrustLists(): Command {
  return apt(
    [
      'find',
      LISTS_FOLDER,
      '-maxdepth',
      '1',
      '-type',
      'f',
      '(',
      '-name',
      '*Release',
      '-o',
      '-name',
      '*.gpg',
      ')',
      '-delete',
    ],
    'Have all package lists fetched anew',
    { timeoutMs: 60_000 },
  );
}

/**
 * Installs packages with what they need and nothing that they merely recommend (python3-pip recommends a compiler,
 * 200 MB). Never removes a package, and upgrades none of the ones that are named.
 */
export function installPackages(names: readonly string[], ifOffered: readonly string[] = []): Command {
  return apt(
    [
      'apt-get',
      WAIT_FOR_LOCK,
      `-oDpkg::Options::=${KEEP_CONFIGURATION}`,
      'install',
      '--yes',
      '--no-install-recommends',
      '--no-remove',
      '--no-upgrade',
      ...names,
      // A pattern of apt's that nothing fits installs nothing; a name that is not known would be an error.
      ...ifOffered.map((name) => `?exact-name(${name})`),
    ],
    `Install ${names.join(', ')}`,
    { makes: things('package', ...names), timeoutMs: 40 * 60_000, progress: 'apt-install' },
  );
}

/** Finishes interrupted installations. */
export function configureInterrupted(): Command {
  return apt(
    ['dpkg', KEEP_CONFIGURATION, '--configure', '--pending'],
    'Finish the interrupted installation',
    { timeoutMs: 15 * 60_000 },
  );
}

/**
 * Repairs packages that miss others, and fetches those `again` whose files are not whole: `--fix-broken` alone passes over one that
 * had been installed before, and ends with 0 (seen). Removes what cannot be repaired only when that is allowed.
 */
export function repairPackages({
  again,
  mayRemove,
}: {
  readonly again: readonly string[];
  readonly mayRemove: boolean;
}): Command {
  return apt(
    [
      'apt-get',
      WAIT_FOR_LOCK,
      `-oDpkg::Options::=${KEEP_CONFIGURATION}`,
      'install',
      '--yes',
      '--fix-broken',
      ...(mayRemove ? [] : ['--no-remove']),
      ...(again.length === 0 ? [] : ['--reinstall', ...again]),
    ],
    'Repair half-installed packages',
    { makes: things('package', ...again), timeoutMs: 20 * 60_000 },
  );
}

/** Where apt keeps the lists of packages. */
export const LISTS_FOLDER = '/var/lib/apt/lists';

/** Whether the names in {@link LISTS_FOLDER} hold any list of packages. */
export function hasLists(names: readonly string[]): boolean {
  return names.some((name) => /_Packages(?:\.\w+)?$/.test(name));
}

/** Files that apt and dpkg lock while they are running. */
const LOCK_FILES = [
  '/var/lib/dpkg/lock-frontend',
  '/var/lib/dpkg/lock',
  '/var/lib/apt/lists/lock',
  '/var/cache/apt/archives/lock',
] as const;

/** Inode and path of each lock file that is there; the others make stat fail, which does not matter. */
export const STAT_LOCK_FILES: Argv = ['stat', '--format=%i %n', ...LOCK_FILES];

/**
 * Who holds a lock of apt or dpkg: from /proc/locks ('1: POSIX  ADVISORY  WRITE 812 fe:01:131 0 EOF') and the output of
 * {@link STAT_LOCK_FILES}. Asking the kernel takes no lock itself, so it cannot disturb anybody. Of several the holder of the
 * first file counts: whoever started dpkg keeps lock-frontend, and its name tells an operator what is going on. The dpkg behind it
 * has the other lock.
 */
export function lockHolder(procLocks: string, stats: string): number | undefined {
  const inodes = stats.split('\n').map((line) => line.split(' ')[0] ?? '');
  const holders = new Map<string, number>();
  for (const line of procLocks.split('\n')) {
    const columns = line.trim().split(/\s+/);
    // A process that merely waits has '->' in the second column.
    const [, kind, , mode, pid, file] = columns;
    if (kind !== 'POSIX' || mode !== 'WRITE' || Number(pid) <= 0) continue;
    holders.set(file?.split(':')[2] ?? '', Number(pid));
  }
  return holders.get(inodes.find((inode) => inode !== '' && holders.has(inode)) ?? '');
}

/** Asks how long a process has been running, and what it is. Output: {@link parseProcess}. */
export function showProcess(pid: number): Argv {
  return ['ps', '-o', 'etimes=,args=', '-p', String(pid)];
}

/** A running process. */
export interface Process {
  readonly pid: number;
  readonly seconds: number;
  readonly command: string;
}

/** Reads {@link showProcess}; undefined when the process has ended. */
export function parseProcess(pid: number, output: string): Process | undefined {
  const [, seconds, command] = /^[^\S\n]*(\d+)[^\S\n]+(\S.*)$/m.exec(output) ?? [];
  return seconds === undefined || command === undefined
    ? undefined
    : { pid, seconds: Number(seconds), command: command.trimEnd() };
}

/** Asks which version of each package the sources offer. Output: {@link parseCandidates}. */
export function showCandidates(names: readonly string[]): Argv {
  return ['apt-cache', 'policy', ...names];
}

/** Reads {@link showCandidates}: the names of the packages that can be installed. */
export function parseCandidates(output: string): ReadonlySet<string> {
  const offered = new Set<string>();
  let name = '';
  for (const line of output.split('\n')) {
    name = /^(\S+):$/.exec(line)?.[1] ?? name;
    const candidate = /^\s+Candidate: (\S+)/.exec(line)?.[1];
    if (candidate !== undefined && candidate !== '(none)') offered.add(name);
  }
  return offered;
}
