import { Box } from 'ink';
import { useState } from 'react';
import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useCopy } from '../../components/signals.tsx';
import { useFrameSize, useSecondsUntil } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { DialogueModel } from '../../run/view-model.ts';
import { clock } from '../../run/wording.ts';
import { Confirming } from '../confirm.tsx';
import { ScanScreen, useQrCode } from './scan.tsx';

interface DialogueScreenProps {
  readonly dialogue: DialogueModel;
  readonly onAnswer: (text: string) => void;
  readonly onCancel: () => void;
}

/** Another program's dialogue in our own words: an address to open, a code to type there, a line to paste here. */
export function DialogueScreen({ dialogue, onAnswer, onCancel }: DialogueScreenProps) {
  const { title, lines, url, code, ask, problem } = dialogue.view;
  const { columns, rows } = useFrameSize();
  const gap = rows >= 20 ? 1 : 0;
  const isLong = url !== undefined && url.length > columns - 2;
  const [leaving, setLeaving] = useState(false);
  // With this little room everything but the field is scrolled.
  const urlRows = isLong ? Math.ceil((url?.length ?? 0) / columns) : 1;
  const cramped = rows < 17 + urlRows || columns < 60;
  const edgeToEdge = isLong && !cramped;
  const { copy, copied } = useCopy();
  // The code is what cannot be clicked; a link most terminals open by themselves.
  const [copyable, name] = code === undefined ? [url, 'link'] : [code, 'code'];
  const [scanning, setScanning] = useState(false);
  const qrCode = useQrCode(url);
  const keys = useKeyTable(
    [
      { keys: ['Esc'], what: 'cancel', run: () => setLeaving(true) },
      { keys: ['Ctrl-Q'], what: 'QR code', on: qrCode !== undefined, run: () => setScanning(true) },
      {
        keys: ['Ctrl-Y'],
        what: copied ? `copied the ${name}` : `copy the ${name}`,
        on: copy !== undefined && copyable !== undefined,
        run: () => copy?.(copyable ?? ''),
      },
    ],
    !leaving && !scanning,
  );
  if (scanning && qrCode !== undefined)
    return <ScanScreen title={title} lines={qrCode} code={code} onBack={() => setScanning(false)} />;
  return (
    <Confirming
      asked={leaving}
      title={`Cancel: ${title}?`}
      words="The link or code that you have becomes useless. You are then asked whether to start over, to go on without it, or to stop."
      no="Go back to it"
      yes="Cancel it"
      onNo={() => setLeaving(false)}
      onYes={onCancel}
    >
      <Frame
        title="Needs you"
        right={title}
        keys={[...(ask === undefined ? [] : ([['Enter', 'next']] as const)), ...keys]}
        typing={ask !== undefined}
      >
        <Scroll arrows={ask === undefined} grow={false} least={2}>
          {numbered(paragraphs(lines)).map(([number, line]) => (
            <Paragraph key={number}>{line === '' ? ' ' : line}</Paragraph>
          ))}
          {url === undefined || edgeToEdge ? null : (
            <Box marginTop={gap}>
              <Text color="cyan" wrap="hard">
                {url}
              </Text>
            </Box>
          )}
          {code === undefined || !cramped ? null : <Code code={code} goodUntil={dialogue.goodUntil} />}
          {problem === undefined || !cramped ? null : <Paragraph color="red">{problem}</Paragraph>}
        </Scroll>
        {url === undefined || !edgeToEdge ? null : (
          // From edge to edge: copied from the terminal it has line breaks in it, which browsers drop, but no blanks.
          <Box flexShrink={0} marginTop={gap} marginX={-1}>
            <Text color="cyan" wrap="hard">
              {url}
            </Text>
          </Box>
        )}
        {code === undefined || cramped ? null : (
          <Box flexShrink={0} marginTop={gap}>
            <Code code={code} goodUntil={dialogue.goodUntil} />
          </Box>
        )}
        {problem === undefined || cramped ? null : (
          <Box flexShrink={0} marginTop={gap}>
            <Paragraph color="red">{problem}</Paragraph>
          </Box>
        )}
        {ask === undefined ? (
          <Box flexShrink={0} marginTop={gap}>
            <Text wrap="truncate-end">
              <MarkSign mark="working" /> waiting; this continues on its own
            </Text>
          </Box>
        ) : (
          <Box flexDirection="column" flexShrink={0} marginTop={gap}>
            <Text bold wrap="truncate-end">
              {ask.label}
            </Text>
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
    </Confirming>
  );
}

function Code({ code, goodUntil }: { code: string; goodUntil: number | undefined }) {
  return (
    <Box columnGap={3}>
      <Text>
        Code: <Text bold>{code}</Text>
      </Text>
      {goodUntil === undefined ? null : <GoodFor until={goodUntil} />}
    </Box>
  );
}

function GoodFor({ until }: { until: number }) {
  const seconds = useSecondsUntil(until);
  return (
    <Text dimColor wrap="truncate-end">
      {seconds === 0 ? 'no longer good' : `good for ${clock(seconds * 1_000)}`}
    </Text>
  );
}

/** Lines as paragraphs: one that does not end a sentence goes on in the next line. */
function paragraphs(lines: readonly string[]): readonly string[] {
  const done: string[] = [];
  for (const line of lines) {
    const last = done.at(-1) ?? '';
    if (last !== '' && !/[.:!?…]$/.test(last) && /^\S/.test(line)) done.splice(-1, 1, `${last} ${line}`);
    else done.push(line);
  }
  return done;
}
