import { randomUUID } from 'node:crypto';
import type { Secret } from '../secret/secret.ts';
import { DialogueCancelled, type DialogueUi } from './contracts/dialogue.ts';
import type { Emit } from './emit.ts';

/** Where a typed secret waits until the decision that names its handle is carried out; it can be taken once. */
class Vault {
  readonly #secrets = new Map<string, Secret>();

  put(secret: Secret): string {
    const handle = randomUUID();
    this.#secrets.set(handle, secret);
    return handle;
  }

  take(handle: string): Secret | undefined {
    const secret = this.#secrets.get(handle);
    this.#secrets.delete(handle);
    return secret;
  }
}

/** A running dialogue. */
interface OpenDialogue {
  readonly ui: DialogueUi;
  /** Tells the listeners that it is over. */
  close(ok: boolean): void;
}

/** Carries what dialogues show to the listeners, and what the operator types back to the dialogue. */
export class DialogueDesk {
  readonly vault = new Vault();
  readonly #emit: Emit;
  readonly #open = new Map<
    string,
    { readonly abort: AbortController; give?: ((input: Secret) => void) | undefined }
  >();
  #count = 0;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  /** Opens a dialogue for a task; `stop` cancels it. */
  open(task: string, stop: AbortSignal): OpenDialogue {
    this.#count += 1;
    const dialogue = `d${this.#count}`;
    const entry: { abort: AbortController; give?: ((input: Secret) => void) | undefined } = {
      abort: new AbortController(),
    };
    this.#open.set(dialogue, entry);
    const signal = AbortSignal.any([stop, entry.abort.signal]);
    const show: DialogueUi['show'] = (view) => this.#emit({ type: 'dialogue', dialogue, task, view });
    const ask: DialogueUi['ask'] = (view) =>
      new Promise((resolve, reject) => {
        const cancelled = () => reject(new DialogueCancelled('There will be no answer.'));
        if (signal.aborted) return cancelled();
        signal.addEventListener('abort', cancelled, { once: true });
        entry.give = (input) => {
          entry.give = undefined;
          signal.removeEventListener('abort', cancelled);
          resolve(input);
        };
        show(view);
      });
    const close = (ok: boolean) => {
      if (this.#open.delete(dialogue)) this.#emit({ type: 'dialogue-ended', dialogue, ok });
    };
    return { ui: { show, ask, signal }, close };
  }

  /** Hands typed input to the dialogue that waits for it. */
  answer(dialogue: string, handle: string): void {
    const give = this.#open.get(dialogue)?.give;
    if (give === undefined) return;
    const input = this.vault.take(handle);
    if (input !== undefined) give(input);
  }

  /** The operator gives the dialogue up. */
  cancel(dialogue: string): void {
    this.#open.get(dialogue)?.abort.abort();
  }
}
