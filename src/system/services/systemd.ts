import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { type CommandOptions, command } from '../../engine/contracts/command.ts';
import type { Argv } from '../../host/host.ts';
import { parseProperties } from '../os.ts';

/** What systemd knows about a unit; systemctl(1), org.freedesktop.systemd1(5). */
export interface Unit {
  /** 'not-found' when there is no such unit. */
  readonly load: 'loaded' | 'not-found' | 'masked' | 'bad-setting' | 'error' | string;
  readonly active: 'active' | 'inactive' | 'failed' | 'activating' | 'deactivating' | 'reloading' | string;
  /** 'running', 'dead', 'auto-restart' */
  readonly sub: string;
  /** 'enabled', 'disabled', 'static', 'masked'; empty without a unit file. */
  readonly file: string;
  /** Why it ended the last time: 'success', 'exit-code', 'start-limit-hit'. */
  readonly result: string;
  readonly mainPid: number;
}

const PROPERTIES = ['Id', 'LoadState', 'ActiveState', 'SubState', 'UnitFileState', 'Result', 'MainPID'];

/** Asks for the state of several units at once. Output: {@link parseUnits}. Exit code 0 for unknown units too. */
export function showUnits(...names: readonly string[]): Argv {
  return showProperties(PROPERTIES, ...names);
}

/** Asks for properties of units: a block of NAME=value lines for each, times as `@seconds`. */
export const showProperties = (properties: readonly string[], ...units: readonly string[]): Argv => [
  'systemctl',
  'show',
  '--no-pager',
  '--timestamp=unix',
  `--property=${properties.join(',')}`,
  '--',
  ...units,
];

/**
 * What systemd says about a unit, by property. Throws when that cannot be read: systemd has a LoadState also for what it does not know,
 * so an answer without one is no unit that is absent, and nothing may be written because of it.
 */
export function readUnit(name: string, block: string | undefined): ReadonlyMap<string, string> {
  const properties = parseProperties(block ?? '');
  if (!properties.get('LoadState'))
    throw new Error(`systemctl did not say anything about ${name} that can be read`);
  return properties;
}

/** A unit that is not there. */
export const NO_UNIT: Unit = {
  load: 'not-found',
  active: 'inactive',
  sub: 'dead',
  file: '',
  result: '',
  mainPid: 0,
};

/**
 * Reads the output of {@link showUnits}: one block per unit, in the order of the names, since a unit that is an alias
 * answers with another Id. Throws as {@link readUnit} does.
 */
export function parseUnits<Name extends string>(output: string, names: readonly Name[]): Record<Name, Unit> {
  const blocks = output.trim().split(/\n{2,}/);
  return Object.fromEntries(
    names.map((name, index): [Name, Unit] => {
      const block = readUnit(name, blocks[index]);
      return [
        name,
        {
          load: block.get('LoadState') ?? '',
          active: block.get('ActiveState') ?? '',
          sub: block.get('SubState') ?? '',
          file: block.get('UnitFileState') ?? '',
          result: block.get('Result') ?? '',
          mainPid: Number(block.get('MainPID') ?? 0),
        },
      ];
    }),
  ) as Record<Name, Unit>;
}

/** Whether the unit is there and can be started. */
export function isThere(unit: Unit): boolean {
  return unit.load !== 'not-found';
}

/** Whether it starts again after a reboot. */
export function startsAtBoot(unit: Unit): boolean {
  return ['enabled', 'enabled-runtime', 'alias', 'static', 'generated', 'indirect', 'linked'].includes(
    unit.file,
  );
}

/** The last lines that a unit wrote, oldest first. */
export function journal(unit: string, lines: number): Argv {
  return ['journalctl', '--no-pager', '--quiet', '--output=cat', `--lines=${lines}`, `--unit=${unit}`];
}

/** The system unit that a process belongs to, from /proc/PID/cgroup (v1 and v2); undefined outside of one. */
export function unitOfCgroup(cgroup: string): string | undefined {
  return /\/system\.slice\/(?:[^\n/]+\.slice\/)*([^\n/]+\.service)/.exec(ofSystem(cgroup))?.[1];
}

/** Without the groups below a user's own systemd: that user calls them what they like, nginx.service too. */
const ofSystem = (cgroup: string): string =>
  cgroup
    .split('\n')
    .filter((line) => !/\/user\.slice\/|\/user@\d+\.service/.test(line))
    .join('\n');

/** Whether a process runs in a Docker container, from /proc/PID/cgroup (v1 and v2). */
export function isInContainer(cgroup: string): boolean {
  return /\/docker[-/][0-9a-f]{12,}/.test(ofSystem(cgroup));
}

/** The ways in which systemctl is known to fail, whatever the unit. */
const SYSTEMCTL_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'Unit \\S+ is masked',
    reason: 'Somebody has blocked this service from starting (systemctl mask).',
    next: 'Look again: otto-install then offers a fix. By hand: `systemctl unmask` with the name in the line.',
  },
  {
    pattern: 'Unit (file )?\\S+ (not found|does not exist|could not be found)',
    reason: 'systemd has no unit of this name.',
    next: 'Look again: otto-install then shows what is missing.',
  },
  {
    pattern:
      'Start request repeated too quickly|start of the service was attempted too often|start-limit-hit',
    reason: 'The service stopped right after each start, and systemd has given up restarting it.',
    next: 'The end of its journal (journalctl -n 30 -u, with its name) says why it stops. Fix that, then look again.',
  },
  {
    pattern: 'Job for \\S+ (failed|canceled)|control process exited with error code',
    reason: 'The service could not be started or reloaded.',
    next: 'The end of its journal (journalctl -n 30 -u, with its name) says why. Fix that, then look again.',
  },
  {
    pattern: 'Failed to connect to (system|user scope )?bus|Transport endpoint is not connected',
    reason: 'systemd does not answer.',
    next: 'Look again in a few seconds; if it stays, restart the machine.',
  },
];

/** An order to systemd. A start or a stop may take as long as the unit's own limits (90 s when it has none). */
export function systemctl(purpose: string, words: readonly string[], options: CommandOptions = {}): Command {
  return command(['systemctl', ...words], purpose, {
    timeoutMs: 120_000,
    knownFailures: SYSTEMCTL_FAILURES,
    ...options,
  });
}

/** After some failed starts systemd refuses more until they are forgotten. Exit 1: there is nothing to forget. */
export function forgetFailedStarts(purpose: string, ...units: readonly string[]): Command {
  return systemctl(purpose, ['reset-failed', ...units], { succeedsWith: [0, 1] });
}
