import type { Kind } from '../machine/record.ts';
import { type Release, suiteOf, usualReleases } from '../machine/release.ts';
import { needsOf, type Scenario } from './scenario.ts';

/** One scenario on one release. */
export interface Turn {
  readonly scenario: Scenario;
  readonly release: Release;
  readonly kind: Kind;
  /** Its end is kept, because a later turn starts from it. */
  readonly keepsEnd: boolean;
}

/**
 * The turns that the asked-for scenarios need: those that others start from are added and come first; one release
 * after the other. Names that are empty mean all; without `release` they run on the usual ones; scenarios in `have` are not run for
 * others, because a saved state stands for their end.
 * Throws on a name that does not exist, and on scenarios that need one another in a circle.
 */
export function plan(
  all: readonly Scenario[],
  names: readonly string[],
  release?: Release,
  have: ReadonlySet<string> = new Set(),
): Turn[] {
  const byName = new Map(all.map((scenario) => [scenario.name, scenario]));
  const find = (name: string): Scenario => {
    const scenario = byName.get(name);
    if (scenario === undefined) {
      throw new Error(`there is no scenario '${name}'; there are: ${[...byName.keys()].join(', ')}`);
    }
    return scenario;
  };
  /** The scenario and those below it, the first one first. */
  const chain = (name: string, above: readonly string[] = []): Scenario[] => {
    if (above.includes(name)) throw new Error(`scenarios need one another: ${[...above, name].join(' → ')}`);
    const scenario = find(name);
    const below = needsOf(scenario).filter((need) => !have.has(need));
    return [...below.flatMap((need) => chain(need, [...above, name])), scenario];
  };
  /** What the droplet at the bottom had. */
  const kindOf = (scenario: Scenario): Kind => {
    const [first] = needsOf(scenario);
    return first === undefined ? (scenario.kind ?? 'bare') : kindOf(find(first));
  };
  const chains = (names.length === 0 ? [...byName.keys()] : names).map((name) => chain(name));
  const releases = release === undefined ? usualReleases : [release];
  return releases.flatMap((on) => {
    const runs = chains.filter((steps) => steps.at(-1)?.releases.includes(suiteOf(on)));
    const wanted = [...new Set(runs.flat())];
    return wanted.map((scenario) => ({
      scenario,
      release: on,
      kind: kindOf(scenario),
      keepsEnd: !have.has(scenario.name) && wanted.some((other) => needsOf(other).includes(scenario.name)),
    }));
  });
}
