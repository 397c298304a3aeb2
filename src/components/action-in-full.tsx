import type { ActionView } from '../engine/contracts/action-view.ts';
import { actionLine, changeText } from '../run/wording.ts';
import { Text } from './text.tsx';

/** An action's command, or its file and the lines that change. */
export function ActionInFull({ action }: { action: ActionView }) {
  if (action.kind !== 'write-file') return <Text>{actionLine(action)}</Text>;
  return (
    <>
      <Text>{actionLine(action)}</Text>
      <Text dimColor>{changeText(action)}</Text>
      <Text> </Text>
      {numbered(action.diff === '' ? [] : action.diff.replace(/\n$/, '').split('\n')).map(
        ([number, line]) => (
          <DiffLine key={number} line={line} />
        ),
      )}
    </>
  );
}

/** Lines with their numbers: equal lines need different keys. */
export function numbered(lines: readonly string[]): readonly (readonly [number, string])[] {
  return lines.map((line, index) => [index, line] as const);
}

function DiffLine({ line }: { line: string }) {
  const color = line.startsWith('+') ? 'green' : line.startsWith('-') ? 'red' : undefined;
  return <Text {...(color === undefined ? { dimColor: true } : { color })}>{line === '' ? ' ' : line}</Text>;
}
