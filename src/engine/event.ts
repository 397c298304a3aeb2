import * as z from 'zod';

/**
 * What a run says about itself, as plain data that survives JSON: the wizard, the plain lines and `--json` are three
 * readers of these. Nothing in them is a function, a secret or a React element.
 */
const at = z.number().describe('ms since 1970');

/** An action as it may be shown: secrets masked, a file as a diff. */
export const ActionView = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run'),
    purpose: z.string(),
    user: z.string().optional(),
    command: z.string().describe('as one would type it into a shell'),
    cwd: z.string().optional(),
    input: z.string().optional().describe('what it gets on stdin'),
  }),
  z.object({
    kind: z.literal('write-file'),
    purpose: z.string(),
    path: z.string(),
    mode: z.string().describe("'0600'"),
    owner: z.string(),
    change: z.enum(['new', 'ours', 'edited-by-hand', 'not-ours', 'unchanged']),
    diff: z.string().describe('unified, without a header'),
  }),
  z.object({
    kind: z.literal('converse'),
    purpose: z.string(),
    user: z.string().optional(),
    command: z.string(),
  }),
]);
export type ActionView = z.infer<typeof ActionView>;

export const FixView = z.object({
  title: z.string(),
  consequence: z.string().optional(),
  actions: z.array(ActionView),
});
export type FixView = z.infer<typeof FixView>;

export const FindingView = z.object({
  code: z.string(),
  severity: z.enum(['missing', 'broken', 'risk', 'blocked']),
  saw: z.string(),
  because: z.string(),
  ifSkipped: z.string().optional(),
  fixes: z.array(FixView),
});
export type FindingView = z.infer<typeof FindingView>;

export const TaskView = z.object({
  id: z.string(),
  title: z.string(),
  step: z.string(),
  why: z.string(),
  needs: z.array(z.string()),
});
export type TaskView = z.infer<typeof TaskView>;

export const TaskState = z.enum([
  'waiting', // a need is not there yet
  'looking',
  'acting',
  'watching', // something goes on by itself and is waited for
  'asking', // an operator's decision is waited for
  'healthy', // perhaps with risks
  'unhealthy', // looked at and left as it is: check, a blocked finding, a stopped run
  'skipped', // the operator went on without it
]);
export type TaskState = z.infer<typeof TaskState>;

/** Why an action did not succeed. */
export const FailureView = z.object({
  action: ActionView,
  exitCode: z.number().optional(),
  timedOut: z.boolean(),
  tail: z.array(z.string()).describe('the last lines it printed, redacted'),
  because: z.string().optional().describe('known cause'),
  next: z.string().optional().describe('what to do'),
});
export type FailureView = z.infer<typeof FailureView>;

/** What another program's dialogue shows and asks, in our own words. */
export const DialogueView = z.object({
  title: z.string(),
  lines: z.array(z.string()),
  url: z.string().optional().describe('to be opened by the operator, on any machine'),
  code: z.string().optional().describe('to be typed there by the operator'),
  ask: z.object({ label: z.string(), masked: z.boolean() }).optional().describe('a line of input is wanted'),
  problem: z.string().optional().describe('what was wrong with the last input'),
});
export type DialogueView = z.infer<typeof DialogueView>;

export const Event = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run-started'),
    at,
    run: z.string().describe('id of the run, also the name of its log'),
    mode: z.enum(['install', 'check', 'plan']),
    version: z.string(),
    host: z.string(),
    log: z.string().optional(),
    tasks: z.array(TaskView),
  }),
  z.object({
    type: z.literal('task-state'),
    at,
    task: z.string(),
    state: TaskState,
    note: z.string().optional(),
  }),
  z.object({ type: z.literal('findings'), at, task: z.string(), findings: z.array(FindingView) }),
  z.object({
    type: z.literal('action-started'),
    at,
    task: z.string(),
    action: z.string().describe('id'),
    view: ActionView,
  }),
  z.object({ type: z.literal('action-output'), at, task: z.string(), action: z.string(), line: z.string() }),
  z.object({
    type: z.literal('action-progress'),
    at,
    task: z.string(),
    action: z.string(),
    done: z.number(),
    total: z.number().optional(),
    unit: z.string().describe("'MB', 'packages'"),
  }),
  z.object({
    type: z.literal('action-ended'),
    at,
    task: z.string(),
    action: z.string(),
    ok: z.boolean(),
    ms: z.number(),
    failure: FailureView.optional(),
  }),
  z.object({
    type: z.literal('question'),
    at,
    question: z.string().describe('id'),
    task: z.string(),
    finding: FindingView,
    failure: FailureView.optional().describe('the fix that was tried and failed'),
    cameBack: z.boolean().describe('the finding is there again after its fix'),
  }),
  z.object({ type: z.literal('question-withdrawn'), at, question: z.string() }),
  z.object({ type: z.literal('decided'), at, question: z.string(), choice: z.string() }),
  z.object({
    type: z.literal('dialogue'),
    at,
    dialogue: z.string().describe('id'),
    task: z.string(),
    view: DialogueView,
  }),
  z.object({ type: z.literal('dialogue-ended'), at, dialogue: z.string(), ok: z.boolean() }),
  z.object({
    type: z.literal('run-ended'),
    at,
    outcome: z.enum(['healthy', 'findings', 'stopped', 'failed']),
    ms: z.number(),
    commandMs: z.number().describe('time during which an action was at work or something was waited for'),
    actions: z.number().describe('how many actions were carried out'),
    reason: z.string().optional(),
  }),
]);
export type Event = z.infer<typeof Event>;
