import { Failure, FixInFull } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useKeys } from '../../components/terminal.tsx';
import type { FailureView, FindingView } from '../../engine/contracts/event.ts';

interface FindingDetailsProps {
  /** Of the part in which it was found. */
  readonly title: string;
  readonly finding: FindingView;
  readonly failure: FailureView | undefined;
  readonly onBack: () => void;
}

/** A finding with all of its fixes, each with every command and diff. */
export function FindingDetails({ title, finding, failure, onBack }: FindingDetailsProps) {
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
        <Paragraph bold>{finding.evidence}</Paragraph>
        <Paragraph>{finding.reason}</Paragraph>
        {failure === undefined ? null : <Failure failure={failure} />}
        {finding.fixes.map((fix) => (
          <FixInFull key={fix.title} title={fix.title} consequence={fix.consequence} actions={fix.actions} />
        ))}
      </Scroll>
    </Frame>
  );
}
