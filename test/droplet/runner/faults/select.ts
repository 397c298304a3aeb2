import type { Fault, Otto } from '../../faults/fault.ts';
import { UNTRIED } from '../../faults/untried.ts';
import { chance, mixed, shuffled } from './chance.ts';
import { named } from './only.ts';

/** A fault on one of the Ottos that it is for. */
export interface Trial {
  readonly fault: Fault;
  readonly otto: Otto;
}

/** Which faults are wanted. */
export interface Selection {
  /** Names, or patterns with '*'; all when absent. */
  readonly only?: readonly string[];
  /** The first of four parts is { part: 1, of: 4 }; the parts of one seed together are everything. */
  readonly part?: { readonly part: number; readonly of: number };
  /** So many, of as many groups as possible, and of those that have been through on a droplet before. */
  readonly sample?: number;
  readonly seed: string;
}

/**
 * The trials that are wanted: those of one Otto after those of the other, else in the catalogue's order. The same seed chooses
 * the same ones from the same catalogue.
 */
export function select(all: readonly Fault[], selection: Selection): readonly Trial[] {
  const faults = selection.only === undefined ? all : named(all, selection.only);
  const { part, sample } = selection;
  const usual = sample === undefined ? faults : faults.filter(({ name }) => !UNTRIED.has(name));
  const trials = usual.flatMap((fault) => (fault.on ?? ['current']).map((otto): Trial => ({ fault, otto })));
  const drawn =
    part === undefined && sample === undefined
      ? trials
      : mixed(trials, ({ fault }) => fault.group, selection.seed);
  const chosen = new Set(
    drawn
      .filter((_, index) => part === undefined || index % part.of === part.part - 1)
      .slice(0, sample ?? trials.length),
  );
  const inOrder = trials.filter((trial) => chosen.has(trial));
  return [
    ...inOrder.filter(({ otto }) => otto === 'current'),
    ...inOrder.filter(({ otto }) => otto === 'april'),
  ];
}

/** Whether a fault can be one of several at once: fixed with nobody there, and known for what it touches. */
function combines({ name, touches, repair = 'fix', code, spoils, on = ['current'] }: Fault): boolean {
  return (
    !UNTRIED.has(name) &&
    touches !== undefined &&
    repair === 'fix' &&
    code !== undefined &&
    spoils !== true &&
    on.includes('current')
  );
}

/** So many faults that do not touch the same, chosen by the seed; fewer when there are not so many. */
export function combination(all: readonly Fault[], size: number, seed: string): readonly Fault[] {
  const chosen: Fault[] = [];
  for (const fault of shuffled(all.filter(combines), chance(seed))) {
    if (chosen.length === size) break;
    const apart = chosen.every(({ touches = [] }) => !touches.some((what) => fault.touches?.includes(what)));
    if (apart) chosen.push(fault);
  }
  return chosen;
}

/** Reads '1/4'. Throws when it is no part of a whole. */
export function parsePart(text: string): { readonly part: number; readonly of: number } {
  const [, part, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (part === undefined || of === undefined || part < 1 || part > of)
    throw new Error(`'${text}' is no part: write 1/4 for the first of four`);
  return { part, of };
}
