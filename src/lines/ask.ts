import type { LineReader } from '../terminal/line-reader.ts';

/** Prints lines. */
export type Say = (...lines: readonly string[]) => void;

/** Whom to talk with. */
export interface Talk {
  readonly reader: LineReader;
  readonly say: Say;
}

/** What a typed line means, or what is said before asking again. */
export type Taken<T> = { readonly value: T } | { readonly again: readonly string[] };

/** Something that is asked in lines. */
export interface LineQuestion<T> {
  /** Lines shown before it. */
  readonly heading?: readonly string[];
  /** The choices, shown with a number each. */
  readonly options?: readonly string[];
  readonly prompt: string;
  /** What is typed is not shown. */
  readonly masked?: boolean;
  /** Gives up asking. */
  readonly signal?: AbortSignal;
  readonly take: (line: string) => Taken<T> | Promise<Taken<T>>;
}

/**
 * The one way in which anything is asked in lines: what it is about, what there is to choose from, and then the prompt, until
 * what is typed can be used. Rejects with InputEnded.
 */
export async function ask<T>(
  { reader, say }: Talk,
  { heading = [], options = [], prompt, masked = false, signal, take }: LineQuestion<T>,
): Promise<T> {
  if (heading.length > 0) say(...heading);
  for (const [index, words] of options.entries()) say(`  ${index + 1}. ${words}`);
  for (;;) {
    const line = await reader.line(prompt, { masked, signal });
    const taken = await take(line);
    if ('value' in taken) return taken.value;
    if (taken.again.length > 0) say(...taken.again);
  }
}

/** Takes the number of one of these. */
export function numberOf<T>(from: readonly T[]): (line: string) => Taken<T>;
/** Takes the number of one of these, or nothing for what `nothing` says. */
export function numberOf<T, N>(
  from: readonly T[],
  nothing: { readonly value: N },
): (line: string) => Taken<T | N>;
export function numberOf<T>(from: readonly T[], nothing?: { readonly value: T }): (line: string) => Taken<T> {
  return (line) => {
    if (line === '' && nothing !== undefined) return nothing;
    const at = /^\d+$/.test(line) ? Number(line) - 1 : -1;
    const chosen = from[at];
    const end = nothing === undefined ? '.' : ', or nothing.';
    return chosen === undefined
      ? { again: [`Type a number from 1 to ${from.length}${end}`] }
      : { value: chosen };
  };
}

/** Asks until the answer is yes or no. */
export function confirmed(talk: Talk, question: string): Promise<boolean> {
  return ask<boolean>(talk, {
    prompt: `${question} `,
    take: (line) => {
      const word = line.toLowerCase();
      if (word === 'yes' || word === 'y') return { value: true };
      return word === 'no' || word === 'n' ? { value: false } : { again: [] };
    },
  });
}
