import { chance, mixed } from '../runner/faults/chance.ts';
import { patternOf } from '../runner/faults/pattern.ts';
import { flows } from './flows.ts';
import { made } from './made.ts';
import { HOWS, type Made, type Point } from './point.ts';

export type Wanted = Point | Made;

/** Every action of every flow, killed in every way, and as a unit of its own or not; then moments that the seed draws. */
function aimed(): readonly Point[] {
  return flows.flatMap((flow) =>
    Array.from({ length: flow.actions }, (_, index) => index + 1).flatMap((action) =>
      HOWS.map((how, turn): Point => {
        // What is long is hit in its middle as well, what is short before and behind it.
        const afterMs = [0, 350, 1500][(action + turn) % 3] ?? 0;
        const unit = (action + turn) % 2 === 0;
        return {
          name: `${flow.name}@${action} ${how}${unit ? ' unit' : ''}`,
          group: flow.name,
          flow,
          how,
          unit,
          action,
          afterMs,
        };
      }),
    ),
  );
}

/** At any moment from the start of the process on. */
function atRandom(seed: string, count: number): readonly Point[] {
  const random = chance(`random ${seed}`);
  return Array.from({ length: count }, (_, index): Point => {
    const flow = flows[Math.floor(random() * flows.length)] ?? flows[0];
    if (flow === undefined) throw new Error('there is no flow');
    const how = HOWS[Math.floor(random() * HOWS.length)] ?? 'all';
    const afterMs = Math.floor(random() * 14_000);
    const unit = random() < 0.5;
    return {
      name: `${flow.name} after ${afterMs} ms ${how}${unit ? ' unit' : ''} #${index}`,
      group: 'random',
      flow,
      how,
      unit,
      action: 0,
      afterMs,
    };
  });
}

/** All points in an order that the seed decides; a sample has as many flows in it as possible. */
export function pointsFor({
  seed,
  sample,
  only,
}: {
  readonly seed: string;
  readonly sample?: number;
  readonly only?: readonly string[];
}): readonly Wanted[] {
  const all: readonly Wanted[] = [...made, ...aimed(), ...atRandom(seed, 30)];
  const named =
    only === undefined
      ? all
      : all.filter(({ name, group }) =>
          only.map(patternOf).some((pattern) => pattern.test(name) || pattern.test(group)),
        );
  if (named.length === 0)
    throw new Error(
      `there is no such point; groups: ${[...new Set(all.map(({ group }) => group))].join(', ')}`,
    );
  // The groups take turns, so that a run that is ended early has tried something of each.
  return mixed(named, ({ group }) => group, seed).slice(0, sample ?? named.length);
}
