import type { Place } from '../operate/part.ts';

/**
 * What is killed. engine: the process of the run alone, wherever it runs. all: it and everything that it has started, at once.
 * power: the whole droplet.
 */
export const HOWS = ['engine', 'all', 'power'] as const;
export type How = (typeof HOWS)[number];

/** Something that otto-install does, which is killed at each of its actions. */
export interface Flow {
  readonly name: string;
  /** As typed behind `otto-install`; nobody is there who could be asked. */
  readonly words: string;
  /** How many of its actions are aimed at. A run that has fewer comes to its end, and says so. */
  readonly actions: number;
  /** Makes that there is something to do: takes a part away, offers something newer. */
  prepare?(place: Place): Promise<void>;
  /** Names of belongings that it changes on purpose. */
  readonly changes?: (place: Place) => readonly string[];
  /** Undoes what was only for this flow, once it is healthy again. */
  after?(place: Place): Promise<void>;
}

/** A moment at which a run is killed. */
export interface Point {
  readonly name: string;
  readonly group: string;
  readonly flow: Flow;
  readonly how: How;
  /** Whether the run is a unit of systemd's; otherwise a process of the ssh session's. */
  readonly unit: boolean;
  /** At the beginning of this action of the run, the first being 1; 0: as soon as the process has begun. */
  readonly action: number;
  readonly afterMs: number;
}

/** A state that a kill leaves too rarely to be hit: made by hand, in the shape in which a kill leaves it. */
export interface Made {
  readonly name: string;
  readonly group: string;
  /** A script of sh, as root in the droplet. */
  readonly make: string;
  /** What is left to do is not done by a healthy Otto's owner alone: nothing has to be found. */
  readonly again?: string;
}
