import { numbered } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { Paragraph } from '../../components/paragraph.tsx';
import { SCROLL, Scroll } from '../../components/scroll.tsx';
import { useCopy } from '../../components/signals.tsx';

interface HandoverScreenProps {
  /** The message. */
  readonly text: string;
  readonly onBack: () => void;
}

const HELP = [
  'A message for whoever gets this Otto, to be sent as it is or changed first. It holds no password: send that another way.',
  'Copying goes through your terminal (OSC 52), which not every terminal allows. Otherwise mark the text with the mouse, or print it: otto-install handover',
];

/** The message for the client: to be read, and to be copied as a whole. */
export function HandoverScreen({ text, onBack }: HandoverScreenProps) {
  const { copy, copied } = useCopy();
  const keys = useKeyTable([
    {
      keys: ['c'],
      what: copied ? 'copied the message' : 'copy the message',
      on: copy !== undefined,
      run: () => copy?.(text),
    },
    { keys: ['Esc', 'Enter', 'q', 'h'], what: 'back', run: onBack },
  ]);
  return (
    <Frame title="Message for your client" right="ready to send" help={HELP} keys={[...keys, SCROLL]}>
      <Scroll>
        {numbered(text.split('\n')).map(([number, line]) => (
          <Paragraph key={number}>{line === '' ? ' ' : line}</Paragraph>
        ))}
      </Scroll>
    </Frame>
  );
}
