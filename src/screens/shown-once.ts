import { useState } from 'react';
import type { KeyBinding } from '../components/key-sheet.ts';
import { useCopy } from '../components/signals.tsx';
import type { EndingLine } from '../run/shown-line.ts';

/** The last screen's secret: how it is copied, and when it may go. */
export interface ShownOnce {
  /** The lines as they are now. */
  readonly lines: readonly EndingLine[];
  /** Leaves, unless that would lose a secret: then it says what to do first. */
  readonly leaving: (leave: () => void) => void;
  readonly bindings: readonly KeyBinding[];
}

const COPIED =
  "Sent to your terminal's clipboard. Not every terminal takes it: paste it where you keep passwords, and look.";
const FIRST = 'It is kept nowhere else. Press s once you have saved it; until then it stays here.';

/** A secret that is kept nowhere else stays on the screen until the operator says that it is saved; then it is gone from there. */
export function useShownOnce(lines: readonly EndingLine[]): ShownOnce {
  const { copy } = useCopy();
  const [saved, setSaved] = useState(false);
  const [said, setSaid] = useState<string>();
  const copied = lines.find(({ copy }) => copy !== undefined)?.copy;
  const held = !saved && lines.some(({ onlyHere }) => onlyHere === true);
  const at = lines.findIndex(({ copy }) => copy !== undefined);
  const shown = lines.map((line) =>
    saved && line.copy !== undefined ? { ...line, text: line.text.replace(line.copy, '••••') } : line,
  );
  return {
    lines:
      said === undefined || saved
        ? shown
        : [...shown.slice(0, at + 1), { mark: 'risk', text: said }, ...shown.slice(at + 1)],
    leaving: (leave) => (held ? setSaid(FIRST) : leave()),
    bindings: [
      {
        keys: ['c'],
        what: 'copy the password',
        on: copied !== undefined && !saved && copy !== undefined,
        run: () => {
          copy?.(copied ?? '');
          setSaid(COPIED);
        },
      },
      { keys: ['s'], what: 'I have saved it', on: held, run: () => setSaved(true) },
    ],
  };
}
