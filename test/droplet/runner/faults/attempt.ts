import type { Fault, FaultContext, Otto } from '../../faults/fault.ts';
import { pause } from '../../machine/shell.ts';
import { type Audited, plainFix } from './harm/audit.ts';
import { beyond, type Found, misjudged } from './look.ts';
import type { Row } from './row.ts';
import { type Belongings, belongings, lost } from './survives.ts';
import { fix, fixInDialogue, look } from './wizard.ts';

/** What a healthy Otto is like before it is broken. */
export interface Healthy {
  /** Codes that a look finds there: a machine that is small, a system that nobody tested. */
  readonly baseline: ReadonlySet<string>;
  readonly belongings: Belongings;
}

const PATIENCE_SECONDS = 120;
/** How long a plain fix may wait for what does not come. */
const PLAIN_SECONDS = 90;

/** Waits until the droplet is healthy, but for risks, and says what it is like. Throws with what is found when it is not. */
export async function healthy(context: FaultContext, seconds = 600): Promise<Healthy> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const { found } = await look(context.droplet);
    const wrong = found.filter(({ severity }) => severity !== 'risk');
    if (wrong.length === 0)
      return {
        baseline: new Set(found.map(({ code }) => code)),
        belongings: await belongings(context.droplet),
      };
    if (Date.now() > end) throw new Error(`the droplet is not healthy to begin with: ${inWords(wrong)}`);
    await pause(1000);
  }
}

/** The code that has to be found on that Otto. */
export function codeOn(fault: Fault, otto: Otto): string | undefined {
  return typeof fault.code === 'object' ? fault.code[otto] : fault.code;
}

/** Breaks it, has the wizard find and fix it, and looks what is left of it. Never throws: what went wrong is in the row. */
export async function attempt(context: FaultContext, fault: Fault, before: Healthy): Promise<Row> {
  const startedAt = Date.now();
  const seconds = (since = startedAt) => (Date.now() - since) / 1000;
  const patience = fault.patience ?? PATIENCE_SECONDS;
  let row: Omit<Row, 'seconds'> = { fault: fault.name, otto: context.otto, codes: [] };
  try {
    await fault.break(context);
    const expected = codeOn(fault, context.otto);
    const seen = await look(context.droplet);
    const found = beyond(seen, before.baseline);
    row = { ...row, codes: codesOf(found, expected), findSeconds: seen.seconds };
    const wrong = misjudged(found, expected, fault.also);
    if (wrong !== undefined) throw new Error(wrong);
    const fixingSince = Date.now();
    const plain = await plainFix(context.droplet, Math.min(patience, PLAIN_SECONDS));
    row = { ...row, harm: plain.harm };
    if (plain.harm.length > 0) throw new Error(`harm: ${plain.harm.join('; ')}`);
    if (expected === undefined && plain.actions > 0)
      throw new Error(`a plain fix acted where nothing is wrong: ${actionsOf(plain)}`);
    const left = plain.actions > 0 ? beyond(await look(context.droplet), before.baseline) : found;
    if (expected !== undefined && left.length === 0) row = { ...row, fix: 'plain fix' };
    else if (expected !== undefined) {
      row = { ...row, fix: typeof fault.repair === 'function' ? 'by hand' : (fault.repair ?? 'fix') };
      // What may be found beside it is a cause of its own, and named like the first.
      const beside = left.filter(({ code }) => fault.also?.includes(code)).map(({ code }) => code);
      const named = [...new Set([stillNamed(expected, left), ...beside])];
      if (typeof fault.repair === 'function') await fault.repair(context);
      else if (fault.repair === 'dialogue') await fixInDialogue(context, named, patience);
      else await fix(context.droplet, named, patience);
    }
    // After a plain fix that was enough that was just looked at.
    if (row.fix !== 'plain fix')
      await untilClean(context, before, patience - seconds(fixingSince), expected === undefined);
    if (expected !== undefined) row = { ...row, fixSeconds: seconds(fixingSince) };
    row = { ...row, lost: lost(before.belongings, await belongings(context.droplet)) };
    if (row.lost !== undefined && row.lost.length > 0) throw new Error(`lost: ${row.lost.join(', ')}`);
    await fault.after?.(context);
    return { ...row, seconds: seconds() };
  } catch (error) {
    return { ...row, seconds: seconds(), failure: error instanceof Error ? error.message : String(error) };
  }
}

const actionsOf = ({ written, commands }: Audited): string =>
  [...written, ...commands].join('; ').slice(0, 600);

/** The code that a person would name now: what a plain fix has begun may ask for what is left of it under another one. */
function stillNamed(expected: string, left: readonly Found[]): string {
  if (left.some(({ code }) => code === expected)) return expected;
  return left.find(({ severity }) => severity !== 'risk')?.code ?? expected;
}

/** Looks until nothing is found beyond what was there before: what was restarted may need a moment. `risksStay`: where nothing was to be fixed. */
async function untilClean(
  context: FaultContext,
  before: Healthy,
  seconds: number,
  risksStay: boolean,
): Promise<void> {
  const end = Date.now() + Math.max(10, seconds) * 1000;
  for (;;) {
    const left = beyond(await look(context.droplet), before.baseline).filter(
      ({ severity }) => !risksStay || severity !== 'risk',
    );
    if (left.length === 0) return;
    if (Date.now() > end) throw new Error(`after the fix there is still ${inWords(left)}`);
    await pause(500);
  }
}

/** The code that was expected first, then what else was found; risks besides it are not told. */
function codesOf(found: readonly Found[], expected: string | undefined): readonly string[] {
  const told = found.filter(({ code, severity }) => code === expected || severity !== 'risk');
  return [...new Set(told.map(({ code }) => code))].sort(
    (a, b) => Number(b === expected) - Number(a === expected),
  );
}

function inWords(found: readonly Found[]): string {
  return found.map(({ task, code, evidence }) => `${code} (${task}: ${evidence})`).join('; ');
}
