import { type Package, parsePackages } from '../../src/system/packages/dpkg.ts';
import type { AptState } from '../../src/tasks/apt-state.ts';

/** These packages, installed. */
export const installed = (...names: string[]): ReadonlyMap<string, Package> =>
  parsePackages(names.map((name) => `ii \t${name}\t1.0\n`).join(''));

/** An apt that has nothing to do and could install at once, on a machine without packages. */
export const idleApt: AptState = {
  packages: installed(),
  interrupted: [],
  halfInstalled: [],
  journalLeft: false,
  holder: undefined,
  listsFresh: true,
  notOffered: [],
};
