import { Box } from 'ink';
import { useState } from 'react';
import { changesFor, changesText } from '../../changes/changes.ts';
import { ChainPicture } from '../../components/chain-picture.tsx';
import { type Choice, Choices } from '../../components/choices.tsx';
import { Explanation, fixChoices } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { covers } from '../../engine/contracts/consent.ts';
import { type ChosenFix, chosenFix } from '../../engine/contracts/decision.ts';
import type { FixView } from '../../engine/contracts/event.ts';
import { chainOf, isOnTheLine } from '../../run/chain.ts';
import { type HomeFinding, lastTry } from '../../wizard/home.ts';
import type { HomeState } from '../../wizard/home-store.ts';
import { FindingDetails } from '../run/finding-details.tsx';

interface HomeFindingScreenProps {
  readonly home: HomeState;
  /** Undefined when it is gone. */
  readonly item: HomeFinding | undefined;
  /** Carries out this fix. */
  readonly onApply: (item: HomeFinding, fix: FixView) => void;
  readonly onBack: () => void;
}

const HELP = [
  'One finding: what was seen, why it matters, and what can be done about it. The first way is the recommended one.',
  'Below the chosen fix you see what it would run, and in yellow what it interrupts or gives up. d shows everything: each command, and each file with its changes.',
  'Enter or y applies the chosen fix. Afterwards otto-install looks at everything again.',
];

type Way = ChosenFix | { readonly kind: 'leave' };

/** A finding of the home, with every way to fix it. */
export function HomeFindingScreen({ home, item, onApply, onBack }: HomeFindingScreenProps) {
  const { rows, columns } = useFrameSize();
  const [detailed, setDetailed] = useState(false);
  const [moved, setMoved] = useState<Way>();
  const recommended = item?.finding.fixes[0];
  const chosen = moved ?? (recommended === undefined ? { kind: 'leave' } : chosenFix(recommended));
  const take = (way: Way) => {
    const fix = way.kind === 'apply' ? item?.finding.fixes.find((one) => covers(way, one)) : undefined;
    if (item !== undefined && fix !== undefined) onApply(item, fix);
    else onBack();
  };
  useKeys((input, key) => {
    if (key.escape || input === 'q') onBack();
    else if (input === 'd' && item !== undefined) setDetailed(true);
    else if (input === 'y' && chosen.kind === 'apply' && item !== undefined) take(chosen);
  }, !detailed);
  if (item === undefined) return <Gone onBack={onBack} />;
  const { task, finding, mark } = item;
  const changed = changesFor(home.changes, task.view.id);
  const known = {
    mark,
    ...lastTry(home.attempt, item),
    changed:
      home.changes === undefined || changed.length === 0
        ? undefined
        : `${changesText(changed, home.changes.since, home.look.ended?.at ?? home.look.startedAt)}.`,
  };
  if (detailed)
    return (
      <FindingDetails title={task.view.title} {...{ finding, known }} onBack={() => setDetailed(false)} />
    );
  const drawn = rows >= 20 && columns >= 70 && isOnTheLine(task.view.id) && mark !== 'risk';
  const hasFix = finding.fixes.length > 0;
  return (
    <Frame
      title={task.view.title}
      right={finding.code}
      help={HELP}
      keys={[
        ['Enter', hasFix ? 'do it' : 'back'],
        ['↑↓', 'choose'],
        ...(hasFix ? ([['d', 'details']] as const) : []),
        ['Esc', 'back'],
      ]}
    >
      {drawn ? <ChainPicture stations={chainOf(home.look)} /> : null}
      <Scroll arrows={false} grow={false} least={Math.min(5, rows - 9)}>
        <Explanation finding={finding} {...known} />
        {hasFix ? null : (
          <Box paddingLeft={2} marginTop={1}>
            <Paragraph>
              {mark === 'waiting'
                ? 'You do not have to do anything: otto-install looks at it again automatically.'
                : 'otto-install cannot fix this from here. Once you have fixed it, go back and press r to look again.'}
            </Paragraph>
          </Box>
        )}
      </Scroll>
      <Box flexDirection="column" flexShrink={1} marginTop={rows >= 20 ? 1 : 0}>
        <Choices
          choices={waysOf(item, rows >= 20 ? 4 : 1)}
          onChoose={take}
          onMove={setMoved}
          compact={rows < 20}
        />
      </Box>
    </Frame>
  );
}

function waysOf({ finding }: HomeFinding, commands: number): readonly Choice<Way>[] {
  return [
    ...fixChoices(finding, commands),
    {
      value: { kind: 'leave' as const },
      label: finding.impact === undefined ? 'Leave it as it is' : `Leave it: ${finding.impact}`,
    },
  ];
}

function Gone({ onBack }: { onBack: () => void }) {
  useKeys((_, key) => {
    if (key.return) onBack();
  });
  return (
    <Frame title="Gone" keys={[['Enter', 'back']]}>
      <Paragraph>otto-install did not find this when it last looked.</Paragraph>
    </Frame>
  );
}
