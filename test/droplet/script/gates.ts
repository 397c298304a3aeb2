import type { Control } from '../internet/control.ts';
import type { HostName } from '../internet/names.ts';
import { pause } from '../machine/shell.ts';

/** A moment of a run, and the gate of the small internet that can hold the run there. */
export interface Moment {
  readonly name: string;
  readonly gate?: readonly [host: HostName, path: string];
}

/** Those of an installation, in the order in which they usually come. */
export const INSTALLING: readonly Moment[] = [
  { name: 'apt', gate: ['deb.small.example', '.deb'] },
  { name: 'pull', gate: ['ghcr.io', '/blobs/'] },
  { name: 'pip', gate: ['pypi.small.example', '.whl'] },
  { name: 'certificate', gate: ['acme-v02.api.letsencrypt.org', 'order'] },
];

/** Gates that are closed from the beginning; the run comes to them in any order. */
export class Gates {
  readonly #internet: Control;
  readonly #closed = new Set<Moment>();
  #reached: Moment | undefined;
  #watching = true;
  #watch: Promise<void> | undefined;

  constructor(internet: Control) {
    this.#internet = internet;
  }

  async close(moments: readonly Moment[]): Promise<void> {
    for (const moment of moments) {
      if (moment.gate === undefined) continue;
      await this.#internet.gates.close(...moment.gate);
      this.#closed.add(moment);
    }
    this.#watch ??= this.#look();
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

  async #look(): Promise<void> {
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
