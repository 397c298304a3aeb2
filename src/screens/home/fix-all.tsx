import { Box } from 'ink';
import { FixInFull } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useKeys } from '../../components/terminal.tsx';
import type { RunModel } from '../../run/view-model.ts';
import { count } from '../../run/wording.ts';
import { safeFixes } from '../../wizard/home.ts';

interface FixAllScreenProps {
  readonly look: RunModel;
  readonly onGo: () => void;
  readonly onBack: () => void;
}

const HELP = [
  'All fixes that interrupt nothing, give nothing up and need nobody, with every command and every file. Nothing has been done yet.',
  'Faults that only show up once these are gone are fixed too, if that is just as safe. Everything else is left to you.',
];

/** All safe fixes, before any of them is applied. */
export function FixAllScreen({ look, onGo, onBack }: FixAllScreenProps) {
  const safe = safeFixes(look);
  useKeys((input, key) => {
    if (key.escape || input === 'q') onBack();
    else if (input === 'y' || key.return) (safe.length > 0 ? onGo : onBack)();
  });
  const actions = safe.reduce((sum, { fix }) => sum + fix.actions.length, 0);
  return (
    <Frame
      title={`Fix everything that is safe (${safe.length})`}
      right={count(actions, 'action')}
      help={HELP}
      keys={[
        ['↑↓', 'scroll'],
        ['y', 'do it'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll>
        <Paragraph>
          {safe.length === 0
            ? 'Nothing is left that can be fixed without asking you.'
            : 'None of these interrupts anything or gives anything up. Nothing has been done yet.'}
        </Paragraph>
        {safe.map(({ task, finding, fix }) => (
          <Box key={`${task.view.id} ${finding.code}`} flexDirection="column">
            <FixInFull
              title={`${task.view.title}: ${fix.title}`}
              consequence={undefined}
              actions={fix.actions}
            />
          </Box>
        ))}
      </Scroll>
    </Frame>
  );
}
