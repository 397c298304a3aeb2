import { SECRET_KEYS } from '../answers/schema.ts';
import type { Event } from '../engine/contracts/event.ts';
import type { Run } from '../engine/contracts/run.ts';
import { follow } from '../lines/follow-operation.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { CannotRun, exitCodeOf } from '../run/exit-code.ts';
import { fixLines, seenCodes, unknownLines } from '../run/fix-text.ts';
import { PlainWriter } from '../run/plain.ts';
import type { RunModel } from '../run/view-model.ts';
import { LineReader } from '../terminal/line-reader.ts';
import type { FixRequest } from '../wizard/home.ts';
import type { Call, Shell } from './command.ts';
import { unknownCodes } from './known-codes.ts';
import { chooseColours, type Prepared, prepare } from './prepare.ts';
import { answersFor, carryOut } from './runner.ts';

/**
 * `otto-install fix [CODE …]`: fixes the named findings and what follows from that; without codes everything that needs
 * no consent. Never installs a first Otto.
 */
export async function fix(call: Call, shell: Shell): Promise<number> {
  return fixOtto(call, await prepare(call, shell, { changes: true }));
}

export async function fixOtto(call: Call, prepared: Prepared): Promise<number> {
  const codes = call.operands;
  const { host, inputs, attended, print } = prepared;
  const unknown = unknownCodes(codes);
  if (unknown.length > 0) throw new CannotRun(unknownLines(unknown).join('\n'));
  // The machine holds its secrets; one that is gone is for its task to say, beside everything else that can be fixed.
  const resolved = answersFor(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (!(await hasOtto(host, resolved.answers)))
    throw new CannotRun(
      'This machine has no Otto yet, so there is nothing to fix. To install one: otto-install',
    );
  const others = codes.length === 0 ? 'all-safe' : 'what-follows';
  const request: FixRequest = {
    codes,
    others,
    title: codes.length === 0 ? 'everything that is safe' : codes.join(', '),
  };
  const events: Event[] = [];
  const show = (run: Run) => {
    run.subscribe((event) => events.push(event));
    return shown(run, request, call, prepared);
  };
  const model = await carryOut(
    { mode: 'install', only: { codes, others }, follow: show },
    resolved,
    prepared,
  );
  if (!call.json) for (const line of fixLines(model, codes, seenCodes(events))) print(`${line}\n`);
  return exitCodeOf(model);
}

/** Follows the run to its end: on screens, as a conversation in lines, as lines, or as JSON. */
async function shown(run: Run, request: FixRequest, call: Call, prepared: Prepared): Promise<RunModel> {
  if (prepared.screens) return onScreens(run, request, call, prepared);
  const { attended, print } = prepared;
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    return await follow(run, { call, reader, print, say: (...lines) => print(`${lines.join('\n')}\n`) });
  } finally {
    reader?.close();
  }
}

async function onScreens(
  run: Run,
  request: FixRequest,
  call: Call,
  { session }: Prepared,
): Promise<RunModel> {
  const writer = new PlainWriter();
  let end: readonly string[] = [];
  run.subscribe((event) => {
    const lines = writer.take(event);
    if (event.type === 'run-ended') end = lines;
  });
  chooseColours(call);
  const { runFixScreens } = await import('../screens/fix-app.tsx');
  const ending = () => `${end.join('\n').trimStart()}\n`;
  await runFixScreens({ run, request, ending, session: await session() });
  await run.result;
  return writer.model;
}
