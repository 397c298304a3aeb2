import type { Host } from '../../host/host.ts';
import type { Actor } from '../act.ts';
import type { Board } from '../board.ts';
import { type Consent, consentTo, covers } from '../contracts/consent.ts';
import { outOfScope, type Scope, type Upstream } from '../contracts/scope.ts';
import { type AnyTask, type Finding, type Fix, holdsBack } from '../contracts/task.ts';
import type { Emit } from '../emit.ts';
import { stopwatch } from '../hosts/stopwatch.ts';
import { beginLook } from '../look.ts';
import type { Choice, Questions } from '../questions.ts';
import { STOPPED, untilStopped } from '../stop.ts';
import { shownFix } from '../view.ts';
import { waitNote } from '../wait-note.ts';
import type { Witnesses } from '../witness.ts';
import { consentsIn, standing } from './agreed.ts';
import { type Circumstances, type FixInTurn, nextStep } from './next-step.ts';
import type { Look, TaskMemory } from './task-memory.ts';
import type { Turns } from './turns.ts';

/** What it works with. */
export interface ConvergeContext<Answers> {
  readonly host: Host;
  readonly answers: Answers;
  readonly unattended: boolean;
  readonly actor: Actor;
  readonly questions: Questions;
  readonly board: Board;
  readonly emit: Emit;
  readonly stop: AbortSignal;
  readonly turns: Turns;
  /** When the run is not about everything. */
  readonly only?: Scope;
  /** What was seen at work when the run began. */
  readonly witnesses?: Witnesses | undefined;
}

/** What the tasks that need this one must know when it has finished. */
export interface Passed extends Upstream {
  /** Whether the tasks that need it may continue. */
  readonly ready: boolean;
}

/** Begins to look at a task. */
export function lookAt<Answers>(
  task: AnyTask<Answers>,
  { host, answers, actor }: ConvergeContext<Answers>,
): Look {
  const { count: actions, isIdle: quiet } = actor;
  return {
    ...beginLook(task, host, answers),
    actions,
    quiet,
    at: stopwatch(host),
  };
}

/** An older look says nothing about the present. */
const FRESH_MS = 20_000;

/** One task on its way to health, once. */
export class TaskRun<Answers> {
  readonly #task: AnyTask<Answers>;
  readonly #context: ConvergeContext<Answers>;
  readonly #memory: TaskMemory;
  readonly #upstream: Upstream;
  #early: Look | undefined;
  #unhealthy = false;

  constructor(
    task: AnyTask<Answers>,
    memory: TaskMemory,
    early: Look,
    upstream: Upstream,
    context: ConvergeContext<Answers>,
  ) {
    this.#task = task;
    this.#memory = memory;
    // A need was not healthy yet when that look was made.
    this.#early = upstream.unhealthy ? undefined : early;
    this.#upstream = upstream;
    this.#context = context;
  }

  async converge(): Promise<Passed> {
    const ready = await this.#untilEnd();
    this.#memory.judged = true;
    return {
      ready,
      changed: this.#upstream.changed || this.#memory.tried.size > 0,
      unhealthy: this.#upstream.unhealthy || this.#unhealthy,
    };
  }

  /** Whether the tasks that need it may continue. */
  async #untilEnd(): Promise<boolean> {
    const { board, stop, host, unattended } = this.#context;
    const { id } = this.#task;
    if (!this.#memory.judged) board.state(id, 'looking');
    for (;;) {
      const findings = await untilStopped(this.#look(), stop);
      if (findings === STOPPED) return this.#end('unhealthy');
      this.#unhealthy ||= findings.some(({ severity }) => severity !== 'risk');
      const only = await untilStopped(this.#only(findings), stop);
      if (only === STOPPED) return this.#end('unhealthy');
      const circumstances = { unattended, now: stopwatch(host), only };
      const step = nextStep(findings, this.#memory, circumstances);
      switch (step.kind) {
        case 'apply':
          board.state(id, 'acting');
          await this.#applyAll(step.fixes);
          break;
        case 'wait':
          board.state(id, 'watching', waitNote(step.finding, host.now() + step.leftMs));
          await this.#context.actor.busy.during(() => host.sleep(step.everyMs, stop));
          break;
        case 'ask':
          board.state(id, 'asking');
          await this.#ask(step.finding, only);
          break;
        case 'end':
          if (step.state === 'unhealthy') await this.#sayUnagreed(findings, only);
          return this.#end(step.state);
      }
      if (stop.aborted) return this.#end('unhealthy');
      if (step.kind === 'apply' || step.kind === 'ask') board.state(id, 'looking');
    }
  }

  /** What the run's scope and what was agreed to say about these findings. */
  async #only(findings: readonly Finding[]): Promise<Circumstances['only']> {
    const { only: scope } = this.#context;
    if (scope === undefined) return undefined;
    const { id: task } = this.#task;
    const codes = findings.map(({ code }) => code);
    const before = codes.length === 0 ? [] : ((await this.#memory.before) ?? []);
    if (codes.length > 0) this.#bind(scope, before);
    const changedHere = this.#memory.tried.size > 0;
    // What an earlier round has judged did not wait for anything that was fixed.
    const { changed, unhealthy } = this.#upstream;
    const upstream = { changed, unhealthy: unhealthy && !this.#memory.judged };
    const known = before.map(({ code }) => code);
    const left = outOfScope(codes, scope, { task, before: known, changedHere, upstream });
    return { scope, task, consents: this.#memory.consents ?? [], left };
  }

  /** What was agreed to is settled once, before the first change, and reported. */
  #bind(scope: Scope, before: readonly Finding[]): void {
    if (this.#memory.consents !== undefined) return;
    const { id } = this.#task;
    this.#memory.consents = consentsIn(scope, id, before);
    for (const consent of this.#memory.consents) {
      const fix = before
        .filter(({ code }) => code === consent.code)
        .flatMap(({ fixes }) => fixes.map(shownFix))
        .find((one) => covers(consent, one));
      this.#context.emit({ type: 'agreed', consent, ...(fix === undefined ? {} : { title: fix.title }) });
    }
  }

  /** Says of findings that were named why they are left: what they offer now is not what was agreed to. */
  async #sayUnagreed(findings: readonly Finding[], only: Circumstances['only']): Promise<void> {
    if (only === undefined) return;
    const { board, emit } = this.#context;
    for (const finding of findings) {
      const { code } = finding;
      const held = standing(finding, this.#memory.tried.get(code) ?? new Set(), only);
      if (held.kind !== 'lapsed' || this.#memory.unagreed.has(code)) continue;
      this.#memory.unagreed.add(code);
      emit({
        type: 'not-agreed',
        task: this.#task.id,
        finding: await board.view(finding),
        agreed: [...held.consents],
      });
    }
  }

  #end(state: 'healthy' | 'skipped' | 'unhealthy'): boolean {
    const { board, stop } = this.#context;
    board.skipped(this.#task.id, [...this.#memory.accepted]);
    board.state(this.#task.id, state, stop.aborted && state === 'unhealthy' ? 'stopped' : undefined);
    if (state !== 'unhealthy') return true;
    const { last } = this.#memory;
    return !stop.aborted && last !== undefined && !last.findings.some(holdsBack);
  }

  /** Looks, shows what was found, and forgets what is gone; a look that came too late changes nothing. */
  async #look(late?: AbortSignal): Promise<readonly Finding[]> {
    const { host, board } = this.#context;
    const look = this.#freshLook();
    const found = await look.findings;
    const findings = (await this.#context.witnesses?.beside(this.#task.id, found)) ?? found;
    if (late?.aborted === true) return findings;
    await board.findings(this.#task.id, findings);
    this.#memory.last = { look, findings, well: findings.every(({ severity }) => severity === 'risk') };
    this.#memory.update(findings, stopwatch(host));
    return findings;
  }

  /** The look at the start when nothing has changed since, else a new one. */
  #freshLook(): Look {
    const { host, actor } = this.#context;
    const early = this.#early;
    this.#early = undefined;
    const tells = early?.actions === actor.count && stopwatch(host) - early.at < FRESH_MS;
    return tells ? early : lookAt(this.#task, this.#context);
  }

  /** Applies the fixes in order, up to the first that fails. */
  async #applyAll(fixes: readonly FixInTurn[]): Promise<void> {
    for (const { finding, fix } of fixes) {
      if (this.#context.stop.aborted || !(await this.#apply(finding, fix, [fix.id]))) return;
    }
  }

  /** Whether all actions of the fix succeeded. `tried`: ids of its finding's fixes that are behind it with this one. */
  async #apply({ code }: Finding, fix: Fix, tried: readonly string[]): Promise<boolean> {
    this.#memory.tried.set(code, new Set([...(this.#memory.tried.get(code) ?? []), ...tried]));
    this.#memory.failures.delete(code);
    for (const action of fix.actions) {
      if (this.#context.stop.aborted) return false;
      const failure = await this.#context.actor.act(this.#task.id, action);
      if (failure !== undefined) {
        this.#memory.failures.set(code, failure);
        return false;
      }
    }
    return true;
  }

  async #ask(finding: Finding, only: Circumstances['only']): Promise<void> {
    const { questions, board, stop } = this.#context;
    const { code } = finding;
    const failure = this.#memory.failures.get(code);
    const agreed = this.#agreedBefore(finding, only);
    const question = questions.ask({
      task: this.#task.id,
      finding: await board.view(finding),
      cameBack: failure === undefined && this.#memory.tried.has(code),
      failure,
      ...(agreed.length === 0 ? {} : { agreed: [...agreed] }),
    });
    const over = new AbortController();
    const gone = finding.watch && this.#untilGone(finding, AbortSignal.any([stop, over.signal]));
    const choice = await untilStopped(Promise.race(gone ? [question.choice, gone] : [question.choice]), stop);
    over.abort();
    if (choice === STOPPED || choice === GONE) question.withdraw();
    else await this.#follow(choice, finding);
  }

  /** What was agreed to for this finding, when it offers something else now. */
  #agreedBefore(finding: Finding, only: Circumstances['only']): readonly Consent[] {
    const outdated = this.#memory.outdated.get(finding.code);
    if (outdated !== undefined) return [outdated];
    const tried = this.#memory.tried.get(finding.code) ?? new Set();
    const held = only === undefined ? undefined : standing(finding, tried, only);
    return held?.kind === 'lapsed' ? held.consents : [];
  }

  async #follow(choice: Choice, asked: Finding): Promise<void> {
    const { board, stop } = this.#context;
    const { code } = asked;
    this.#memory.outdated.delete(code);
    if (choice.kind === 'skip') this.#memory.accepted.add(code);
    if (choice.kind !== 'apply') return;
    const findings = await untilStopped(this.#current(), stop);
    if (findings === STOPPED) return;
    // Time may have passed: the engine does what the machine needs now, and only if that is what was chosen.
    const same = findings.filter((one) => one.code === code);
    const offered = same.flatMap((finding) => finding.fixes.map((fix) => ({ finding, fix })));
    const fitting = offered.filter(({ fix }) => covers(choice, shownFix(fix)));
    const chosen = fitting.find(({ finding }) => finding.evidence === asked.evidence) ?? fitting[0];
    if (chosen === undefined) {
      const { fix: id, consequence } = choice;
      this.#memory.outdated.set(code, consentTo(this.#task.id, code, { id, consequence }));
      return;
    }
    board.state(this.#task.id, 'acting');
    // Somebody is there and has chosen: the others that were there to choose from are not applied after it.
    await this.#apply(
      chosen.finding,
      chosen.fix,
      chosen.finding.fixes.map(({ id }) => id),
    );
  }

  /** What there is now: the last look when it was just made and nothing was changed since, else a new one. */
  #current(): Promise<readonly Finding[]> {
    const { host, actor } = this.#context;
    const { last } = this.#memory;
    const tells = last?.look.actions === actor.count && stopwatch(host) - last.look.at < FRESH_MS;
    return tells ? Promise.resolve(last.findings) : this.#look();
  }

  /** Resolves when a look no longer finds it; never, if the signal is aborted first. */
  async #untilGone(finding: Finding, signal: AbortSignal): Promise<typeof GONE> {
    const { host } = this.#context;
    const everyMs = finding.watch?.everyMs ?? 5_000;
    for (;;) {
      await host.sleep(everyMs, signal);
      const findings = signal.aborted ? [finding] : await this.#look(signal);
      if (signal.aborted) return new Promise(() => undefined);
      if (!findings.some(({ code }) => code === finding.code)) return GONE;
    }
  }
}

const GONE = Symbol('gone');
