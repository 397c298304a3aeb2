import type { Answers } from '../answers/schema.ts';
import { type Consent, consentTo, covers } from '../engine/contracts/consent.ts';
import type { ChosenFix } from '../engine/contracts/decision.ts';
import type { OperationWork } from '../engine/contracts/operation.ts';
import type { PlanView } from '../engine/contracts/plan-view.ts';
import type { Run } from '../engine/contracts/run.ts';
import { differenceOf } from '../engine/plan-view.ts';
import { loadRecord } from '../engine/records/undo-record.ts';
import { shownFix, viewFinding } from '../engine/view.ts';
import type { AnyOttoOperation, Given } from '../operations/otto-operation.ts';
import { hasOtto } from '../otto/has-otto.ts';
import { startOperation } from '../otto/start.ts';
import { type Followed, Listeners } from '../run/listeners.ts';
import { followRun } from '../run/run-store.ts';
import { NOT_STARTED, type RunModel } from '../run/view-model.ts';
import type { Secret } from '../secret/secret.ts';
import { endingOf, isDone, summaryOf } from './ending.ts';
import type { FlowState } from './flow-state.ts';
import { generatedValues } from './given.ts';
import {
  beforehand,
  fetchingFor,
  isEmpty,
  judged,
  lookAgain,
  lookFailure,
  type NextStep,
  type OperationPlace,
} from './steps.ts';

/** An operation on the screens, from the first look to its end. */
export interface Flow extends Followed {
  readonly operation: AnyOttoOperation;
  state(): FlowState;
  /** Answers the question that is asked. */
  answer(value: string | Secret): void;
  /** One step back; false when there is none before this. */
  back(): boolean;
  /** Begins what is shown. */
  agree(): void;
  /** Looks at everything again, with the answers so far. */
  lookAgain(): void;
  /** Carries out a fix of a refusal, and looks again. */
  fix(code: string, fix: ChosenFix): void;
  /** After it got stuck: brings it to its end. */
  finish(): void;
  /** Ends what is running safely. */
  stop(reason: string): void;
  /** Nobody looks any more: what was only looked at is dropped. */
  leave(): void;
}

interface FlowOptions extends OperationPlace {
  readonly operation: AnyOttoOperation;
  /** What is answered already. */
  readonly given?: Given;
  /** Told of every run that is started. */
  readonly trackRun?: (run: Run) => void;
}

/** Begins an operation with a look. */
export function startFlow(options: FlowOptions): Flow {
  const { operation, host, answers, version } = options;
  const listeners = new Listeners();
  let state: FlowState = { name: 'looking' };
  let given: Given = { ...generatedValues(), ...options.given };
  /** What was given before each question that was answered. */
  let history: { readonly id: string; readonly given: Given }[] = [];
  const remembered = new Map<string, string>();
  let facts: unknown;
  let fetched = false;
  let choice: unknown;
  let current: Run | undefined;
  /** Changes whenever the current work is abandoned for something else. */
  let turn = 0;
  const change = (next: FlowState) => {
    state = next;
    listeners.tell();
  };
  const present = { host, origin: async () => 'not-ours' as const };

  /** Runs it to its end; `shown` says how it looks meanwhile. */
  const runToEnd = async (
    work: OperationWork<Answers>['operation'],
    shown: (run: RunModel) => FlowState,
  ): Promise<RunModel> => {
    const run = startOperation(host, answers, version, work);
    current = run;
    options.trackRun?.(run);
    const store = followRun(run);
    change(shown(NOT_STARTED));
    const unfollow = store.subscribe(() => change(shown(store.model())));
    await run.result;
    unfollow();
    current = undefined;
    return store.model();
  };
  const end = async (run: RunModel, rollingBack = false) => {
    const ending = await endingOf(run, operation, host, rollingBack);
    const summary = ending.kind === 'done' ? await summaryOf(operation, facts, choice, host) : [];
    const ottoIsGone = ending.kind === 'done' && !(await hasOtto(host, answers).catch(() => true));
    change({ name: 'ended', ending, run, summary, ottoIsGone });
  };

  const look = async () => {
    turn += 1;
    const mine = turn;
    change({ name: 'looking' });
    try {
      facts = fetched
        ? await lookAgain(operation, facts, given, options)
        : await operation.look(host, answers, undefined);
      if (turn !== mine) return;
      const fetching = fetched ? undefined : fetchingFor(operation, facts, given, answers);
      if (fetching !== undefined) {
        const title = 'Fetching what is new';
        const model = await runToEnd({ operation: fetching, choice: undefined }, (run) => {
          return { name: 'fetching', title, run };
        });
        // What could not be fetched is fetched again when somebody tries again.
        if (!isDone(model)) return await end(model);
        fetched = true;
        change({ name: 'looking' });
        facts = await lookAgain(operation, facts, given, options);
        if (turn !== mine) return;
      }
      fetched = true;
      await proceed();
    } catch (error) {
      if (turn === mine) change({ name: 'unseen', problem: lookFailure(error) });
    }
  };
  const proceed = async (agreed?: PlanView) => {
    turn += 1;
    const mine = turn;
    if (operation.looksAtChoice === true && 'choice' in operation.next(facts, given))
      change({ name: 'looking' });
    const step = await judged(operation, facts, given, options);
    if (turn !== mine) return;
    facts = step.facts;
    await show(step.next, { agreed });
  };
  /** Shows where the answers lead. `agreed`: the plan, `outdated`: the fix that was agreed to and is another one by now. */
  const show = async (
    next: NextStep,
    { agreed, outdated }: { readonly agreed?: PlanView | undefined; readonly outdated?: Consent } = {},
  ) => {
    if (next.kind === 'ask') {
      const { ask } = next;
      change({ name: 'asking', ask, number: history.length + 1, before: remembered.get(ask.id) });
      return;
    }
    choice = next.choice;
    if (next.kind === 'refused') {
      const mine = turn;
      const findings = await Promise.all(next.findings.map((finding) => viewFinding(finding, present)));
      if (turn === mine) change({ name: 'refused', findings, outdated });
      return;
    }
    const { plan, estimate } = next;
    const difference = agreed === undefined ? [] : differenceOf(agreed, plan);
    change({
      name: 'agreeing',
      plan,
      estimate,
      ...(difference.length === 0 ? {} : { difference }),
    });
    // Where nothing is done there is nothing to agree to: it is only verified.
    if (isEmpty(plan)) await begin(plan);
  };
  const begin = async (agreed: PlanView) => {
    const steps = { actions: agreed.steps.map((step) => step.do), irreversible: agreed.irreversible };
    const model = await runToEnd({ operation, choice, agreed }, (run) => ({
      name: 'working',
      ...steps,
      run,
    }));
    if (model.planDiffers !== true) return end(model);
    turn += 1;
    const mine = turn;
    change({ name: 'looking' });
    facts = await lookAgain(operation, facts, given, options);
    if (turn === mine) await proceed(agreed);
  };
  /** Carries out a fix of a refusal, if it is still offered as it was shown. */
  const fixFirst = async (code: string, fix: ChosenFix) => {
    turn += 1;
    const mine = turn;
    change({ name: 'looking' });
    const step = await judged(operation, await lookAgain(operation, facts, given, options), given, options);
    if (turn !== mine) return;
    facts = step.facts;
    const { next } = step;
    const refusals = next.kind === 'refused' ? next.findings : [];
    const chosen = refusals
      .filter((finding) => finding.code === code)
      .flatMap(({ fixes }) => fixes)
      .find((one) => covers(fix, shownFix(one)));
    if (chosen === undefined) {
      const { fix: id, consequence } = fix;
      await show(next, { outdated: consentTo(operation.id, code, { id, consequence }) });
      return;
    }
    const why = 'It blocks what you asked for. Afterwards otto-install looks at everything again.';
    const work = beforehand(operation, { id: 'clear-the-way', title: chosen.title, why }, chosen.actions);
    const model = await runToEnd({ operation: work, choice: undefined }, (run) => {
      return { name: 'fetching', title: chosen.title, run };
    });
    await (isDone(model) ? look() : end(model));
  };
  const guarded = (work: Promise<void>) => {
    const mine = turn;
    void work.catch((error: unknown) => {
      // What was given up for something else may fail as it likes.
      if (turn === mine) change({ name: 'unseen', problem: lookFailure(error) });
    });
  };

  guarded(look());
  return {
    operation,
    subscribe: listeners.subscribe,
    state: () => state,
    answer(value) {
      if (state.name !== 'asking') return;
      const { id } = state.ask;
      history = [...history, { id, given }];
      if (typeof value === 'string') remembered.set(id, value);
      given = { ...given, [id]: value };
      guarded(proceed());
    },
    back() {
      const last = history.at(-1);
      const canGoBack = ['looking', 'asking', 'refused', 'agreeing', 'unseen'].includes(state.name);
      if (last === undefined || !canGoBack) return false;
      history = history.slice(0, -1);
      given = last.given;
      guarded(proceed());
      return true;
    },
    agree() {
      if (state.name === 'agreeing') guarded(begin(state.plan));
    },
    lookAgain: () => guarded(look()),
    fix(code, fix) {
      if (state.name === 'refused') guarded(fixFirst(code, fix));
    },
    finish() {
      if (state.name !== 'ended' || state.ending.kind !== 'stuck') return;
      guarded(
        (async () => {
          const left = await loadRecord(host).catch(() => undefined);
          const model = await runToEnd(undefined, (run) => ({
            name: 'working',
            actions: [],
            irreversible: [],
            run,
          }));
          await end(model, left?.state === 'at-work');
        })(),
      );
    },
    stop: (reason) => current?.stop(reason),
    leave() {
      turn += 1;
    },
  };
}
