import type { DialogueUi } from '../../src/engine/contracts/dialogue.ts';
import { DialogueCancelled } from '../../src/engine/contracts/dialogue.ts';
import type { DialogueView } from '../../src/engine/contracts/event.ts';
import type { Conversation, ExecResult } from '../../src/host/host.ts';
import { reveal, Secret } from '../../src/secret/secret.ts';

/** One turn of a scripted program: says something, then waits for a line, ends, or falls silent. */
export type Turn =
  | { readonly say: string }
  | { readonly hear: (line: string) => void }
  | { readonly exit: number }
  | 'silence';

/** A program that follows a script, as {@link Conversation}. What it says comes in pieces of `pieceLength` letters. */
export function scripted(turns: readonly Turn[], pieceLength = 7): Conversation & { killed: () => boolean } {
  const heard: string[] = [];
  let wake = () => {};
  let ended = false;
  let killed = false;
  const { promise: result, resolve } = Promise.withResolvers<ExecResult>();
  const end = (exitCode: number) => {
    ended = true;
    resolve({ exitCode, stdout: '', stderr: '', timedOut: false, durationMs: 1 });
    wake();
  };
  async function* output() {
    for (const turn of turns) {
      if (turn === 'silence') {
        while (!ended) await new Promise<void>((resolve) => (wake = resolve));
      } else if ('say' in turn) {
        for (let at = 0; at < turn.say.length; at += pieceLength) yield turn.say.slice(at, at + pieceLength);
      } else if ('hear' in turn) {
        while (heard.length === 0 && !ended) await new Promise<void>((resolve) => (wake = resolve));
        const line = heard.shift();
        if (line !== undefined) turn.hear(line);
      } else end(turn.exit);
      if (ended) return;
    }
  }
  return {
    output: output(),
    write: (text) => {
      heard.push(reveal(text).replace(/\n$/, ''));
      wake();
    },
    end: () => {},
    kill: () => {
      killed = true;
      end(143);
    },
    result,
    killed: () => killed,
  };
}

/** A screen whose operator answers from a list; without an answer left, the operator cancels. */
export function operator(
  answers: readonly string[] = [],
): DialogueUi & { views: DialogueView[]; cancel: () => void } {
  const left = [...answers];
  const views: DialogueView[] = [];
  const controller = new AbortController();
  return {
    views,
    signal: controller.signal,
    cancel: () => controller.abort(),
    show: (view) => views.push(view),
    ask: async (view) => {
      views.push(view);
      const answer = left.shift();
      if (answer === undefined) throw new DialogueCancelled('cancelled');
      return new Secret(answer);
    },
  };
}
