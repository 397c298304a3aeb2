import { Box } from 'ink';
import { useState } from 'react';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll, Yielding } from '../../components/scroll.tsx';
import { useBodyRows, useGap } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import { TextField } from '../../components/text-field.tsx';
import { foundCommands, type HomeCommand } from '../../wizard/home-commands.ts';

interface FindScreenProps {
  readonly commands: readonly HomeCommand<() => void>[];
  readonly onBack: () => void;
}

/** Finds what the home can do by its words, whichever screen it is on. */
export function FindScreen({ commands, onBack }: FindScreenProps) {
  const gap = useGap();
  const room = useBodyRows();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const found = foundCommands(commands, typed);
  const chosen = Math.min(at, Math.max(0, found.length - 1));
  const keys = useKeyTable([
    {
      keys: ['↑', '↓'],
      shown: '↑↓',
      what: 'choose',
      run: (key) => setAt(Math.max(0, Math.min(found.length - 1, chosen + (key === '↑' ? -1 : 1)))),
    },
    { keys: ['Esc'], what: 'back', run: onBack },
  ]);
  const now = found[chosen];
  return (
    <Frame
      title="Find a command"
      right={`${found.length} of ${commands.length}`}
      typing
      keys={[['Enter', 'open'], ...keys]}
    >
      <TextField
        initial=""
        placeholder="update, password, logs …"
        enter="open"
        onChange={(text) => {
          setTyped(text);
          setAt(0);
        }}
        onSubmit={() => now?.run()}
      />
      <Box flexShrink={0} height={gap} />
      <Scroll follow={chosen} least={2}>
        {found.length === 0 ? <Paragraph>Nothing here is called that.</Paragraph> : null}
        {found.map(({ id, title, command }, index) => (
          <Text key={id} wrap="truncate-end" {...(index === chosen ? { color: 'cyan', bold: true } : {})}>
            {`${index === chosen ? '▸' : ' '} ${title}`}
            {command === undefined ? null : <Text dimColor>{`   ${command}`}</Text>}
          </Text>
        ))}
      </Scroll>
      {now === undefined || room < 8 ? null : (
        <Yielding most={2}>
          <Paragraph dimColor>{`${now.help.charAt(0).toUpperCase()}${now.help.slice(1)}.`}</Paragraph>
        </Yielding>
      )}
    </Frame>
  );
}
