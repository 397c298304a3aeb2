import { Box } from 'ink';
import type { ReactNode } from 'react';
import { type Choice, Choices } from '../../components/choices.tsx';
import { Frame } from '../../components/frame.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { isLast, type MaintenanceEntry, type Operable } from '../../wizard/maintenance.ts';
import type { Tool } from '../tools/tool.ts';

interface MaintenanceProps {
  readonly entries: readonly MaintenanceEntry[];
  readonly tools: readonly Tool[];
  /** Id of what was opened here last: the cursor starts there. */
  readonly chosen: string | undefined;
  readonly onOpen: (entry: MaintenanceEntry) => void;
  readonly onTool: (tool: Tool) => void;
  readonly onBack: () => void;
}

const HELP = [
  'What you can do with an Otto besides fixing it. Each first looks, asks what it needs to know, and shows every step; nothing happens before you say yes.',
  'Each is proved at the end. If a step fails, or you stop it with Ctrl-C, everything is rolled back; after a power cut, the next start of otto-install does that.',
];

/** All that can be asked for, with a line of explanation. */
export function MaintenanceScreen({ entries, tools, chosen, onOpen, onTool, onBack }: MaintenanceProps) {
  const operations = (last: boolean) =>
    entries
      .filter((entry) => isLast(entry) === last)
      .map((entry) => ({ ...entry, open: () => onOpen(entry) }));
  const all = [
    ...operations(false),
    ...tools.map((tool) => ({ ...tool, open: () => onTool(tool) })),
    ...operations(true),
  ];
  return (
    <Chooser title="Maintenance" help={HELP} question="What would you like to do?" onBack={onBack}>
      <List
        choices={all.map(({ open, label, help }) => toChoice(open, label, help))}
        initial={all.findIndex(({ id }) => id === chosen)}
        onChoose={(open) => open()}
      />
    </Chooser>
  );
}

interface FamilyProps {
  readonly entry: MaintenanceEntry;
  /** Command of what was chosen here last: the cursor starts there. */
  readonly chosen: string | undefined;
  readonly onChoose: (operable: Operable) => void;
  readonly onBack: () => void;
}

/** Which one of several of a kind. */
export function FamilyScreen({ entry, chosen, onChoose, onBack }: FamilyProps) {
  const choices = entry.choices.map((one) => toChoice(one, one.title, one.help));
  return (
    <Chooser title={entry.label} help={HELP} question="Which one?" onBack={onBack}>
      <List
        choices={choices}
        initial={entry.choices.findIndex(({ command }) => command === chosen)}
        onChoose={onChoose}
      />
    </Chooser>
  );
}

function toChoice<Value>(value: Value, label: string, help: string): Choice<Value> {
  const sentence = `${help.charAt(0).toUpperCase()}${help.slice(1)}.`;
  return { value, label, details: <Paragraph dimColor>{sentence}</Paragraph> };
}

interface ChooserProps {
  readonly title: string;
  readonly help: readonly string[];
  readonly question: string;
  readonly onBack: () => void;
  readonly children: ReactNode;
}

function Chooser({ title, help, question, onBack, children }: ChooserProps) {
  useKeys((input, key) => {
    if (key.escape || input === 'q') onBack();
  });
  return (
    <Frame
      title={title}
      help={help}
      keys={[
        ['↑↓', 'choose'],
        ['Enter', 'open'],
        ['Esc', 'back'],
      ]}
    >
      <Box flexShrink={0} marginBottom={1}>
        <Paragraph bold>{question}</Paragraph>
      </Box>
      {children}
    </Frame>
  );
}

interface ListProps<Value> {
  readonly choices: readonly Choice<Value>[];
  /** Where the cursor starts; below zero means the first row. */
  readonly initial: number;
  readonly onChoose: (value: Value) => void;
}

function List<Value>({ initial, ...props }: ListProps<Value>) {
  const { rows } = useFrameSize();
  const { length } = props.choices;
  return (
    <Choices
      {...props}
      initial={Math.max(0, initial)}
      compact={length > rows - 8}
      open={length * 2 <= rows - 6}
    />
  );
}
