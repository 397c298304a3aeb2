import type { Control } from '../internet/control.ts';
import type { HostName } from '../internet/names.ts';
import { pause } from '../machine/shell.ts';
import { chance, shuffled } from '../runner/faults/chance.ts';
import type { FaultsWanted } from '../runner/scenario.ts';

/** A moment of a run at which ssh is cut, and the gate of the small internet that holds the run there. */
export interface Moment {
  readonly name: 'apt' | 'pull' | 'pip' | 'certificate' | 'update' | 'restore';
  readonly gate?: readonly [host: HostName, path: string];
}

const PULL = ['ghcr.io', '/blobs/'] as const;

/** Those of an installation, in the order in which they usually come. */
const INSTALLING: readonly Moment[] = [
  { name: 'apt', gate: ['deb.small.example', '.deb'] },
  { name: 'pull', gate: PULL },
  { name: 'pip', gate: ['pypi.small.example', '.whl'] },
  { name: 'certificate', gate: ['acme-v02.api.letsencrypt.org', 'order'] },
];

export const UPDATE: Moment = { name: 'update', gate: PULL };
export const RESTORE: Moment = { name: 'restore' };

/** What was asked for: a sample, by the seed, or all. */
export interface Chosen {
  readonly installing: readonly Moment[];
  readonly update: boolean;
  readonly restore: boolean;
}

/** Throws on a name that is none. */
export function chosen({ only, sample, seed }: Pick<FaultsWanted, 'only' | 'sample' | 'seed'>): Chosen {
  const all = [...INSTALLING, UPDATE, RESTORE];
  const unknown = only?.filter((name) => !all.some((moment) => moment.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `there is no moment '${unknown.join("', '")}'; there are: ${all.map(({ name }) => name).join(', ')}`,
    );
  const named = all.filter(({ name }) => only === undefined || only.includes(name));
  const drawn = shuffled(named, chance(seed)).slice(0, sample ?? named.length);
  return {
    installing: INSTALLING.filter((moment) => drawn.includes(moment)),
    update: drawn.includes(UPDATE),
    restore: drawn.includes(RESTORE),
  };
}

/** Gates that are closed from the beginning; the run comes to them in any order. */
export class Gates {
  readonly #internet: Control;
  readonly #closed = new Set<Moment>();
  #reached: Moment | undefined;
  #watching = true;

  constructor(internet: Control) {
    this.#internet = internet;
  }

  async close(moments: readonly Moment[]): Promise<void> {
    for (const moment of moments) {
      if (moment.gate === undefined) continue;
      await this.#internet.gates.close(...moment.gate);
      this.#closed.add(moment);
    }
    void this.#watch();
  }

  /** A closed gate at which something waits. */
  get reached(): Moment | undefined {
    return this.#reached;
  }

  get allOpen(): boolean {
    return this.#closed.size === 0;
  }

  async open(moment: Moment): Promise<void> {
    this.#closed.delete(moment);
    if (this.#reached === moment) this.#reached = undefined;
    if (moment.gate !== undefined) await this.#internet.gates.open(moment.gate[0]);
  }

  /** Opens all. */
  async end(): Promise<void> {
    this.#watching = false;
    for (const moment of this.#closed) await this.open(moment);
  }

  async #watch(): Promise<void> {
    while (this.#watching) {
      for (const moment of this.#closed) {
        if (this.#reached !== undefined || moment.gate === undefined) break;
        const waiting = await this.#internet.gates.waiting(moment.gate[0]).catch(() => 0);
        if (waiting > 0 && this.#closed.has(moment)) this.#reached = moment;
      }
      await pause(200);
    }
  }
}
