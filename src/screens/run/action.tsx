import { ActionInFull } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useKeys } from '../../components/terminal.tsx';
import type { ActionView } from '../../engine/contracts/action-view.ts';

interface ActionScreenProps {
  readonly action: ActionView;
  readonly onBack: () => void;
}

/** An action whole: the command, or the file with what changes in it. */
export function ActionScreen({ action, onBack }: ActionScreenProps) {
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'q') onBack();
  });
  return (
    <Frame
      title={action.purpose}
      keys={[
        ['↑↓', 'scroll'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll>
        <ActionInFull action={action} />
      </Scroll>
    </Frame>
  );
}
