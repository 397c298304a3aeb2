import { Box } from 'ink';
import { useState } from 'react';
import type { AnswerKey } from '../../answers/schema.ts';
import { changesFor, changesText } from '../../changes/changes.ts';
import { ChainPicture } from '../../components/chain-picture.tsx';
import { CHOOSE, type Choice, Choices } from '../../components/choices.tsx';
import { Explanation, fixChoices } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useBodyRows, useFrameSize, useGap } from '../../components/terminal.tsx';
import { covers } from '../../engine/contracts/consent.ts';
import { type ChosenFix, chosenFix } from '../../engine/contracts/decision.ts';
import type { FixView } from '../../engine/contracts/event.ts';
import { chainOf, isOnTheLine } from '../../run/chain.ts';
import { timeOf } from '../../run/view-model.ts';
import type { AnswerChange } from '../../wizard/change-answer.ts';
import { type HomeFinding, lastTry } from '../../wizard/home.ts';
import type { HomeState } from '../../wizard/home-store.ts';
import { FindingDetails } from '../run/finding-details.tsx';

interface HomeFindingScreenProps {
  readonly home: HomeState;
  /** Undefined when it is gone. */
  readonly item: HomeFinding | undefined;
  /** Carries out this fix. */
  readonly onApply: (item: HomeFinding, fix: FixView) => void;
  /** The answer that may be behind it. */
  readonly change?: AnswerChange | undefined;
  readonly onChange: (key: AnswerKey) => void;
  readonly onBack: () => void;
}

const HELP = [
  'One finding: what was seen, why it matters, and what can be done about it. The first way is the recommended one.',
  'Below the chosen fix you see what it would run, and in yellow what it interrupts or gives up. d shows everything: each command, and each file with its changes.',
  'Enter or y applies the chosen fix. Afterwards otto-install looks at everything again.',
];

type Way = ChosenFix | { readonly kind: 'leave' } | { readonly kind: 'change'; readonly key: AnswerKey };

/** A finding of the home, with every way to fix it. */
export function HomeFindingScreen({ home, item, change, onApply, onChange, onBack }: HomeFindingScreenProps) {
  const { rows, columns } = useFrameSize();
  const body = useBodyRows();
  const gap = useGap();
  const [detailed, setDetailed] = useState(false);
  const [moved, setMoved] = useState<Way>();
  const recommended = item?.finding.fixes[0];
  const chosen = moved ?? (recommended === undefined ? { kind: 'leave' } : chosenFix(recommended));
  const take = (way: Way) => {
    const fix = way.kind === 'apply' ? item?.finding.fixes.find((one) => covers(way, one)) : undefined;
    if (item !== undefined && fix !== undefined) onApply(item, fix);
    else if (way.kind === 'change') onChange(way.key);
    else onBack();
  };
  const hasFix = (item?.finding.fixes.length ?? 0) > 0;
  const enter = hasFix || change !== undefined ? 'do it' : 'back';
  const keys = useKeyTable(
    [
      { keys: ['y'], what: enter, quiet: true, on: chosen.kind === 'apply', run: () => take(chosen) },
      { keys: ['d'], what: 'details', on: hasFix, run: () => setDetailed(true) },
      { keys: ['Esc', 'q'], what: 'back', run: onBack },
    ],
    !detailed && item !== undefined,
  );
  if (item === undefined) return <Gone onBack={onBack} />;
  const { task, finding, mark } = item;
  const changed = changesFor(home.changes, task.view.id);
  const known = {
    mark,
    ...lastTry(home.attempt, item),
    changed:
      home.changes === undefined || changed.length === 0
        ? undefined
        : `${changesText(changed, home.changes.since, timeOf(home.look))}.`,
  };
  if (detailed)
    return (
      <FindingDetails title={task.view.title} {...{ finding, known }} onBack={() => setDetailed(false)} />
    );
  const drawn = rows >= 20 && columns >= 70 && isOnTheLine(task.view.id) && mark !== 'risk';
  // The explanation keeps five rows, below the chain and above the choices.
  const most = Math.max(3, body - 5 - gap - (drawn ? 2 : 0));
  return (
    <Frame
      title={task.view.title}
      right={finding.code}
      help={HELP}
      keys={[['Enter', enter], CHOOSE, ...keys]}
    >
      {drawn ? <ChainPicture stations={chainOf(home.look)} /> : null}
      <Scroll arrows={false} grow={false}>
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
      <Box flexDirection="column" flexShrink={0} marginTop={gap}>
        <Choices
          choices={waysOf(item, change, rows >= 20 ? 4 : 1)}
          onChoose={take}
          enter={enter}
          onMove={setMoved}
          compact={rows < 20}
          most={most}
        />
      </Box>
    </Frame>
  );
}

function waysOf(
  { finding }: HomeFinding,
  change: AnswerChange | undefined,
  commands: number,
): readonly Choice<Way>[] {
  return [
    ...fixChoices(finding, commands),
    {
      value: { kind: 'leave' as const },
      label: finding.impact === undefined ? 'Leave it as it is' : `Leave it: ${finding.impact}`,
    },
    ...(change === undefined
      ? []
      : [{ value: { kind: 'change' as const, key: change.key }, label: change.label }]),
  ];
}

function Gone({ onBack }: { onBack: () => void }) {
  const keys = useKeyTable([{ keys: ['Enter', 'Esc', 'q'], what: 'back', run: onBack }]);
  return (
    <Frame title="Gone" keys={keys}>
      <Paragraph>otto-install did not find this when it last looked.</Paragraph>
    </Frame>
  );
}
