import { type AnswerInputs, answersProblemText, resolveAnswers } from '../answers/resolve.ts';
import { type Answers, SECRET_KEYS, userProblem } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { firstOtto, mendAfterwards } from '../lines/first-otto.ts';
import { type LinesOptions, operateInLines } from '../lines/operation.ts';
import type { OperationCall } from '../operation-flow/call.ts';
import { givenIn } from '../operation-flow/given.ts';
import type { Given } from '../operations/otto-operation.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { EXIT } from '../run/exit-code.ts';
import { InputEnded, LineReader } from '../terminal/line-reader.ts';
import { standIn } from '../wizard/services.ts';

/** What screens need to carry out what was asked for. */
export interface OperateShow {
  readonly call: OperationCall;
  readonly answers: Answers;
  readonly given: Given;
}

interface OperateOptions extends Omit<LinesOptions, 'call' | 'answers' | 'given' | 'reader' | 'say'> {
  readonly call: OperationCall;
  readonly host: Host;
  readonly inputs: AnswerInputs;
  /** Secrets that the machine has already. */
  readonly onMachine: ReadonlySet<keyof Answers>;
  /** Somebody sits at a terminal and can be asked. */
  readonly attended: boolean;
  /** Carries it out on screens; absent where there are none. */
  readonly screens?: (show: OperateShow) => Promise<number>;
}

/**
 * Carries out an operation, or a series of them, that was asked for on the command line: on screens, as a conversation in
 * lines, or unattended. Resolves to the exit code: 0 done and verified, 1 not done, 2 could not run, 130 stopped.
 */
export async function runOperate(options: OperateOptions): Promise<number> {
  const { call, host, inputs, attended, warn, screens } = options;
  const { operation } = call;
  const nothing = await operation.nothingHere?.(host);
  if (nothing !== undefined) {
    options.print(`${nothing}\n`);
    return 0;
  }
  const given = givenIn(call, warn);
  const resolution = resolveAnswers(inputs, { unattended: !attended, notNeeded: new Set(SECRET_KEYS) });
  const isHere = operation.nothingHere !== undefined || (await ottoIsHere(host, inputs));
  if (isHere && !resolution.ok) {
    warn(answersProblemText(resolution));
    return EXIT.couldNotRun;
  }
  if (!isHere && operation.withoutOtto === undefined) {
    warn('This machine has no Otto yet. To install one: otto-install');
    return EXIT.couldNotRun;
  }
  // What comes before an Otto is there is a conversation in lines everywhere.
  if (isHere && resolution.ok && screens !== undefined)
    return screens({ call, answers: resolution.answers, given });
  const reader = attended ? new LineReader(process.stdin, process.stdout) : undefined;
  const say = (...lines: readonly string[]) => options.print(`${lines.join('\n')}\n`);
  try {
    if (isHere && resolution.ok)
      return await operateInLines({ ...options, answers: resolution.answers, given, reader, say });
    const first = await firstOtto({ ...options, given, reader, say });
    if ('exitCode' in first) return first.exitCode;
    const lines = { ...options, ...first, reader, say };
    const exitCode = await operateInLines(lines);
    return exitCode === 0 ? await mendAfterwards(lines) : exitCode;
  } catch (error) {
    if (error instanceof InputEnded) return EXIT.stopped;
    throw error;
  } finally {
    reader?.close();
  }
}

/** Whether there is an Otto, also where its answers are not all known. */
function ottoIsHere(host: Host, inputs: AnswerInputs): Promise<boolean> {
  const { discovered, saved, file, environment, flags } = inputs;
  const user = [flags, environment, file, saved, discovered].find((source) => source?.user)?.user;
  // What is no name is said with the rest of what is wrong; it names no home either.
  const known = user === undefined || userProblem(user) !== undefined ? {} : { user };
  return hasOtto(host, standIn(known));
}
