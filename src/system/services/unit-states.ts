import type { Argv } from '../../host/host.ts';
import { parseProperties } from '../os.ts';
import { showProperties } from './systemd.ts';

/** How a unit is doing, for somebody who looks at all of them. */
export interface UnitState {
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  /** Since when it is in this state, ms since 1970, to the second. */
  readonly sinceMs: number | undefined;
  /** How often systemd started it again by itself; undefined for a timer. */
  readonly restarts: number | undefined;
  /** A timer's next time, ms since 1970. */
  readonly nextMs: number | undefined;
}

const PROPERTIES = [
  'Id',
  'LoadState',
  'ActiveState',
  'SubState',
  'StateChangeTimestamp',
  'NRestarts',
  'NextElapseUSecRealtime',
];

/** Asks for the states of units at once. Output: {@link parseUnitStates}. */
export const showUnitStates = (...units: readonly string[]): Argv => showProperties(PROPERTIES, ...units);

/** Reads {@link showUnitStates}: one block for each unit, in their order. None when one of them cannot be read: which is whose would be a guess. */
export function parseUnitStates(output: string): readonly UnitState[] {
  const blocks = output
    .trim()
    .split(/\n{2,}/)
    .map(parseProperties);
  if (!blocks.every((block) => block.has('LoadState'))) return [];
  return blocks.map((block) => ({
    load: block.get('LoadState') ?? '',
    active: block.get('ActiveState') ?? '',
    sub: block.get('SubState') ?? '',
    sinceMs: unixMs(block.get('StateChangeTimestamp')),
    restarts: block.has('NRestarts') ? Number(block.get('NRestarts')) : undefined,
    nextMs: unixMs(block.get('NextElapseUSecRealtime')),
  }));
}

/** '@1795389071', and in older systemd, which ignores --timestamp there, 'Mon 2026-11-23 05:27:10 UTC'. */
function unixMs(text = ''): number | undefined {
  const seconds = /^@(\d+)/.exec(text)?.[1];
  if (seconds !== undefined) return seconds === '0' ? undefined : Number(seconds) * 1000;
  const [, day, time, zone] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?: (UTC|GMT))?/.exec(text) ?? [];
  if (day === undefined) return undefined;
  return Date.parse(`${day}T${time}${zone === undefined ? '' : 'Z'}`);
}

/** The memory of every process with its control group. Output: {@link memoryOf}. */
export const LIST_MEMORY: Argv = ['ps', '-eo', 'rss=,cgroup=', '--width=4000'];

/** Bytes that the processes of a unit ('nginx.service') or a container (its whole id) have in memory; undefined without any. */
export function memoryOf(output: string, group: string): number | undefined {
  const sizes = output.split('\n').flatMap((line) => {
    const [, kilobytes, path = ''] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
    return kilobytes !== undefined && path.includes(group) ? [Number(kilobytes) * 1024] : [];
  });
  return sizes.length === 0 ? undefined : sizes.reduce((sum, size) => sum + size, 0);
}
