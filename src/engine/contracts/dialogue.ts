import type { Conversation } from '../../host/host.ts';
import type { Secret } from '../../secret/secret.ts';
import type { DialogueView } from './event.ts';

/** What a dialogue may do to the operator's screen. */
export interface DialogueUi {
  /** Shows the progress of the other program; replaces what was shown before. */
  show(view: DialogueView): void;
  /**
   * Shows the view and waits for a line of input; `view.ask` says what is wanted. Whatever is typed comes back as a
   * secret. Rejects with {@link DialogueCancelled} when the operator cancels or the run is stopped; a dialogue lets
   * that error through.
   */
  ask(view: DialogueView): Promise<Secret>;
  /** Aborted when the operator cancels or the run is stopped; the program is ended then. */
  readonly signal: AbortSignal;
}

/** How a dialogue ended: it succeeded, or why it did not and what can be done. */
export type DialogueOutcome =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly next: string;
      /**
       * The program has ended or can no longer succeed, but a new start can (a wrong code invalidates a link, so a new
       * one is needed): the engine starts it again at once, within the action's time limit.
       */
      readonly again?: boolean;
      /** The operator gave it up: nothing is wrong. */
      readonly cancelled?: boolean;
    };

/**
 * Knows another program's dialogue (`claude auth login`) and leads the operator through it in our own words. The
 * engine starts the program, waits for its end afterwards, and ends it when the dialogue is over and it is not.
 * `problem` is the `because` of the outcome that asked for this new start; it belongs on the first screen.
 */
export type Dialogue = (
  conversation: Conversation,
  ui: DialogueUi,
  problem?: string,
) => Promise<DialogueOutcome>;

/** Thrown by {@link DialogueUi.ask} when there will be no answer. */
export class DialogueCancelled extends Error {
  override readonly name = 'DialogueCancelled';
}
