import type { Host } from '../../host/host.ts';
import type { Action } from './action.ts';

export type TaskId = string;

/**
 * missing: not there yet, as on a fresh droplet. broken: there but wrong. risk: works, but should not stay so (does not
 * hold back what needs it). blocked: only a person or the outside world can change it.
 */
export type Severity = 'missing' | 'broken' | 'risk' | 'blocked';

/** A way to fix a finding. */
export interface Fix {
  /**
   * What it does, in kebab-case: 'claim-inside'. Stable, and unique among all fixes that its code can ever offer: the
   * engine remembers by it what was tried, and a consent names it.
   */
  readonly id: string;
  /** 'Allow the bridge to reach Hermes'. */
  readonly title: string;
  readonly actions: readonly Action[];
  /** What it interrupts or gives up. A fix that has one is never applied unasked. */
  readonly consequence?: string;
}

/** A difference between the machine and a healthy Otto, with its evidence, its reason and its fixes. */
export interface Finding {
  /** Stable and greppable: 'hermes-listens-on-loopback'. */
  readonly code: string;
  readonly severity: Severity;
  /** The evidence, free of secrets. */
  readonly evidence: string;
  /** The pitfall, explained to an operator. */
  readonly reason: string;
  /** The recommended one first; empty when only a person can fix it. */
  readonly fixes: readonly Fix[];
  /** What is lost when the operator continues without fixing it: 'Open WebUI will show no model'. */
  readonly impact?: string;
  /** It claims that something is not there or does not work: not so where a {@link Witness} has seen this station at work. */
  readonly refutedBy?: string;
  /**
   * It is wrong, and what needs this part works nevertheless (it starts at no boot, anyone can read a key): the parts behind it are
   * looked at all the same.
   */
  readonly alone?: true;
  /**
   * The finding may disappear by itself (DNS spreads, a container starts, apt's lock is released): look again every
   * `everyMs`. Without fixes nobody is asked before `forMs` are over; with fixes the question is asked at once and
   * withdrawn when the finding is gone.
   */
  readonly watch?: { readonly everyMs: number; readonly forMs: number };
  /** What was done is on trial and undoes itself, as with `netplan try`, unless somebody says that it works. */
  readonly trial?: Trial;
}

/** It cannot wait: it is asked before everything else, and no choice is made for the operator. */
export interface Trial {
  /** When it undoes itself, ms since 1970. */
  readonly endsAt: number;
  /** What the operator types on another machine to try it. */
  readonly command: string;
}

/**
 * One part of a healthy Otto: looks at the machine, judges what it saw, and says how to fix it. `look` reads and
 * never changes; `judge` is pure. On a fresh droplet `look` must come back with facts that say 'absent', not throw:
 * the plan judges every task before anything is there.
 */
export interface Task<Facts, Answers, Found extends Finding = Finding> {
  readonly id: TaskId;
  /** What the operator reads: 'Hermes service'. */
  readonly title: string;
  /** The runbook's section: 'Step 6'. */
  readonly step: string;
  /** Shown while it runs: what this is for, which pitfall it avoids. One to three sentences. */
  readonly why: string;
  readonly needs: readonly TaskId[];
  /**
   * Where somebody is there: it begins to act when these ask their questions, have ended, or cannot begin. For what takes minutes
   * and could delay a question to somebody who would rather answer it and leave.
   */
  readonly after?: readonly TaskId[];
  /**
   * It begins when these have ended, however they ended: they need something that only one can have at a time (apt's lock, a file
   * that certbot edits). A look does not wait for them, and what is wrong with them hides nothing here.
   */
  readonly follows?: readonly TaskId[];
  /** The same, where no question is kept from anybody: unattended, or in a run about a few findings. */
  readonly followsUnattended?: readonly TaskId[];
  /** Time limit of one look, ms; default 40 000. A look that takes longer is the finding 'could not look'. */
  readonly lookTimeoutMs?: number;
  look(host: Host, answers: Answers): Promise<Facts>;
  /** Empty is healthy. */
  judge(facts: Facts, answers: Answers): readonly Found[];
  /** Pure. What its look has seen at work from end to end, whatever other looks say of it. */
  witness?(facts: Facts, answers: Answers): Witness | undefined;
}

/** What was just seen at work. */
export interface Witness {
  /** {@link Finding.refutedBy} */
  readonly stations: readonly string[];
  /** In a sentence: 'A question through https://… was answered.' */
  readonly evidence: string;
}

/** A task whose facts are its own business: what a list of tasks holds. */
// biome-ignore lint/suspicious/noExplicitAny: facts flow only from a task's own look to its own judge
export type AnyTask<Answers> = Task<any, Answers>;

/** Whether what needs this part can be looked at and worked on. */
export const holdsBack = ({ severity, alone }: Finding): boolean => severity !== 'risk' && alone !== true;
