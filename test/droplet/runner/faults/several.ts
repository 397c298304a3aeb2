import type { Fault, FaultContext, Group } from '../../faults/fault.ts';
import { codeOn, type Healthy } from './attempt.ts';
import { beyond } from './look.ts';
import type { Row } from './row.ts';
import { belongings, lost } from './survives.ts';
import { fix, look } from './wizard.ts';

/** More rounds than this are a circle. */
const MOST_ROUNDS = 6;
const FIX_SECONDS = 240;

/** Broken in this order: what others need to be broken with comes last. */
const ORDER: readonly Group[] = [
  ...([
    'hermes',
    'claude',
    'way-in',
    'bridge',
    'open-webui',
    'paperclip',
    'firewall',
    'docker',
    'machine',
  ] as const),
];

/** Breaks several at once, then looks and fixes what is found until nothing is. Never throws. */
export async function attemptSeveral(
  context: FaultContext,
  faults: readonly Fault[],
  before: Healthy,
  name: string,
): Promise<Row> {
  const startedAt = Date.now();
  const seconds = (since = startedAt) => (Date.now() - since) / 1000;
  const inOrder = faults.toSorted((a, b) => ORDER.indexOf(a.group) - ORDER.indexOf(b.group));
  let row: Omit<Row, 'seconds'> = {
    fault: `${name}: ${inOrder.map((fault) => fault.name).join(' + ')}`,
    otto: context.otto,
    codes: [],
  };
  try {
    for (const fault of inOrder) await fault.break(context);
    const fixingSince = Date.now();
    let trouble = '';
    for (let round = 0; ; round += 1) {
      const seen = await look(context.droplet);
      if (round === 0) row = { ...row, findSeconds: seen.seconds };
      const codes = [...new Set(beyond(seen, before.baseline).map(({ code }) => code))];
      if (codes.length === 0) break;
      if (round === MOST_ROUNDS)
        throw new Error(`after ${round} rounds there is still ${codes.join(', ')}; ${trouble}`);
      row = {
        ...row,
        codes: [...row.codes, ...codes.filter((code) => !row.codes.includes(code))],
        fix: `${round + 1} round${round === 0 ? '' : 's'}`,
      };
      // One fix may stand in the way of another: what counts is what the next look finds.
      trouble = await fix(context.droplet, codes, FIX_SECONDS).then(
        () => '',
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
    }
    row = { ...row, fixSeconds: seconds(fixingSince) };
    row = { ...row, lost: lost(before.belongings, await belongings(context.droplet)) };
    if (row.lost !== undefined && row.lost.length > 0) throw new Error(`lost: ${row.lost.join(', ')}`);
    for (const fault of inOrder) await fault.after?.(context);
    const unnamed = inOrder.filter((fault) => !row.codes.includes(codeOn(fault, context.otto) ?? ''));
    if (unnamed.length > 0)
      context.log(`fixed without being named: ${unnamed.map((one) => one.name).join(', ')}`);
    return { ...row, seconds: seconds() };
  } catch (error) {
    return { ...row, seconds: seconds(), failure: error instanceof Error ? error.message : String(error) };
  }
}
