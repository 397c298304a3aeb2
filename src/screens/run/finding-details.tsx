import { Explanation, FixInFull } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useKeys } from '../../components/terminal.tsx';
import type { FindingView } from '../../engine/contracts/event.ts';
import type { Known } from '../../run/finding-parts.ts';

interface FindingDetailsProps {
  /** Of the part in which it was found. */
  readonly title: string;
  readonly finding: FindingView;
  /** What its screen says of it besides. */
  readonly known: Known;
  readonly onBack: () => void;
}

/** A finding with all of its fixes, each with every command and diff. */
export function FindingDetails({ title, finding, known, onBack }: FindingDetailsProps) {
  useKeys((input, key) => {
    if (key.escape || key.return || input === 'd' || input === 'q') onBack();
  });
  return (
    <Frame
      title={title}
      right={finding.code}
      keys={[
        ['↑↓', 'scroll'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll>
        <Explanation finding={finding} {...known} />
        {finding.fixes.map((fix) => (
          <FixInFull key={fix.title} title={fix.title} consequence={fix.consequence} actions={fix.actions} />
        ))}
      </Scroll>
    </Frame>
  );
}
