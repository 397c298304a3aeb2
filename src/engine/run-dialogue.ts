import { setTimeout as wait } from 'node:timers/promises';
import type { Conversation, ExecResult, Host } from '../host/host.ts';
import { messageOf } from '../text/error-message.ts';
import type { Converse } from './contracts/action.ts';
import {
  type Dialogue,
  DialogueCancelled,
  type DialogueOutcome,
  type DialogueUi,
} from './contracts/dialogue.ts';
import { stopwatch } from './hosts/stopwatch.ts';

/** How long a program may take to exit after its dialogue is over. */
const AFTER_DIALOGUE_MS = 10_000;

/** How a dialogue ended, and how its program did. */
interface DialogueRun {
  readonly outcome: DialogueOutcome;
  readonly result: ExecResult;
}

/**
 * Starts a program and runs its dialogue; starts it again as long as the dialogue asks for that and the action's
 * time is not over. When it returns, the program has ended. Never throws because of what the dialogue does.
 */
export async function runDialogue(
  action: Converse,
  dialogue: Dialogue,
  ui: DialogueUi,
  host: Pick<Host, 'converse' | 'kind' | 'now'>,
): Promise<DialogueRun> {
  const { user, env, timeoutMs } = action;
  const deadline = stopwatch(host) + timeoutMs;
  let problem: string | undefined;
  for (;;) {
    const conversation = host.converse(action.argv, {
      timeoutMs: Math.max(1, deadline - stopwatch(host)),
      signal: ui.signal,
      user,
      env,
    });
    const run = await runOnce(conversation, dialogue, ui, problem);
    const { outcome } = run;
    const again = !outcome.ok && outcome.again === true;
    if (!again || ui.signal.aborted || run.result.timedOut || stopwatch(host) >= deadline) return run;
    problem = outcome.reason;
  }
}

async function runOnce(
  conversation: Conversation,
  dialogue: Dialogue,
  ui: DialogueUi,
  problem: string | undefined,
): Promise<DialogueRun> {
  const outcome = await Promise.race([outcomeOf(dialogue(conversation, ui, problem)), cancelled(ui.signal)]);
  // A program whose dialogue is over may still need to save its result.
  if (outcome.ok) await Promise.race([conversation.result, aWhile(ui.signal)]);
  conversation.kill();
  return { outcome, result: await conversation.result };
}

/** How a dialogue ended, its own crash included. */
async function outcomeOf(dialogue: Promise<DialogueOutcome>): Promise<DialogueOutcome> {
  try {
    return await dialogue;
  } catch (error) {
    if (error instanceof DialogueCancelled) return CANCELLED;
    const reason = messageOf(error);
    return { ok: false, reason: `The dialogue broke off: ${reason}`, next: 'Try again.' };
  }
}

const CANCELLED: DialogueOutcome = {
  ok: false,
  cancelled: true,
  reason: 'It was cancelled before it was finished.',
  next: 'Apply the fix again to start over.',
};

function cancelled(signal: AbortSignal): Promise<DialogueOutcome> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(CANCELLED);
    else signal.addEventListener('abort', () => resolve(CANCELLED), { once: true });
  });
}

/** Real time, even in a rehearsal: it is only the upper limit of a wait. */
async function aWhile(signal: AbortSignal): Promise<void> {
  await wait(AFTER_DIALOGUE_MS, undefined, { signal, ref: false }).catch(() => undefined);
}
