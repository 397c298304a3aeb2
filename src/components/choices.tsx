import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import { Paragraph } from './paragraph.tsx';
import { useKeys } from './terminal.tsx';

export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
  /** Stands behind the label, dimmed: 'recommended'. */
  readonly aside?: string;
  /** Shown below the choice while it is the chosen one. */
  readonly details?: ReactNode;
}

interface ChoicesProps<Value> {
  readonly choices: readonly Choice<Value>[];
  readonly initial?: number;
  readonly onChoose: (value: Value) => void;
  readonly onMove?: (value: Value) => void;
}

/** A list of which one is chosen with the arrow keys (or its number) and taken with Enter. */
export function Choices<Value>({ choices, initial = 0, onChoose, onMove }: ChoicesProps<Value>) {
  const [wanted, setWanted] = useState(initial);
  const chosen = Math.min(wanted, choices.length - 1);
  const move = (to: number) => {
    const target = Math.max(0, Math.min(choices.length - 1, to));
    const choice = choices[target];
    setWanted(target);
    if (choice !== undefined && target !== chosen) onMove?.(choice.value);
  };
  useKeys((input, key) => {
    const choice = choices[chosen];
    if (key.return) {
      if (choice !== undefined) onChoose(choice.value);
    } else if (key.upArrow || input === 'k') move(chosen - 1);
    else if (key.downArrow || input === 'j' || key.tab) move(chosen + 1);
    else if (/^[1-9]$/.test(input) && Number(input) <= choices.length) move(Number(input) - 1);
  });
  return (
    <Box flexDirection="column" flexShrink={0}>
      {choices.map((choice, index) => (
        <Box key={choice.label} flexDirection="column">
          <Box>
            <Box flexShrink={0}>
              <Text {...look(index === chosen)}>{index === chosen ? '▸ ' : '  '}</Text>
            </Box>
            <Paragraph {...look(index === chosen)}>
              {choice.label}
              {choice.aside === undefined ? null : <Text dimColor>{`  ${choice.aside}`}</Text>}
            </Paragraph>
          </Box>
          {index === chosen && choice.details !== undefined ? (
            <Box paddingLeft={4}>{choice.details}</Box>
          ) : null}
        </Box>
      ))}
    </Box>
  );
}

function look(chosen: boolean): { color?: string; bold?: boolean } {
  return chosen ? { color: 'cyan', bold: true } : {};
}
