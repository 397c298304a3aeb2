import { shortTime } from '../run/wording.ts';
import type { Container } from '../system/docker/docker.ts';
import { list, object, parseJson, text } from '../system/formats/json.ts';
import type { UnitState } from '../system/services/unit-states.ts';
import type { BackupFact, RunFact, ServiceFact, StatusFacts } from './facts.ts';

/**
 * The units with their states, each under the other name that it may have when only that one is there. Pure.
 *
 * @param states of the units, then of the other names, in their order
 */
export function unitsThere(
  units: readonly string[],
  otherNames: Readonly<Record<string, string>>,
  states: readonly (UnitState | undefined)[],
): readonly { readonly unit: string; readonly state: UnitState | undefined }[] {
  const names = [...units, ...Object.values(otherNames)];
  const byName = new Map(names.map((name, index) => [name, states[index]]));
  return units.map((unit) => {
    const other = otherNames[unit];
    const state = byName.get(unit);
    const otherState = other === undefined ? undefined : byName.get(other);
    return other !== undefined && state?.load === 'not-found' && otherState?.load === 'loaded'
      ? { unit: other, state: otherState }
      : { unit, state };
  });
}

/** A unit as a line of the services. Pure. */
export function unitFact(
  unit: string,
  state: UnitState | undefined,
  memory: number | undefined,
): ServiceFact {
  const name = unit.replace(/\.service$/, '');
  if (state === undefined) return { name, state: 'unknown: systemd does not answer', running: false };
  if (state.load === 'not-found') return { name, state: 'not there', running: false };
  const masked = state.load === 'masked' ? 'masked, ' : '';
  return {
    name,
    state: `${masked}${state.active} (${state.sub})`,
    running: state.active === 'active' || state.active === 'reloading',
    sinceMs: state.sinceMs,
    restarts: unit.endsWith('.timer') || state.sub === 'exited' ? undefined : state.restarts,
    memory,
    note: state.nextMs === undefined ? undefined : `next ${shortTime(state.nextMs)}`,
  };
}

/** A container as a line of the services. `problem`: why Docker could not be asked. Pure. */
export function containerFact(
  name: string,
  container: Container | undefined,
  problem: string | undefined,
  memory: number | undefined,
): ServiceFact {
  if (container === undefined)
    return { name, state: problem === undefined ? 'not there' : `unknown: ${problem}`, running: false };
  const { status, restarting, exitCode, startedMs, restarts } = container;
  const running = status === 'running' && !restarting;
  const why = restarting
    ? `restarting (exit code ${exitCode})`
    : running
      ? 'container running'
      : `container ${status} (exit code ${exitCode})`;
  return { name, state: why, running, sinceMs: running ? startedMs : undefined, restarts, memory };
}

/** Reads /proc/meminfo as bytes; undefined when it is not one. */
export function memoryFact(meminfo: string): StatusFacts['memory'] {
  const bytes = (field: string) => {
    const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1];
    return found === undefined ? undefined : Number(found) * 1024;
  };
  const total = bytes('MemTotal');
  if (total === undefined) return undefined;
  return {
    total,
    available: bytes('MemAvailable') ?? bytes('MemFree'),
    swap: bytes('SwapTotal') ?? 0,
    swapFree: bytes('SwapFree') ?? 0,
  };
}

/** Reads what the last backup wrote down; undefined without one. */
export function backupFact(content: string | undefined): BackupFact | undefined {
  const found = object(parseJson(content ?? ''));
  const atMs = typeof found.at === 'number' ? found.at : Date.parse(text(found.at));
  if (!Number.isFinite(atMs)) return undefined;
  return {
    atMs,
    ok: found.ok === true,
    archive: text(found.archive) || undefined,
    bytes: typeof found.bytes === 'number' ? found.bytes : undefined,
    error: text(found.error) || undefined,
    lacks: [...list(found.damaged).map((one) => `damaged: ${text(one)}`), ...list(found.elsewhere).map(text)],
  };
}

/** Reads a run's name and the last line of its log. */
export function runFact(name: string, lastLine: string): RunFact | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([a-z]+)/.exec(name);
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, mode = ''] = found;
  return {
    atMs: Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
    mode,
    result: /^# Result: (.*)$/m.exec(lastLine.trim())?.[1],
  };
}

/** Pure. Whether it was kept from starting, as by another run that was at work: it says nothing of this Otto. */
export const neverBegan = ({ result = '' }: RunFact): boolean => /^failed: .*, 0 actions, /.test(result);

/** Pure. UFW's unit only loads rules: while they are loaded UFW is at work, whatever became of the unit (`ufw enable` by hand). */
export function withRules(fact: ServiceFact, ufw: 'absent' | 'inactive' | 'active'): ServiceFact {
  return fact.name !== 'ufw' || ufw !== 'active' || fact.running
    ? fact
    : { ...fact, state: `rules loaded, unit ${fact.state}`, running: true };
}
