import type { Run } from '../engine/contracts/run.ts';
import { wrapWidth } from '../terminal/wrap-width.ts';
import { visibleJson } from '../text/visible.ts';
import { wrapText } from '../text/wrap.ts';
import { PlainWriter } from './plain.ts';
import type { RunModel } from './view-model.ts';

/** Prints a run as it goes, until it has ended: lines, or its events as JSON. */
export async function printRun(run: Run, json: boolean, print: (text: string) => void): Promise<RunModel> {
  const writer = new PlainWriter();
  run.subscribe((event) => {
    const lines = writer.take(event);
    if (json) print(`${visibleJson(event)}\n`);
    else for (const line of lines) print(`${wrapText(line, wrapWidth())}\n`);
  });
  await run.result;
  return writer.model;
}
