import { SECRET_KEYS } from '../answers/schema.ts';
import { firstOtto, fixAfterwards } from '../lines/first-otto.ts';
import { operateInLines } from '../lines/operation.ts';
import { flagOf, type OperationCall } from '../operation-flow/call.ts';
import { givenIn } from '../operation-flow/given.ts';
import type { AnyOttoOperation, Given } from '../operations/otto-operation.ts';
import type { OttoSeries } from '../operations/series.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { CannotRun, EXIT } from '../run/exit-code.ts';
import { LineReader } from '../terminal/line-reader.ts';
import { standIn } from '../wizard/services.ts';
import type { Call, Shell } from './command.ts';
import { chooseColours, knownUser, type Prepared, prepare } from './prepare.ts';
import { answersFor } from './runner.ts';

/**
 * Carries out an operation, or a series of them, that was asked for on the command line: on screens, as a conversation in
 * lines, or unattended.
 */
export async function operate(
  asked: AnyOttoOperation | OttoSeries,
  typed: Call,
  shell: Shell,
): Promise<number> {
  const call = operationCall(asked, typed);
  const prepared = await prepare(typed, shell, { changes: true });
  const { operation } = call;
  const { host, inputs, attended, print, warn } = prepared;
  const nothing = await operation.nothingHere?.(host);
  if (nothing !== undefined) {
    print(`${nothing}\n`);
    return EXIT.ok;
  }
  const given = givenIn(call, warn);
  if (operation.nothingHere === undefined && !(await ottoIsHere(prepared))) {
    if (operation.withoutOtto === undefined)
      throw new CannotRun('This machine has no Otto yet. To install one: otto-install');
    return onFreshMachine(call, given, prepared);
  }
  const { answers } = answersFor(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  if (prepared.screens) {
    chooseColours(typed);
    const { runOperateScreens } = await import('../screens/operation-app.tsx');
    return runOperateScreens({ call, answers, given, host, session: await prepared.session() });
  }
  return talking(prepared, (talk) => operateInLines({ ...prepared, ...talk, call, answers, given }));
}

/** Where there is no Otto yet one is installed first. That is a conversation in lines everywhere. */
function onFreshMachine(call: OperationCall, given: Given, prepared: Prepared): Promise<number> {
  return talking(prepared, async (talk) => {
    const first = await firstOtto({ ...prepared, ...talk, call, given });
    if ('exitCode' in first) return first.exitCode;
    const lines = { ...prepared, ...talk, ...first, call };
    const exitCode = await operateInLines(lines);
    return exitCode === EXIT.ok ? fixAfterwards(lines) : exitCode;
  });
}

interface Talk {
  /** Undefined when nobody is there. */
  readonly reader: LineReader | undefined;
  readonly say: (...lines: readonly string[]) => void;
}

async function talking(
  { attended, print }: Prepared,
  work: (talk: Talk) => Promise<number>,
): Promise<number> {
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  try {
    return await work({ reader, say: (...lines) => print(`${lines.join('\n')}\n`) });
  } finally {
    reader?.close();
  }
}

/** What was typed, by the ids of the operation's questions. */
export function operationCall(
  asked: AnyOttoOperation | OttoSeries,
  { yes, json, values }: Pick<Call, 'yes' | 'json' | 'values'>,
): OperationCall {
  const isSeries = 'operations' in asked;
  const operation = isSeries ? asked.operations[0] : asked;
  if (operation === undefined) throw new Error(`${asked.command} consists of nothing`);
  const named = (ids: readonly string[], suffix = '') =>
    Object.fromEntries(
      ids.flatMap((id) => {
        const value = values.get(`${flagOf(id).slice(2)}${suffix}`);
        return value === undefined ? [] : [[id, value]];
      }),
    );
  return {
    operation,
    ...(isSeries ? { series: asked } : {}),
    yes,
    json,
    flags: named(Object.keys(isSeries ? {} : operation.flags)),
    secretFiles: named(Object.keys(isSeries ? {} : (operation.secretFlags ?? {})), '-file'),
  };
}

/** Whether there is an Otto, also where its answers are not all known. */
function ottoIsHere({ host, inputs }: Prepared): Promise<boolean> {
  const user = knownUser(inputs);
  return hasOtto(host, standIn(user === undefined ? {} : { user }));
}
