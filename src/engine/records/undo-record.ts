import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { Secret, type SecretText } from '../../secret/secret.ts';
import type { Action } from '../contracts/action.ts';
import type { OperationPlan } from '../contracts/operation.ts';
import { Thing } from '../contracts/thing.ts';
import { STATE_DIR } from './state-dir.ts';

const text = z.string();
const KnownFailure = z.object({ pattern: text, reason: text, next: text });

/** Actions as they may lie on the disk: without secrets, and without dialogues, which nobody could continue after a power cut. */
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

const StoredActions = z.array(StoredAction);

/** The file, with the field names that release 1.0.0 wrote: whichever release finds a record can finish it. */
const StoredRecord = z.object({
  operation: text,
  title: text,
  /** Id of the run that began it. */
  run: text,
  startedAt: text,
  /** 'at-work': must be undone. 'verified': only the last steps are left. */
  state: z.enum(['at-work', 'verified']),
  /** How many steps were started. */
  begun: z.number(),
  /** Of each step, in order; empty where nothing needs to be undone. */
  undo: z.array(StoredActions),
  afterwards: StoredActions,
  ends: z.optional(StoredActions),
  undone: z.optional(StoredActions),
});
type StoredRecord = z.infer<typeof StoredRecord>;

/** What is needed to finish an interrupted operation: to undo it, or, once it was verified, to clean up after it. */
export interface UndoRecord extends Omit<StoredRecord, 'afterwards' | 'ends' | 'undone'> {
  /** What cannot be undone, once it was verified. */
  readonly irreversible: z.infer<typeof StoredActions>;
  readonly cleanupAfterSuccess: z.infer<typeof StoredActions>;
  /** What is removed once everything was undone; records of earlier releases have none. */
  readonly cleanupAfterUndo: z.infer<typeof StoredActions>;
}

function fromStored({ afterwards, ends = [], undone = [], ...rest }: StoredRecord): UndoRecord {
  return { ...rest, irreversible: ends, cleanupAfterSuccess: afterwards, cleanupAfterUndo: undone };
}

function toStored(record: UndoRecord): StoredRecord {
  const { irreversible, cleanupAfterSuccess, cleanupAfterUndo, ...rest } = record;
  return { ...rest, afterwards: cleanupAfterSuccess, ends: irreversible, undone: cleanupAfterUndo };
}

const pathOf = (stateDir: string) => `${stateDir}/operation.json`;

/** The record of an operation that is about to begin. Throws when an undo holds a secret or a dialogue: a mistake in its plan. */
export function recordOf(
  operation: { readonly id: string; readonly title: string },
  plan: OperationPlan,
  start: { readonly run: string; readonly startedAt: string },
): UndoRecord {
  const stored = StoredRecord.parse({
    operation: operation.id,
    title: operation.title,
    ...start,
    state: 'at-work',
    begun: 0,
    undo: plan.steps.map(({ undo = [] }) => [undo].flat().map(withoutSecrets)),
    afterwards: (plan.cleanupAfterSuccess ?? []).map(withoutSecrets),
    ends: (plan.irreversible ?? []).map(withoutSecrets),
    undone: (plan.cleanupAfterUndo ?? []).map(withoutSecrets),
  });
  return fromStored(stored);
}

function withoutSecrets(action: Action): object {
  if (action.kind === 'write-file') return { ...action, content: plainText(action.content) };
  if (action.kind === 'run' && action.input !== undefined)
    return { ...action, input: plainText(action.input) };
  return action;
}

function plainText(content: SecretText): string {
  const pieces = typeof content === 'string' || content instanceof Secret ? [content] : content;
  if (pieces.some((piece) => piece instanceof Secret))
    throw new Error('What takes a step back is kept on the disk and must hold no secret.');
  return pieces.join('');
}

/** The stored actions as the engine carries them out. */
export function actionsOf(stored: readonly z.infer<typeof StoredAction>[]): readonly Action[] {
  return stored as readonly Action[];
}

/** Saves the record; it is on the disk when this resolves. Throws HostError. */
export async function keepRecord(host: Host, record: UndoRecord, stateDir = STATE_DIR): Promise<void> {
  await host.writeFile(pathOf(stateDir), `${JSON.stringify(toStored(record), null, 2)}\n`, { mode: 0o600 });
}

/**
 * What an interrupted operation left; undefined when there is nothing. Throws HostError when it exists but cannot be
 * read or understood: then nobody may start another one.
 */
export async function loadRecord(host: Host, stateDir = STATE_DIR): Promise<UndoRecord | undefined> {
  const content = await host.readFile(pathOf(stateDir));
  if (content === undefined) return undefined;
  return fromStored(StoredRecord.parse(JSON.parse(content)));
}

/** Forgets it: the operation has finished, one way or the other. */
export async function forgetRecord(host: Host, stateDir = STATE_DIR): Promise<void> {
  await host.removeFile(pathOf(stateDir));
}
