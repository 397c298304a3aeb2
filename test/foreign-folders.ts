import type { Action } from '../src/engine/contracts/action.ts';
import type { OperationPlan } from '../src/engine/contracts/operation.ts';
import type { Finding } from '../src/engine/contracts/task.ts';
import { foreignPath } from '../src/host/foreign-folders.ts';
import { operations } from '../src/operations/index.ts';
import { tasks } from '../src/tasks/index.ts';
import { refuseUnasked, refuseUnlisted, refuseUnlistedSteps, refuseUnsaid } from './effects.ts';
import { refuseUndeclared } from './undeclared.ts';

/**
 * Loaded before every table test: whatever a `judge` or a `plan` of the real tasks and operations gives back there, none of
 * its commands may have root use a path below a folder of the deploy user or of Paperclip, none may make something that it does not
 * declare, and none of a task's fixes may do something to the world that it does not say.
 */

/** The homes, and Paperclip's data, as all tests have them. */
const isForeign = (folder: string): boolean =>
  /^\/home\/[^/]+(\/|$)/.test(folder) || /^\/opt\/[^/]+\/paperclip(\/|$)/.test(folder);

/** Take whatever begins with a dash for an option, until they are told that there are no more. */
const WITH_OPTIONS = ['rm', 'rmdir', 'mv', 'cp', 'ln', 'touch', 'readlink'];

/** Throws for the first action that would have root go there, or that a name could give an option. */
export function refuseForeign(actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.kind === 'write-file') {
      if (action.proof !== undefined) refuseForeign([action.proof].flat());
      continue;
    }
    const program = action.argv[0].split('/').at(-1) ?? '';
    if (WITH_OPTIONS.includes(program) && !action.argv.includes('--'))
      throw new Error(`"${action.purpose}" has no -- before its paths: ${action.argv.join(' ')}`);
    const path = foreignPath(action, isForeign);
    if (path !== undefined)
      throw new Error(
        `"${action.purpose}" has root use ${path}, below another user's folder: ${action.argv.join(' ')}`,
      );
  }
}

export const actionsOf = (findings: readonly Finding[]): readonly Action[] =>
  findings.flatMap(({ fixes }) => fixes.flatMap(({ actions }) => actions));

export const actionsIn = ({
  steps,
  irreversible = [],
  cleanupAfterSuccess = [],
  cleanupAfterUndo = [],
}: OperationPlan): readonly Action[] => [
  ...steps.flatMap(({ do: action, undo = [] }) => [action, ...('kind' in undo ? [undo] : undo)]),
  ...irreversible,
  ...cleanupAfterSuccess,
  ...cleanupAfterUndo,
];

/** Has every result of a function looked at, once per function however many test files share it. */
function watched<Words extends readonly unknown[], Result>(
  original: (...words: Words) => Result,
  look: (result: Result) => void,
): (...words: Words) => Result {
  if (WATCHED.has(original)) return original;
  const watching = (...words: Words) => {
    const result = original(...words);
    look(result);
    return result;
  };
  WATCHED.add(watching);
  return watching;
}
const WATCHED = new WeakSet<object>();

function refuseAny(actions: readonly Action[]): void {
  refuseForeign(actions);
  refuseUndeclared(actions);
}

/** Of a task's fixes also: what each does to the world is said, is listed, and is asked about where it is not ours. */
function refuseHarm(findings: readonly Finding[]): void {
  refuseAny(actionsOf(findings));
  refuseUnsaid(actionsOf(findings));
  refuseUnasked(findings);
  refuseUnlisted(findings);
}

/** The same of an operation's steps and its ways back; what of it is not ours is said by the engine, behind the operation's own words. */
function refuseHarmfulSteps(operation: string, actions: readonly Action[]): void {
  refuseAny(actions);
  refuseUnsaid(actions);
  refuseUnlistedSteps(operation, actions);
}

for (const task of tasks) Object.assign(task, { judge: watched(task.judge, refuseHarm) });
for (const operation of operations) {
  Object.assign(operation, {
    plan: watched(operation.plan, (plan) => refuseHarmfulSteps(operation.id, actionsIn(plan))),
    refuses: watched(operation.refuses, (found) => refuseAny(actionsOf(found))),
    ...(operation.prepare !== undefined && {
      prepare: watched(operation.prepare, (prepared) =>
        refuseHarmfulSteps(
          operation.id,
          actionsIn({ steps: prepared.map((one) => ('kind' in one ? { do: one } : one)) }),
        ),
      ),
    }),
  });
}
