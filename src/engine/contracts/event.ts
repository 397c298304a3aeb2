import * as z from 'zod/mini';
import { ActionView } from './action-view.ts';
import { Consent } from './consent.ts';

/**
 * What a run says about itself, as plain data that survives JSON: the wizard, the plain lines and `--json` are three
 * readers of these. Nothing in them is a function, a secret or a React element.
 */

/** ms since 1970 */
const at = z.number();

export const FixView = z.object({
  /** Stable; unique among the fixes of its code. */
  id: z.string(),
  title: z.string(),
  consequence: z.optional(z.string()),
  actions: z.array(ActionView),
});
export type FixView = z.infer<typeof FixView>;

export const FindingView = z.object({
  code: z.string(),
  severity: z.enum(['missing', 'broken', 'risk', 'blocked']),
  evidence: z.string(),
  reason: z.string(),
  impact: z.optional(z.string()),
  fixes: z.array(FixView),
  /** It undoes itself at this time unless it is kept; `command` tries it from another machine. */
  trial: z.optional(z.object({ endsAt: z.number(), command: z.string() })),
});
export type FindingView = z.infer<typeof FindingView>;

export const TaskView = z.object({
  id: z.string(),
  title: z.string(),
  step: z.string(),
  why: z.string(),
  needs: z.array(z.string()),
  /** Begins when these have ended, however they ended. */
  follows: z.optional(z.array(z.string())),
});
export type TaskView = z.infer<typeof TaskView>;

export const TaskState = z.enum([
  'waiting', // a need is not there yet
  'looking',
  'acting',
  'watching', // something continues by itself, and the run waits for it
  'asking', // waiting for the operator's decision
  'healthy', // perhaps with risks
  'unhealthy', // looked at and left as it is: check, a blocked finding, a stopped run
  'skipped', // the operator went on without it
]);
export type TaskState = z.infer<typeof TaskState>;

/** Why an action did not succeed. */
export const FailureView = z.object({
  action: ActionView,
  exitCode: z.optional(z.number()),
  timedOut: z.boolean(),
  /** The operator gave it up: nothing is wrong. */
  cancelled: z.optional(z.boolean()),
  /** The last lines it printed, redacted. */
  tail: z.array(z.string()),
  /** Known cause. */
  reason: z.optional(z.string()),
  /** What to do. */
  next: z.optional(z.string()),
});
export type FailureView = z.infer<typeof FailureView>;

/** What another program's dialogue shows and asks, in our own words. */
export const DialogueView = z.object({
  title: z.string(),
  lines: z.array(z.string()),
  /** For the operator to open, on any computer. */
  url: z.optional(z.string()),
  /** For the operator to type there. */
  code: z.optional(z.string()),
  /** For how long the code can be used, ms. */
  goodForMs: z.optional(z.number()),
  /** A line of input is wanted. */
  ask: z.optional(z.object({ label: z.string(), masked: z.boolean() })),
  /** What was wrong with the last input. */
  problem: z.optional(z.string()),
});
export type DialogueView = z.infer<typeof DialogueView>;

export const Event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    at,
    /** Id of the run, also the name of its log. */
    run: z.string(),
    mode: z.enum(['install', 'check', 'plan', 'operate']),
    version: z.string(),
    host: z.string(),
    /** The codes that the run was told to fix, when it is not about everything; empty: all that needs no consent. */
    only: z.optional(z.array(z.string())),
    /** Fingerprint of the plan that was agreed to, of an operation. */
    agreed: z.optional(z.string()),
    log: z.optional(z.string()),
    tasks: z.array(TaskView),
  }),
  z.object({
    type: z.literal('task-state'),
    at,
    task: z.string(),
    state: TaskState,
    note: z.optional(z.string()),
  }),
  z.object({ type: z.literal('findings'), at, task: z.string(), findings: z.array(FindingView) }),
  z.object({
    type: z.literal('action-started'),
    at,
    task: z.string(),
    /** id */
    action: z.string(),
    view: ActionView,
  }),
  z.object({ type: z.literal('action-output'), at, task: z.string(), action: z.string(), line: z.string() }),
  z.object({
    type: z.literal('action-progress'),
    at,
    task: z.string(),
    action: z.string(),
    done: z.number(),
    total: z.optional(z.number()),
    /** As 'MB' or 'packages'. */
    unit: z.string(),
  }),
  /** It is at work for so many milliseconds, and has reported no progress for a while. */
  z.object({
    type: z.literal('action-goes-on'),
    at,
    task: z.string(),
    action: z.string(),
    ms: z.number(),
  }),
  z.object({
    type: z.literal('action-ended'),
    at,
    task: z.string(),
    action: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    failure: z.optional(FailureView),
  }),
  z.object({
    type: z.literal('question'),
    at,
    /** id */
    question: z.string(),
    task: z.string(),
    finding: FindingView,
    /** The fix that was tried and failed. */
    failure: z.optional(FailureView),
    /** The finding came back after its fix. */
    cameBack: z.boolean(),
    /** What was agreed to for it, if no current fix matches that consent: it needs another one. */
    agreed: z.optional(z.array(Consent)),
  }),
  /** An operation was not begun: what it comes to now is not what was agreed to. */
  z.object({
    type: z.literal('plan-differs'),
    at,
    operation: z.string(),
    /** Fingerprints of the plan that was agreed to and of the current one. */
    agreed: z.string(),
    planned: z.string(),
    /** What differs, in lines that begin with '-' (agreed to) or '+' (now). */
    difference: z.array(z.string()),
  }),
  z.object({ type: z.literal('question-withdrawn'), at, question: z.string() }),
  z.object({
    type: z.literal('decided'),
    at,
    question: z.string(),
    /** In words. */
    choice: z.string(),
    /** What was agreed to with it. */
    consent: z.optional(Consent),
  }),
  /**
   * From now on the run may do this: the operator agreed to it before, or named the finding, and this is its
   * recommended fix.
   */
  z.object({ type: z.literal('agreed'), at, consent: Consent, title: z.optional(z.string()) }),
  /** A named finding was left as it is: its current fixes are not what was agreed to, and nobody is there to ask. */
  z.object({
    type: z.literal('not-agreed'),
    at,
    task: z.string(),
    finding: FindingView,
    /** What was agreed to; empty when nobody had seen the finding yet. */
    agreed: z.array(Consent),
  }),
  z.object({
    type: z.literal('dialogue'),
    at,
    /** id */
    dialogue: z.string(),
    task: z.string(),
    view: DialogueView,
  }),
  z.object({ type: z.literal('dialogue-ended'), at, dialogue: z.string(), ok: z.boolean() }),
  z.object({
    type: z.literal('run-ended'),
    at,
    outcome: z.enum(['healthy', 'findings', 'stopped', 'failed']),
    ms: z.number(),
    /** Time during which an action was running or something was waited for. */
    commandMs: z.number(),
    /** How many actions were carried out. */
    actions: z.number(),
    reason: z.optional(z.string()),
  }),
]);
export type Event = z.infer<typeof Event>;
