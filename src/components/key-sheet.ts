import { createContext } from 'react';
import stringWidth from 'string-width';

/** A key as screens name it: 'Enter', 'Esc', '↑', 'PgDn', 'Ctrl-U', 'y'. */
export type KeyName = string;

/** What a key does, said once: the same line binds it, puts it into the footer and into the key sheet. */
export interface KeyBinding {
  /** All keys that do it, the one that hints name first. */
  readonly keys: readonly KeyName[];
  /** 'look again' */
  readonly what: string;
  /** How hints name them together where that is not the first one: '↑↓'. */
  readonly shown?: string;
  /** It is in the key sheet only. */
  readonly quiet?: boolean;
  /** False: it does nothing now, and no hint names it. Default true. */
  readonly on?: boolean;
  readonly run: (key: KeyName) => void;
}

/** What a footer or a key sheet says of a key. */
export type KeyHint = readonly [key: string, what: string];

/** The keys that the components of one screen have bound. */
export interface KeySheet {
  readonly bindings: () => readonly KeyBinding[];
  readonly put: (owner: object, bindings: readonly KeyBinding[]) => void;
}

/** A key sheet with nothing on it. */
export function newKeySheet(): KeySheet {
  const owners = new Map<object, readonly KeyBinding[]>();
  return {
    bindings: () => [...owners.values()].flat(),
    put: (owner, bindings) => {
      if (bindings.length === 0) owners.delete(owner);
      else owners.set(owner, bindings);
    },
  };
}

export const KeySheetContext = createContext<KeySheet>(newKeySheet());

/** A binding as the footer shows it. */
export function hintOf({ keys, shown, what }: Pick<KeyBinding, 'keys' | 'shown' | 'what'>): KeyHint {
  return [shown ?? keys[0] ?? '', what];
}

/** Everything that can be pressed: a line for each thing that can be done, with all of its keys. */
export function sheetLines(bindings: readonly KeyBinding[]): readonly KeyHint[] {
  const lines = new Map<string, Set<string>>();
  for (const { keys, shown, what } of bindings) {
    const names = lines.get(what) ?? new Set();
    for (const name of shown === undefined ? keys : [shown]) names.add(name);
    lines.set(what, names);
  }
  return [...lines].map(([what, names]) => [[...names].join(' '), what] as const);
}

/** Columns between two hints. */
export const GAP = 3;

/**
 * The hints of a footer in at most so many lines. Where there is no room for all of them the last ones are left to the key
 * sheet, and that is what is named.
 */
export function hintLines(
  hints: readonly KeyHint[],
  width: number,
  most: number,
): readonly (readonly KeyHint[])[] {
  const all = broken(hints, width);
  if (all.length <= most) return all;
  const sheet = hints.some(([key]) => key === '?');
  const more: KeyHint = sheet ? ['?', 'more'] : ['…', ''];
  const others = hints.filter(([key]) => key !== '?');
  for (let shown = others.length - 1; shown > 0; shown -= 1) {
    const lines = broken([...others.slice(0, shown), more], width);
    if (lines.length <= most) return lines;
  }
  return [[more]];
}

function broken(hints: readonly KeyHint[], width: number): readonly (readonly KeyHint[])[] {
  const lines: KeyHint[][] = [];
  let left = 0;
  for (const hint of hints) {
    const needed = stringWidth(hint.join(' ').trim());
    const line = lines.at(-1);
    if (line !== undefined && needed + GAP <= left) {
      line.push(hint);
      left -= needed + GAP;
    } else {
      lines.push([hint]);
      left = width - needed;
    }
  }
  return lines;
}
