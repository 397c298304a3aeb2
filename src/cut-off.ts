import { printRun } from './batch.ts';
import { stopOnSignals } from './engine/signals.ts';
import { loadRecord } from './engine/undo-record.ts';
import type { Host } from './host/host.ts';
import { startOperation } from './otto.ts';
import { standIn } from './world.ts';

/**
 * Brings an operation to its end that a power cut or a kill left in the middle: takes it back, or, when it was verified
 * already, clears up after it. Prints what it does. Whether the way is free now: there was nothing, or it came to its end.
 */
export async function finishCutOff(
  host: Host,
  version: string,
  { json, print }: { readonly json: boolean; readonly print: (text: string) => void },
): Promise<boolean> {
  const record = await loadRecord(host).catch(() => 'unreadable' as const);
  if (record === undefined) return true;
  if (record !== 'unreadable' && !json)
    print(`'${record.title}' was cut off. Before anything else it is brought to its end.\n`);
  const run = startOperation(host, standIn({}), version);
  const letGo = stopOnSignals(run);
  const model = await printRun(run, json, print);
  letGo();
  if (!json) print('\n');
  return (
    model.ended?.outcome === 'healthy' || (await loadRecord(host).catch(() => 'unreadable')) === undefined
  );
}
