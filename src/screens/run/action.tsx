import { ActionInFull } from '../../components/action-in-full.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { SCROLL, Scroll } from '../../components/scroll.tsx';
import { useCopy } from '../../components/signals.tsx';
import type { ActionView } from '../../engine/contracts/action-view.ts';

interface ActionScreenProps {
  readonly action: ActionView;
  readonly onBack: () => void;
}

/** An action whole: the command, or the file with what changes in it. */
export function ActionScreen({ action, onBack }: ActionScreenProps) {
  const { copy, copied } = useCopy();
  const keys = useKeyTable([
    {
      keys: ['c'],
      what: copied ? 'copied' : 'copy',
      on: copy !== undefined,
      run: () => copy?.(action.kind === 'write-file' ? action.path : action.command),
    },
    { keys: ['Esc', 'Enter', 'q'], what: 'back', run: onBack },
  ]);
  return (
    <Frame title={action.purpose} keys={[SCROLL, ...keys]}>
      <Scroll>
        <ActionInFull action={action} />
      </Scroll>
    </Frame>
  );
}
