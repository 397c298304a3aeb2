import { forgetState } from '../machine/disk.ts';
import { createDroplet, Droplet } from '../machine/droplet.ts';
import { identify } from '../machine/processes.ts';
import type { Kind } from '../machine/record.ts';
import type { Release } from '../machine/release.ts';
import { removeDroplet } from '../machine/remove.ts';

const OVER = 'the run was interrupted';

/** Droplets and states that exist while scenarios run, so that an end or an interruption can take them away. */
export class Droplets {
  private readonly id: string;
  private readonly have: ReadonlyMap<string, string>;
  private readonly names = new Set<string>();
  private readonly states: string[] = [];
  private made = 0;
  private over = false;

  /** `have`: saved states that stand for the ends of scenarios. */
  constructor(id: string, have: ReadonlyMap<string, string>) {
    this.id = id;
    this.have = have;
  }

  /** A name that no other droplet of this run has. */
  newName(): string {
    const name = `${this.id}-${this.made}`;
    this.made += 1;
    this.names.add(name);
    return name;
  }

  /**
   * Makes a droplet of that name, from a state or from nothing, that ends with this process at the latest. Throws once the
   * run is over, also when it ended while the droplet was being made.
   */
  async make(name: string, release: Release, kind: Kind, from?: string): Promise<Droplet> {
    if (this.over) throw new Error(OVER);
    const made = await createDroplet({
      ...{ name, release, kind, owned: true },
      ...(from === undefined ? {} : { from }),
    });
    if (!this.over) return made;
    await this.remove(name);
    throw new Error(OVER);
  }

  /** The run was interrupted: whoever still works on it gets no more droplets. */
  end(): void {
    this.over = true;
  }

  /** The state in which a scenario ended on that release. */
  endOf(release: Release, scenario: string): string {
    return this.have.get(scenario) ?? `${this.id}-${release}-${scenario}`;
  }

  /** Keeps a droplet's disk until the run ends; the droplet has none any more. */
  async keep(droplet: Droplet, state: string): Promise<void> {
    await droplet.save(state, { resume: false, owner: identify(process.pid) ?? null });
    this.states.push(state);
  }

  /** Takes one away, or says that it is to stay. */
  async remove(name: string): Promise<void> {
    await removeDroplet(name);
    this.names.delete(name);
  }

  async letStay(name: string): Promise<void> {
    await new Droplet(name).update({ owner: null });
    this.names.delete(name);
  }

  /** All that there are; one that is just being made or removed by others does not keep the rest. */
  async removeAll(): Promise<void> {
    const removed = await Promise.allSettled([...this.names].map(removeDroplet));
    for (const result of removed) if (result.status === 'rejected' && !this.over) throw result.reason;
  }

  async forgetStates(): Promise<void> {
    // The newest first: they stand on the older ones.
    for (const state of this.states.splice(0).reverse()) await forgetState(state);
  }
}
