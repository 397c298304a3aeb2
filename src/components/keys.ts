import type { Key } from 'ink';
import { use, useEffect, useRef } from 'react';
import { hintOf, type KeyBinding, type KeyHint, type KeyName, KeySheetContext } from './key-sheet.ts';
import { useKeys } from './terminal.tsx';

/**
 * Binds keys for as long as they are meant for this screen, and returns what its footer says of them. The only way in which a
 * component gets keys: a key that is bound is in the key sheet, and a hint that is shown does something.
 */
export function useKeyTable(table: readonly KeyBinding[], isActive = true): readonly KeyHint[] {
  const bindings = table.filter(({ on = true }) => on);
  useKeys((input, key) => {
    const name = keyName(input, key);
    bindings.find(({ keys }) => keys.includes(name))?.run(name);
  }, isActive);
  useOnKeySheet(isActive ? bindings : []);
  return bindings.filter(({ quiet }) => quiet !== true).map(hintOf);
}

/** Says on the key sheet what a component that reads keys by itself does with them: a line of text that is edited. */
export function useOnKeySheet(bindings: readonly KeyBinding[]): void {
  const sheet = use(KeySheetContext);
  const owner = useRef({});
  useEffect(() => sheet.put(owner.current, bindings));
  useEffect(() => {
    const me = owner.current;
    return () => sheet.put(me, []);
  }, [sheet]);
}

const NAMES: readonly (readonly [keyof Key, KeyName])[] = [
  ['return', 'Enter'],
  ['escape', 'Esc'],
  ['upArrow', '↑'],
  ['downArrow', '↓'],
  ['leftArrow', '←'],
  ['rightArrow', '→'],
  ['pageUp', 'PgUp'],
  ['pageDown', 'PgDn'],
  ['home', 'Home'],
  ['end', 'End'],
  ['tab', 'Tab'],
  ['backspace', 'Backspace'],
  ['delete', 'Delete'],
];

/** The name of what was pressed; what was typed or pasted is its own. */
export function keyName(input: string, key: Key): KeyName {
  const named = NAMES.find(([property]) => key[property] === true);
  if (named !== undefined) return named[1];
  if (key.ctrl && input !== '') return `Ctrl-${input.toUpperCase()}`;
  return key.meta ? '' : input;
}
