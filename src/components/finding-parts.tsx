import { Box } from 'ink';
import type { ActionView } from '../engine/contracts/action-view.ts';
import { type ChosenFix, chosenFix } from '../engine/contracts/decision.ts';
import type { FailureView, FindingView } from '../engine/contracts/event.ts';
import { failureLines } from '../run/failure.ts';
import { explanationParts, type FindingPart, type Known } from '../run/finding-parts.ts';
import { actionLine, count, type Mark, markOfFinding, shortActionLine } from '../run/wording.ts';
import { ActionInFull, numbered } from './action-in-full.tsx';
import type { Choice } from './choices.tsx';
import { MarkSign } from './mark.tsx';
import { Paragraph } from './paragraph.tsx';
import { Text } from './text.tsx';

/** What was seen, what was tried, and why it matters. */
export function Explanation({ finding, ...known }: { readonly finding: FindingView } & Known) {
  const [evidence, ...below] = explanationParts(finding, known);
  return (
    <>
      {evidence === undefined ? null : <Part part={evidence} />}
      <Box paddingLeft={2} flexDirection="column">
        {below.map((part) => (
          <Part key={part.kind} part={part} />
        ))}
      </Box>
    </>
  );
}

/** A piece of an explanation. What can be done stands in the choices below it. */
function Part({ part }: { part: FindingPart }) {
  switch (part.kind) {
    case 'evidence':
      return (
        <Box columnGap={1}>
          <Box flexShrink={0}>
            <MarkSign mark={part.mark} />
          </Box>
          <Paragraph bold>{part.text}</Paragraph>
        </Box>
      );
    case 'again':
    case 'agreed':
    case 'changed':
      return <Paragraph color="yellow">{part.text}</Paragraph>;
    case 'failure':
      return <Failure failure={part.failure} />;
    case 'why':
      return (
        <Paragraph>
          <Text dimColor>Why: </Text>
          {part.text}
        </Paragraph>
      );
    default:
      return null;
  }
}

interface FindingRowProps {
  readonly finding: FindingView;
  /** The mark that this output gives it, where it is not the usual one. */
  readonly mark?: Mark;
  /** In which part of the Otto it is, where that is not said otherwise. */
  readonly where?: string | undefined;
  readonly colour: { readonly color?: string; readonly bold?: boolean; readonly dimColor?: boolean };
}

/** As wide as the longest title of a part, so that what was seen begins in the same column whatever is found. */
const WHERE = 20;

/** What was seen, as one line of a list behind its pointer: the mark, the part in a column, and as much as fits. */
export function FindingRow({ finding, mark = markOfFinding(finding), where, colour }: FindingRowProps) {
  return (
    <>
      <Box flexShrink={0}>
        <MarkSign mark={mark} />
      </Box>
      {where === undefined ? null : (
        <Box flexShrink={0} width={WHERE}>
          <Text wrap="truncate-end" {...colour}>
            {where}
          </Text>
        </Box>
      )}
      <Box flexGrow={1} flexShrink={1}>
        <Text wrap="truncate-end" {...colour}>
          {finding.evidence}
        </Text>
      </Box>
    </>
  );
}

/** A finding's fixes to choose from, the recommended one first; of each, `commands` of its actions are shown. */
export function fixChoices({ fixes }: FindingView, commands: number): readonly Choice<ChosenFix>[] {
  return fixes.map((fix, index) => ({
    value: chosenFix(fix),
    label: fix.title,
    ...(index === 0 ? { aside: 'recommended' } : {}),
    details: <FixPreview actions={fix.actions} consequence={fix.consequence} most={commands} />,
  }));
}

interface FixPreviewProps {
  readonly actions: readonly ActionView[];
  readonly consequence: string | undefined;
  /** How many of the actions are shown. */
  readonly most: number;
}

/** What a fix interrupts or gives up, and the first of its commands. */
function FixPreview({ actions, consequence, most }: FixPreviewProps) {
  const shown = actions.slice(0, most);
  const hidden = actions.length - shown.length;
  return (
    <Box flexDirection="column">
      {consequence === undefined ? null : <Paragraph color="yellow">{consequence}</Paragraph>}
      {numbered(shown.map(shortActionLine)).map(([number, line]) => (
        <Text key={number} dimColor wrap="truncate-end">
          {line}
        </Text>
      ))}
      {hidden === 0 ? null : <Text dimColor>{`and ${count(hidden, 'more action')}: d`}</Text>}
    </Box>
  );
}

/** What was tried and how it failed: the known cause and what to do, else what it printed last. */
export function Failure({ failure }: { failure: FailureView }) {
  return (
    <Box flexDirection="column">
      {failure.cancelled === true ? null : <Text dimColor>Tried: {actionLine(failure.action)}</Text>}
      {numbered(failureLines(failure)).map(([number, line]) => (
        <Paragraph key={number} {...(line.startsWith('| ') ? { dimColor: true } : {})}>
          {line}
        </Paragraph>
      ))}
    </Box>
  );
}

interface FixInFullProps {
  readonly title: string;
  readonly consequence: string | undefined;
  readonly actions: readonly ActionView[];
}

/** A fix with every command and every line that changes in a file. */
export function FixInFull({ title, consequence, actions }: FixInFullProps) {
  return (
    <Box flexDirection="column" marginTop={1}>
      <Paragraph bold>{title}</Paragraph>
      {consequence === undefined ? null : <Paragraph color="yellow">{consequence}</Paragraph>}
      {actions.map((action, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same command may stand there twice, and nothing moves
        <Box key={index} flexDirection="column" marginTop={1} paddingLeft={2}>
          <Text dimColor>{action.purpose}</Text>
          <ActionInFull action={action} />
        </Box>
      ))}
    </Box>
  );
}
