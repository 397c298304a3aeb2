import { loadRecord } from '../engine/records/undo-record.ts';
import { stopOnSignals } from '../engine/signals.ts';
import type { Host } from '../host/host.ts';
import { startOperation } from '../otto/start.ts';
import { printRun } from '../run/print-run.ts';
import type { SeenLine } from '../run/shown-line.ts';
import { lookForCutOff } from '../tasks/machine/cut-off.ts';
import { standIn } from './services.ts';

/** How an interrupted operation was finished. */
interface CutOffEnd {
  /** Whether the way is free now: nothing was interrupted, or it is finished. */
  readonly free: boolean;
  /** For those who see the screens and not what was printed before them. */
  readonly said: readonly SeenLine[];
}

/**
 * Brings an operation to its end that a power cut or a kill left in the middle: undoes it, or, when it was verified
 * already, clears up after it. Prints what it does.
 */
export async function finishCutOff(
  host: Host,
  version: string,
  { json, print }: { readonly json: boolean; readonly print: (text: string) => void },
): Promise<CutOffEnd> {
  const record = await loadRecord(host).catch(() => 'unreadable' as const);
  if (record === undefined) return { free: true, said: [] };
  // While another otto-install is running, the operation belongs to that one and was not interrupted: the run itself says so.
  if (record !== 'unreadable' && !json && (await lookForCutOff(host)) !== undefined)
    print(`'${record.title}' was cut off. otto-install finishes it or rolls it back before anything else.\n`);
  const run = startOperation(host, standIn({}), version);
  const unsubscribe = stopOnSignals(run);
  const model = await printRun(run, json, print);
  unsubscribe();
  if (!json) print('\n');
  const free =
    model.ended?.outcome === 'healthy' || (await loadRecord(host).catch(() => 'unreadable')) === undefined;
  if (!free || record === 'unreadable') return { free, said: [] };
  const how =
    record.state === 'verified'
      ? 'All of it had been done and verified; otto-install has now cleaned up the rest.'
      : 'What it had started was rolled back: everything is as it was before.';
  return { free, said: [{ mark: 'risk', text: `'${record.title}' had been cut off. ${how}` }] };
}
