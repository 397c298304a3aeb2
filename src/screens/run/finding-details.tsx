import { Explanation, FixInFull } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { SCROLL, Scroll } from '../../components/scroll.tsx';
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
  const keys = useKeyTable([{ keys: ['Esc', 'Enter', 'd', 'q'], what: 'back', run: onBack }]);
  return (
    <Frame title={title} right={finding.code} keys={[SCROLL, ...keys]}>
      <Scroll>
        <Explanation finding={finding} {...known} />
        {finding.fixes.map((fix) => (
          <FixInFull key={fix.title} title={fix.title} consequence={fix.consequence} actions={fix.actions} />
        ))}
      </Scroll>
    </Frame>
  );
}
