import type { Host } from '../../host/host.ts';
import type { Thing } from '../contracts/thing.ts';
import { type LedgerFile, type NotedThing, readLedger } from './ledger-file.ts';
import { STATE_DIR } from './state-dir.ts';

/** Whether a thing is there; 'unknown' where nobody can say now, 'new' where what succeeds cannot have been there. */
export type WhetherThere = (thing: Thing) => boolean | 'unknown' | 'new';
type Stamp = Pick<NotedThing, 'run' | 'at'>;

/** Pure. Notes what is about to be made: 'begun', or 'found' where it is there and was not ours. */
export function noteBegun(
  ledger: LedgerFile,
  makes: readonly Thing[],
  isThere: WhetherThere,
  stamp: Stamp,
): LedgerFile {
  return noted(ledger, makes, (thing, before) => {
    const there = isThere(thing);
    if (there === 'unknown') return before;
    if (before === undefined || before.state === 'removed')
      return { ...stamp, state: there === true ? 'found' : 'begun' };
    // What was somebody else's is gone, so what will be there is ours; but not what we took away ourselves, to put it elsewhere.
    if (before.state === 'found' && there === false && thing.again !== true)
      return { ...stamp, state: 'begun' };
    return before;
  });
}

/** Pure. Notes what was made and what was removed. What was to be made and is not there was not made. */
export function noteDone(
  ledger: LedgerFile,
  { makes, removes }: { readonly makes: readonly Thing[]; readonly removes: readonly Thing[] },
  isThere: WhetherThere,
  stamp: Stamp,
): LedgerFile {
  const made = noted(ledger, makes, (thing, before) => {
    // Nobody could say whether it was there before: then it may be somebody's.
    if (before === undefined || before.state === 'removed')
      return isThere(thing) === false ? before : { ...stamp, state: 'found' };
    return before.state === 'begun' && isThere(thing) !== false ? { ...stamp, state: 'made' } : before;
  });
  return noted(made, removes, (thing, before) =>
    // One that somebody uses may stay although it was to go.
    isThere(thing) === true ? before : { ...stamp, state: 'removed' },
  );
}

/** The same ledger when nothing changes. */
function noted(
  ledger: LedgerFile,
  things: readonly Thing[],
  state: (
    thing: Thing,
    before: NotedThing | undefined,
  ) => Pick<NotedThing, 'state' | 'run' | 'at'> | undefined,
): LedgerFile {
  const known = new Map((ledger.things ?? []).map((one) => [keyOf(one), one]));
  let changed = false;
  for (const thing of things) {
    const before = known.get(keyOf(thing));
    const now = state(thing, before);
    if (now === undefined || now === before) continue;
    const { kind, name } = thing;
    known.set(keyOf(thing), { kind, name, state: now.state, run: now.run, at: now.at });
    changed = true;
  }
  return changed ? { ...ledger, things: [...known.values()] } : ledger;
}

const keyOf = ({ kind, name }: Pick<NotedThing, 'kind' | 'name'>): string => `${kind} ${name}`;

/** What this machine's runs have made, found and removed; undefined where no run of a release after 1.0.0 has noted any. */
export async function notedThings(host: Host): Promise<readonly NotedThing[] | undefined> {
  return (await readLedger(host, STATE_DIR)).things;
}
