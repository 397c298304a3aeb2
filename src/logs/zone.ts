import type { Host } from '../host/host.ts';

const HOUR_QUARTER_MS = 15 * 60_000;

/** Reads times that say no zone as times of one zone. */
export class Zone {
  readonly #format: Intl.DateTimeFormat;
  /** The offset changes at most every quarter of an hour, and asking for it is slow. */
  readonly #offsets = new Map<number, number>();

  /** `name`: 'Europe/Berlin'. One that is not known is taken for UTC. */
  constructor(name: string) {
    try {
      this.#format = offsetFormat(name);
    } catch {
      this.#format = offsetFormat('UTC');
    }
  }

  /** ms since 1970 of a time on this zone's clocks; of one that comes twice, the first. `month` from 1. */
  at(year: number, month: number, day: number, hour: number, minute: number, ms: number): number {
    const wall = Date.UTC(year, month - 1, day, hour, minute) + ms;
    // The offset of about that time, and, near a change of the clocks, the one that really holds then.
    const first = wall - this.#offset(wall - this.#offset(wall));
    const earlier = wall - this.#offset(first - 3_600_000);
    return this.#offset(earlier) === wall - earlier ? earlier : first;
  }

  /** How far the clocks are ahead of UTC, in ms, at a moment. */
  #offset(atMs: number): number {
    const quarter = Math.floor(atMs / HOUR_QUARTER_MS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const parts = this.#format.formatToParts(quarter * HOUR_QUARTER_MS);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    // 'GMT+02:00', and 'GMT' alone where that is nothing.
    const [, sign, hours = 0, minutes = 0] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
    this.#offsets.set(quarter, offset);
    return offset;
  }
}

const offsetFormat = (timeZone: string) =>
  new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });

/** The zone in which this machine's services write times, whatever zone our own session was given. */
export async function zoneOfMachine(host: Host): Promise<Zone> {
  if (host.kind === 'rehearsal') return new Zone('UTC');
  const { stdout } = await host.exec(['readlink', '-f', '/etc/localtime'], { timeoutMs: 5_000 });
  const name = /\/zoneinfo\/(?:posix\/|right\/)?(.+)$/.exec(stdout.trim())?.[1];
  return new Zone(name ?? 'UTC');
}
