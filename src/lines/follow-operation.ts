import type { Run } from '../engine/contracts/run.ts';
import { stopOnSignals } from '../engine/signals.ts';
import { printRun } from '../run/print-run.ts';
import type { RunModel } from '../run/view-model.ts';
import type { LineReader } from '../terminal/line-reader.ts';
import type { Say } from './ask.ts';
import { followInLines } from './follow.ts';

/** Where what a run says goes, and who is asked. */
interface Following {
  readonly call: { readonly json: boolean };
  /** Undefined when nobody is there. */
  readonly reader: LineReader | undefined;
  readonly print: (text: string) => void;
  readonly say: Say;
}

/** Follows a run to its end: as a conversation, as lines, or as JSON. A signal stops it safely. */
export async function follow(run: Run, { call, reader, print, say }: Following): Promise<RunModel> {
  if (reader !== undefined) return followInLines(run, { reader, say });
  const unsubscribe = stopOnSignals(run);
  const model = await printRun(run, call.json, print);
  unsubscribe();
  return model;
}
