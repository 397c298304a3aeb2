import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { Secret, type SecretText } from '../../secret/secret.ts';
import type { Action } from '../contracts/action.ts';
import type { OperationPlan } from '../contracts/operation.ts';
import { Thing } from '../contracts/thing.ts';
import { STATE_DIR } from './state-dir.ts';

const text = z.string();
const KnownFailure = z.object({ pattern: text, reason: text, next: text });

/** Actions as they may lie on the disk: without secrets, and without dialogues, which nobody could lead after a power cut. */
const StoredAction = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('run'),
    argv: z.tuple([text], text),
    purpose: text,
    user: z.optional(text),
    cwd: z.optional(text),
    env: z.optional(z.record(text, text)),
    input: z.optional(text),
    timeoutMs: z.number(),
    succeedsWith: z.optional(z.array(z.number())),
    knownFailures: z.optional(z.array(KnownFailure)),
    uninterruptible: z.optional(z.boolean()),
    makes: z.optional(z.array(Thing)),
    removes: z.optional(z.array(Thing)),
  }),
  z.object({
    kind: z.literal('write-file'),
    path: text,
    content: text,
    mode: z.number(),
    owner: text,
    purpose: text,
  }),
]);

/** What is needed to end an operation that was cut off: to undo it, or, once it was verified, to clear up after it. */
export const UndoRecord = z.object({
  operation: text,
  title: text,
  /** Id of the run that began it. */
  run: text,
  startedAt: text,
  /** 'at-work': to be undone. 'verified': only what comes afterwards is left. */
  state: z.enum(['at-work', 'verified']),
  /** How many steps were started. */
  begun: z.number(),
  /** Of each step, in order; empty where nothing needs to be undone. */
  undo: z.array(z.array(StoredAction)),
  afterwards: z.array(StoredAction),
  /** What has no way back, once it was verified. */
  ends: z.optional(z.array(StoredAction)),
  /** What is cleared away once everything was undone; records of earlier releases have none. */
  undone: z.optional(z.array(StoredAction)),
});
export type UndoRecord = z.infer<typeof UndoRecord>;

const pathOf = (stateDir: string) => `${stateDir}/operation.json`;

/** The record of an operation that is about to begin. Throws when an undo holds a secret or a dialogue: a mistake in its plan. */
export function recordOf(
  operation: { readonly id: string; readonly title: string },
  plan: OperationPlan,
  begun: { readonly run: string; readonly startedAt: string },
): UndoRecord {
  return UndoRecord.parse({
    operation: operation.id,
    title: operation.title,
    ...begun,
    state: 'at-work',
    begun: 0,
    undo: plan.steps.map(({ undo = [] }) => [undo].flat().map(stored)),
    afterwards: (plan.afterwards ?? []).map(stored),
    undone: (plan.undone ?? []).map(stored),
    ...(plan.ends === undefined ? {} : { ends: plan.ends.map(stored) }),
  });
}

function stored(action: Action): object {
  if (action.kind === 'write-file') return { ...action, content: withoutSecret(action.content) };
  if (action.kind === 'run' && action.input !== undefined)
    return { ...action, input: withoutSecret(action.input) };
  return action;
}

function withoutSecret(content: SecretText): string {
  const pieces = typeof content === 'string' || content instanceof Secret ? [content] : content;
  if (pieces.some((piece) => piece instanceof Secret))
    throw new Error('What takes a step back is kept on the disk and must hold no secret.');
  return pieces.join('');
}

/** The stored actions as the engine carries them out. */
export function actionsOf(stored: readonly z.infer<typeof StoredAction>[]): readonly Action[] {
  return stored as readonly Action[];
}

/** Keeps the record; on the disk when this comes back. Throws HostError. */
export async function keepRecord(host: Host, record: UndoRecord, stateDir = STATE_DIR): Promise<void> {
  await host.writeFile(pathOf(stateDir), `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
}

/**
 * What an earlier operation left when it was cut off; undefined when there is nothing. Throws HostError when it is there
 * and cannot be read or understood: then nobody may begin another one.
 */
export async function loadRecord(host: Host, stateDir = STATE_DIR): Promise<UndoRecord | undefined> {
  const content = await host.readFile(pathOf(stateDir));
  if (content === undefined) return undefined;
  return UndoRecord.parse(JSON.parse(content));
}

/** Forgets it: the operation has come to its end, one way or the other. */
export async function forgetRecord(host: Host, stateDir = STATE_DIR): Promise<void> {
  await host.removeFile(pathOf(stateDir));
}
