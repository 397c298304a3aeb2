import { Box, Text } from 'ink';
import { Frame } from '../components/frame.tsx';
import { MarkSign } from '../components/mark.tsx';
import { Paragraph } from '../components/paragraph.tsx';
import { Scroll } from '../components/scroll.tsx';
import { useKeys } from '../components/terminal.tsx';
import { TextField } from '../components/text-field.tsx';
import type { DialogueModel } from '../view-model.ts';
import { numbered } from './action.tsx';

interface DialogueScreenProps {
  readonly dialogue: DialogueModel;
  readonly onAnswer: (text: string) => void;
  readonly onCancel: () => void;
}

/** Another program's dialogue in our own words: an address to open, a code to type there, a line to paste here. */
export function DialogueScreen({ dialogue, onAnswer, onCancel }: DialogueScreenProps) {
  const { title, lines, url, code, ask, problem } = dialogue.view;
  useKeys((_, key) => {
    if (key.escape) onCancel();
  });
  return (
    <Frame
      title="Needs you"
      right={title}
      keys={[...(ask === undefined ? [] : ([['Enter', 'next']] as const)), ['Esc', 'cancel']]}
    >
      <Scroll arrows={ask === undefined} grow={false}>
        {numbered(lines).map(([number, line]) => (
          <Paragraph key={number}>{line === '' ? ' ' : line}</Paragraph>
        ))}
        {url === undefined ? null : (
          <Box marginTop={1}>
            {/* Wrapped hard, without indentation: so it can be copied from the terminal as one piece. */}
            <Text color="cyan" wrap="hard">
              {url}
            </Text>
          </Box>
        )}
        {code === undefined ? null : (
          <Box marginTop={1}>
            <Text>
              Code: <Text bold>{code}</Text>
            </Text>
          </Box>
        )}
      </Scroll>
      {problem === undefined ? null : (
        <Box flexShrink={0} marginTop={1}>
          <Paragraph color="red">{problem}</Paragraph>
        </Box>
      )}
      {ask === undefined ? (
        <Box flexShrink={0} marginTop={1}>
          <Text>
            <MarkSign mark="working" /> waiting; this goes on by itself
          </Text>
        </Box>
      ) : (
        <Box flexDirection="column" flexShrink={0} marginTop={1}>
          <Paragraph bold>{ask.label}</Paragraph>
          <TextField
            key={`${ask.label} ${problem ?? ''}`}
            initial=""
            masked={ask.masked}
            oneWord
            onSubmit={(text) => {
              if (text !== '') onAnswer(text);
            }}
          />
        </Box>
      )}
    </Frame>
  );
}
