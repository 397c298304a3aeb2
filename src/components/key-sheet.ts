import { createContext } from 'react';

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
