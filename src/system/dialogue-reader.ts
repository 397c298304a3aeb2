import { stripVTControlCharacters } from 'node:util';
import type { Conversation } from '../host/host.ts';

/** Why a wait for another program's words ended without them. */
type NotFound = 'ended' | 'late';

/** What a program has said so far, and a way to wait for what it says next. */
export interface DialogueReader {
  /** Everything so far, without colours and cursor movements. */
  said(): string;
  /**
   * Reads on until `find` finds something in what was said after position `from`; 'ended' when the program closed its
   * output first, 'late' when `withinMs` passed or the signal was aborted.
   */
  until<Found extends object | string>(
    find: (said: string) => Found | undefined,
    options: { readonly withinMs: number; readonly signal: AbortSignal; readonly from?: number },
  ): Promise<Found | NotFound>;
}

/** Reads a conversation; there may be one reader of it only. */
export function readDialogue(conversation: Conversation): DialogueReader {
  const pieces = conversation.output[Symbol.asyncIterator]();
  let raw = '';
  // A piece that came too late must not be lost for the next wait.
  let pending: Promise<IteratorResult<string>> | undefined;
  const said = () => stripVTControlCharacters(raw);
  return {
    said,
    async until(find, { withinMs, signal, from = 0 }) {
      const over = AbortSignal.any([signal, AbortSignal.timeout(withinMs)]);
      let onAbort = () => {};
      const late = new Promise<'late'>((resolve) => {
        onAbort = () => resolve('late');
        over.addEventListener('abort', onAbort, { once: true });
      });
      try {
        for (;;) {
          const found = find(said().slice(from));
          if (found !== undefined) return found;
          if (over.aborted) return 'late';
          pending ??= pieces.next();
          const next = await Promise.race([pending, late]);
          if (next === 'late') return 'late';
          pending = undefined;
          if (next.done === true) return 'ended';
          raw += next.value;
        }
      } finally {
        over.removeEventListener('abort', onAbort);
      }
    },
  };
}

/** The last line that says something. */
export function lastLine(said: string): string {
  return said.trim().split('\n').at(-1)?.trim() ?? '';
}
