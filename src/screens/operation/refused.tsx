import { Box } from 'ink';
import { type Choice, Choices } from '../../components/choices.tsx';
import { Explanation, fixChoices } from '../../components/finding-parts.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Scroll } from '../../components/scroll.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { Text } from '../../components/text.tsx';
import type { Consent } from '../../engine/contracts/consent.ts';
import type { ChosenFix } from '../../engine/contracts/decision.ts';
import type { FindingView } from '../../engine/contracts/event.ts';

interface RefusedProps {
  readonly title: string;
  readonly findings: readonly FindingView[];
  /** A fix was agreed to that is no longer offered like this. */
  readonly outdated?: Consent | undefined;
  readonly onFix: (code: string, fix: ChosenFix) => void;
  readonly onLookAgain: () => void;
  readonly onBack: () => void;
}

type Way =
  | { readonly kind: 'fix'; readonly code: string; readonly fix: ChosenFix }
  | { readonly kind: 'look-again' | 'back' };

const HELP = [
  'This cannot start now: what was seen, why it matters, and what you can do about it. Nothing was changed.',
  'Once it is fixed, here or by you in another terminal, otto-install looks again and continues from there with your answers.',
];

/** Why an operation must not begin, and what can be done about that. */
export function OperationRefused({ title, findings, outdated, onFix, onLookAgain, onBack }: RefusedProps) {
  const { rows } = useFrameSize();
  useKeys((input, key) => {
    if (key.escape || input === 'q') onBack();
    else if (input === 'r') onLookAgain();
  });
  const choices: readonly Choice<Way>[] = [
    ...findings.flatMap((finding) =>
      fixChoices(finding, rows >= 20 ? 3 : 1).map(({ value, ...choice }) => ({
        ...choice,
        value: { kind: 'fix' as const, code: finding.code, fix: value },
      })),
    ),
    { value: { kind: 'look-again' as const }, label: 'Look again' },
    { value: { kind: 'back' as const }, label: 'Back' },
  ];
  const take = (way: Way) => {
    if (way.kind === 'fix') onFix(way.code, way.fix);
    else if (way.kind === 'look-again') onLookAgain();
    else onBack();
  };
  return (
    <Frame
      title={title}
      right="not now"
      help={HELP}
      keys={[
        ['Enter', 'do it'],
        ['↑↓', 'choose'],
        ['r', 'look again'],
        ['Esc', 'back'],
      ]}
    >
      <Scroll arrows={false} grow={false} least={Math.min(5, rows - 8)}>
        {findings.map((finding, index) => (
          <Box key={finding.code} flexDirection="column" marginTop={index === 0 ? 0 : 1}>
            <Explanation
              finding={finding}
              mark="broken"
              agreed={outdated?.code === finding.code ? [outdated] : undefined}
            />
          </Box>
        ))}
        <Text> </Text>
        <Paragraph>Nothing was changed.</Paragraph>
      </Scroll>
      <Box flexDirection="column" flexShrink={1} marginTop={rows >= 20 ? 1 : 0}>
        <Choices choices={choices} onChoose={take} compact={rows < 20} />
      </Box>
    </Frame>
  );
}
