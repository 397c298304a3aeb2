import { Box, type DOMElement, type Key, useCursor, usePaste } from 'ink';
import TextInput from 'ink-text-input';
import { useRef, useState } from 'react';
import stringWidth from 'string-width';
import {
  cleanInput,
  type EditCommand,
  type EditedLine,
  edit,
  editedLine,
  lineText,
} from '../terminal/edit-line.ts';
import { visibleText } from '../text/visible.ts';
import type { KeyBinding } from './key-sheet.ts';
import { useOnKeySheet } from './keys.ts';
import { useMeasured } from './measure.ts';
import { useActive, useFrameSize, useKeys } from './terminal.tsx';
import { Text } from './text.tsx';

interface TextFieldProps {
  /** Stands there to be taken or changed; what is typed first replaces it, as if it were selected. */
  readonly initial: string;
  readonly placeholder?: string;
  /** Nothing of what is typed is ever shown, only how much it is. */
  readonly masked?: boolean;
  /** Spaces cannot be part of it: a host name, a key, a code. */
  readonly oneWord?: boolean;
  /** Characters that are keys of the screen and not text: '?' opens the help. */
  readonly notText?: string;
  /** What is meant by something that is pasted, which may have several lines. Default: itself. */
  readonly pasted?: (text: string) => string;
  readonly onChange?: (text: string) => void;
  readonly onSubmit: (text: string) => void;
  /** What Enter does, as the footer of the screen says it. Default 'next'. */
  readonly enter?: string;
}

/** Columns of a screen that the text does not get: the frame's margins, the sign before it, the cursor behind its end. */
const AROUND = 8;
/** What can be done to the text, in one place; {@link commandOf} knows the keys. */
const EDITING: readonly KeyBinding[] = (
  [
    [['←', '→', 'Home', 'End'], 'move in the text'],
    [['Ctrl-W', 'Ctrl-U'], 'delete the word, or all before the cursor'],
  ] as const
).map(([keys, what]) => ({ keys, what, quiet: true, run: () => {} }));

/** Between a masked text and how much it is. */
const GAP = 2;

/** A line to type or paste into. */
export function TextField(props: TextFieldProps) {
  const { initial, placeholder = '', masked = false, oneWord = false, notText = '' } = props;
  const [line, setLine] = useState(() => editedLine(initial));
  const [touched, setTouched] = useState(false);
  const active = useActive();
  const { columns } = useFrameSize();

  useOnKeySheet([{ keys: ['Enter'], what: props.enter ?? 'next', run: () => {} }, ...EDITING]);
  const change = (command: EditCommand) => {
    const next = edit(!touched && command.kind === 'insert' ? editedLine('') : line, command);
    setTouched(true);
    if (next === line) return;
    setLine(next);
    if (lineText(next) !== lineText(line)) props.onChange?.(lineText(next));
  };
  useKeys((input, key) => {
    if (key.return || input === '\n') return props.onSubmit(lineText(line));
    const command = commandOf(input, key) ?? insertion(input, key, oneWord, notText);
    if (command !== undefined) change(command);
  });
  const { pasted = (text: string) => text.trim() } = props;
  usePaste((text) => change({ kind: 'insert', text: cleanInput(pasted(text), oneWord) }), {
    isActive: active,
  });

  const count = masked && line.graphemes.length > 0 ? String(line.graphemes.length) : '';
  const room = columns - AROUND - (count === '' ? 0 : GAP + count.length);
  const { shown, cursorColumn } = visiblePart(line, masked, room);
  return (
    <Box flexShrink={0}>
      <Box flexShrink={0}>
        <Text color="cyan">{'› '}</Text>
      </Box>
      <FieldText shown={shown} placeholder={placeholder} cursorColumn={active ? cursorColumn : undefined} />
      {count === '' ? null : (
        <Box flexShrink={0} marginLeft={GAP}>
          <Text dimColor>{count}</Text>
        </Box>
      )}
    </Box>
  );
}

/**
 * ink-text-input draws the text or the placeholder. It does no more, for reasons that test/components/ink-text-input.test.tsx
 * shows; when one of those tests fails, the package has got better, and what stands here for it may go:
 * - It gets no keys (focus), and the line is edited above: it would insert Ctrl-U as a "u", does not know Home and End, takes
 *   Delete for Backspace, cuts an emoji in half, keeps line breaks, and of several keys at once it loses some.
 * - The cursor is the terminal's own: the package's is a colour, so without colours there is none, and screen readers and
 *   input methods would not follow it.
 * - A mask is laid over the text before: the package's has a sign for each half of an emoji, and wants the secret for it.
 * - The text is cut before: what is too long the package breaks into rows, and the screen below it would jump.
 * - What cannot be seen is made visible before: it draws with Ink's Text and not with ours.
 */
function FieldText(props: { shown: string; placeholder: string; cursorColumn: number | undefined }) {
  const box = useRef<DOMElement>(null);
  const at = useMeasured(box);
  const { setCursorPosition } = useCursor();
  setCursorPosition(
    at === undefined || props.cursorColumn === undefined
      ? undefined
      : { x: at.x + props.cursorColumn, y: at.y },
  );
  return (
    <Box ref={box} flexShrink={1}>
      <TextInput
        value={props.shown}
        placeholder={visibleText(props.placeholder)}
        focus={false}
        onChange={() => {}}
      />
    </Box>
  );
}

/** The part of a line that fits into `width` columns and has the cursor in it. */
function visiblePart(
  line: EditedLine,
  masked: boolean,
  width: number,
): { shown: string; cursorColumn: number } {
  // As they are shown: a character that cannot be seen is as wide as its escape.
  const cells = line.graphemes.map((grapheme) => (masked ? '•' : visibleText(grapheme)));
  // Each is measured once at most: a key of 4000 characters is drawn again at every keystroke.
  const widthOf = (index: number) => stringWidth(cells[index] ?? '');
  let start = line.cursor;
  let before = 0;
  while (start > 0 && before + widthOf(start - 1) <= width) {
    start -= 1;
    before += widthOf(start);
  }
  let end = line.cursor;
  let columns = before;
  while (end < cells.length && columns + widthOf(end) <= width) {
    columns += widthOf(end);
    end += 1;
  }
  return { shown: cells.slice(start, end).join(''), cursorColumn: before };
}

function commandOf(input: string, key: Key): EditCommand | undefined {
  if (key.backspace) return { kind: 'backspace' };
  if (key.delete) return { kind: 'delete' };
  if (key.leftArrow) return { kind: 'left' };
  if (key.rightArrow) return { kind: 'right' };
  if (key.home) return { kind: 'home' };
  if (key.end) return { kind: 'end' };
  if (!key.ctrl) return undefined;
  const kinds = {
    a: 'home',
    e: 'end',
    b: 'left',
    f: 'right',
    d: 'delete',
    h: 'backspace',
    u: 'delete-to-start',
    k: 'delete-to-end',
    w: 'delete-word',
  } as const;
  return input in kinds ? { kind: kinds[input as keyof typeof kinds] } : undefined;
}

function insertion(input: string, key: Key, oneWord: boolean, notText: string): EditCommand | undefined {
  if (key.ctrl || key.meta || key.escape || key.tab || input === '') return undefined;
  if (notText !== '' && input.length === 1 && notText.includes(input)) return undefined;
  const text = cleanInput(input, oneWord);
  return text === '' ? undefined : { kind: 'insert', text };
}
