import type { Host } from '../host/host.ts';
import type { Actor } from './act.ts';
import type { Board } from './board.ts';
import type { FailureView } from './contracts/event.ts';
import { type Behind, leftAlone, type Mandate } from './contracts/mandate.ts';
import type { AnyTask, Finding, Fix } from './contracts/task.ts';
import { findingsOf } from './look.ts';
import { type Circumstances, type FixInTurn, type Memory, nextStep } from './next-step.ts';
import type { Choice, Questions } from './questions.ts';
import { STOPPED, untilStopped } from './stop.ts';

/** What converging works with. */
export interface Converging<Answers> {
  readonly host: Host;
  readonly answers: Answers;
  readonly unattended: boolean;
  readonly actor: Actor;
  readonly questions: Questions;
  readonly board: Board;
  readonly stop: AbortSignal;
  /** When the run is not about everything. */
  readonly only?: Mandate;
}

/** What those who need a task have to know of it when it has come to its end. */
export interface Passed extends Behind {
  /** Whether what builds on it may go on. */
  readonly ready: boolean;
}

/** A look, also one that was begun before the task's turn. */
export interface Look {
  readonly findings: Promise<readonly Finding[]>;
  /** How many actions had been begun by then; it tells nothing once there are more. */
  readonly actions: number;
  /** No action was at work when it began. */
  readonly quiet: boolean;
  readonly at: number;
}

/** Begins to look at a task. */
export function lookAt<Answers>(task: AnyTask<Answers>, { host, answers, actor }: Converging<Answers>): Look {
  const { count: actions, isIdle: quiet } = actor;
  return { findings: findingsOf(task, host, answers), actions, quiet, at: host.now() };
}

/** A look tells nothing about now when it is older. */
const FRESH_MS = 20_000;

/** What is remembered of a task between its looks, also from round to round. */
export class TaskMemory implements Memory {
  readonly tried = new Map<string, number>();
  readonly failures = new Map<string, FailureView>();
  readonly accepted = new Set<string>();
  readonly watchedSince = new Map<string, number>();
  /** What was found before anything was changed. */
  before: Promise<readonly Finding[]> | undefined;
  /** An earlier round has judged it. */
  judged = false;
  /** The last look that was judged, and whether it found nothing that holds back. */
  last: { readonly look: Look; readonly well: boolean } | undefined;

  /** Forgets what is gone, and begins to count for what is waited for. */
  update(findings: readonly Finding[], now: number): void {
    const present = new Set(findings.map(({ code }) => code));
    for (const code of this.failures.keys()) if (!present.has(code)) this.failures.delete(code);
    for (const code of this.watchedSince.keys()) if (!present.has(code)) this.watchedSince.delete(code);
    for (const { code, watch } of findings)
      if (watch !== undefined && !this.watchedSince.has(code)) this.watchedSince.set(code, now);
  }
}

/** One task on its way to health, once. */
export class TaskRun<Answers> {
  readonly #task: AnyTask<Answers>;
  readonly #with: Converging<Answers>;
  readonly #memory: TaskMemory;
  readonly #behind: Behind;
  #early: Look | undefined;
  #ailing = false;

  constructor(
    task: AnyTask<Answers>,
    memory: TaskMemory,
    early: Look,
    behind: Behind,
    with_: Converging<Answers>,
  ) {
    this.#task = task;
    this.#memory = memory;
    // A need that had to become well first was not well when that look was made.
    this.#early = behind.ailing ? undefined : early;
    this.#behind = behind;
    this.#with = with_;
  }

  async converge(): Promise<Passed> {
    const ready = await this.#untilEnd();
    this.#memory.judged = true;
    return {
      ready,
      acted: this.#behind.acted || this.#memory.tried.size > 0,
      ailing: this.#behind.ailing || this.#ailing,
    };
  }

  /** Whether what builds on it may go on. */
  async #untilEnd(): Promise<boolean> {
    const { board, stop, host, unattended } = this.#with;
    const { id } = this.#task;
    if (!this.#memory.judged) board.state(id, 'looking');
    for (;;) {
      const findings = await untilStopped(this.#look(), stop);
      if (findings === STOPPED) return this.#end('unhealthy');
      this.#ailing ||= findings.some(({ severity }) => severity !== 'risk');
      const only = await untilStopped(this.#only(findings), stop);
      if (only === STOPPED) return this.#end('unhealthy');
      const circumstances = { unattended, now: host.now(), ...(only === undefined ? {} : { only }) };
      const step = nextStep(findings, this.#memory, circumstances);
      switch (step.kind) {
        case 'apply':
          board.state(id, 'acting');
          await this.#applyAll(step.fixes);
          break;
        case 'wait':
          board.state(id, 'watching', step.finding.saw);
          await this.#with.actor.busy.during(() => host.sleep(step.everyMs, stop));
          break;
        case 'ask':
          board.state(id, 'asking');
          await this.#ask(step.finding);
          break;
        case 'end':
          return this.#end(step.state);
      }
      if (stop.aborted) return this.#end('unhealthy');
      if (step.kind === 'apply' || step.kind === 'ask') board.state(id, 'looking');
    }
  }

  /** What the run's mandate says about these findings. */
  async #only(findings: readonly Finding[]): Promise<Circumstances['only']> {
    const { only: mandate } = this.#with;
    if (mandate === undefined) return undefined;
    const codes = findings.map(({ code }) => code);
    const before = codes.length === 0 ? [] : ((await this.#memory.before) ?? []).map(({ code }) => code);
    const actedHere = this.#memory.tried.size > 0;
    // What an earlier round has judged did not wait for anything that was mended.
    const { acted, ailing } = this.#behind;
    const behind = { acted, ailing: ailing && !this.#memory.judged };
    return { mandate, left: leftAlone(codes, mandate, { before, actedHere, behind }) };
  }

  #end(state: 'healthy' | 'skipped' | 'unhealthy'): boolean {
    const { board, stop } = this.#with;
    board.skipped(this.#task.id, [...this.#memory.accepted]);
    board.state(this.#task.id, state, stop.aborted && state === 'unhealthy' ? 'stopped' : undefined);
    return state !== 'unhealthy';
  }

  /** Looks, shows what was found, and forgets what is gone; a look that came too late changes nothing. */
  async #look(late?: AbortSignal): Promise<readonly Finding[]> {
    const { host, board } = this.#with;
    const look = this.#freshLook();
    const findings = await look.findings;
    if (late?.aborted === true) return findings;
    await board.findings(this.#task.id, findings);
    this.#memory.last = { look, well: findings.every(({ severity }) => severity === 'risk') };
    this.#memory.update(findings, host.now());
    return findings;
  }

  /** The look at the start when nothing has changed since, else a new one. */
  #freshLook(): Look {
    const { host, actor } = this.#with;
    const early = this.#early;
    this.#early = undefined;
    const tells = early?.actions === actor.count && host.now() - early.at < FRESH_MS;
    return tells ? early : lookAt(this.#task, this.#with);
  }

  /** Applies the fixes in order, up to the first that fails. */
  async #applyAll(fixes: readonly FixInTurn[]): Promise<void> {
    for (const { finding, fix, number } of fixes) {
      if (this.#with.stop.aborted || !(await this.#apply(finding, fix, number + 1))) return;
    }
  }

  /** Whether all actions of the fix succeeded. `tried`: how many of its finding's fixes are behind it with this one. */
  async #apply(finding: Finding, fix: Fix, tried: number): Promise<boolean> {
    this.#memory.tried.set(finding.code, tried);
    this.#memory.failures.delete(finding.code);
    for (const action of fix.actions) {
      if (this.#with.stop.aborted) return false;
      const failure = await this.#with.actor.act(this.#task.id, action);
      if (failure !== undefined) {
        this.#memory.failures.set(finding.code, failure);
        return false;
      }
    }
    return true;
  }

  async #ask(finding: Finding): Promise<void> {
    const { questions, board, stop } = this.#with;
    const failure = this.#memory.failures.get(finding.code);
    const question = questions.ask({
      task: this.#task.id,
      finding: await board.view(finding),
      cameBack: failure === undefined && this.#memory.tried.has(finding.code),
      ...(failure === undefined ? {} : { failure }),
    });
    const over = new AbortController();
    const gone = finding.watch && this.#untilGone(finding, AbortSignal.any([stop, over.signal]));
    const choice = await untilStopped(Promise.race(gone ? [question.choice, gone] : [question.choice]), stop);
    over.abort();
    if (choice === STOPPED || choice === GONE) question.withdraw();
    else await this.#follow(choice, finding);
  }

  async #follow(choice: Choice, finding: Finding): Promise<void> {
    const { board } = this.#with;
    if (choice.kind === 'skip') this.#memory.accepted.add(finding.code);
    const fix = choice.kind === 'apply' ? finding.fixes[choice.fix] : undefined;
    if (fix === undefined) return;
    board.state(this.#task.id, 'acting');
    // Somebody is there and has chosen: what comes after that is asked about as well.
    await this.#apply(finding, fix, Number.POSITIVE_INFINITY);
  }

  /** Comes back when a look no longer finds it; never, when the signal is aborted first. */
  async #untilGone(finding: Finding, signal: AbortSignal): Promise<typeof GONE> {
    const { host } = this.#with;
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
