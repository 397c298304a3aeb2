import { Box } from 'ink';
import { useState } from 'react';
import stringWidth from 'string-width';
import { type Choice, Choices } from '../../components/choices.tsx';
import { Frame, type KeyHint } from '../../components/frame.tsx';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { useFrameSize, useKeys } from '../../components/terminal.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { Ask } from '../../operations/otto-operation.ts';
import { Secret } from '../../secret/secret.ts';

interface AskProps<Kind extends Ask['kind'] = Ask['kind']> {
  readonly ask: Extract<Ask, { kind: Kind }>;
  /** What was answered the last time. */
  readonly before: string | undefined;
  readonly onAnswer: (value: string | Secret) => void;
}

interface OperationAskProps extends Omit<AskProps, 'ask'> {
  readonly ask: Ask;
  readonly title: string;
  /** 1 for the first one. */
  readonly number: number;
  readonly why: string;
  readonly onBack: () => void;
}

/** One question of an operation. Mount it again for each question: what is typed belongs to it. */
export function OperationAsk({ title, ask, before, number, why, onAnswer, onBack }: OperationAskProps) {
  const { rows } = useFrameSize();
  useKeys((_, key) => {
    if (key.escape) onBack();
  });
  const keys: readonly KeyHint[] = [
    ...(ask.kind === 'choose' ? ([['↑↓', 'choose']] as const) : []),
    ['Enter', 'next'],
    ['Esc', 'back'],
  ];
  return (
    <Frame
      title={title}
      right={`Question ${number}`}
      // What is typed may have a question mark in it.
      {...(ask.kind === 'choose' ? { help: [why] } : {})}
      keys={keys}
    >
      <Box flexShrink={0} marginBottom={1}>
        <Paragraph bold>{ask.question}</Paragraph>
      </Box>
      {ask.kind === 'choose' ? (
        <Choose ask={ask} before={before} onAnswer={onAnswer} />
      ) : ask.kind === 'text' ? (
        <TypedText ask={ask} before={before} onAnswer={onAnswer} />
      ) : (
        <TypedSecret ask={ask} before={before} onAnswer={onAnswer} />
      )}
      {number > 1 || rows < 20 ? null : (
        <Box flexGrow={1} flexShrink={1} marginTop={1} overflow="hidden">
          <Paragraph dimColor>{why}</Paragraph>
        </Box>
      )}
    </Frame>
  );
}

function Choose({ ask, before, onAnswer }: AskProps<'choose'>) {
  const { columns, rows } = useFrameSize();
  const { options } = ask;
  // Notes are shown behind their labels when all of them fit there, otherwise below the chosen one.
  const beside = options.every(
    ({ label, note = '' }) => stringWidth(label) + stringWidth(note) + 6 < columns,
  );
  const choices = options.map(({ value, label, note }): Choice<string> => {
    if (note === undefined) return { value, label };
    return beside
      ? { value, label, aside: note }
      : { value, label, details: <Paragraph dimColor>{note}</Paragraph> };
  });
  const initial = Math.max(
    0,
    options.findIndex(({ value }) => value === before),
  );
  // All notes should be visible before anything is chosen, if there is room for them.
  const noteRows = options.map(({ note = '' }) => Math.ceil(stringWidth(note) / (columns - 10)));
  const needed = options.length + (beside ? 0 : noteRows.reduce((sum, count) => sum + count, 0));
  const compact = options.length + Math.max(0, ...noteRows) > rows - 7;
  return (
    <Choices {...{ choices, initial, compact }} onChoose={onAnswer} open={!compact && needed <= rows - 8} />
  );
}

function TypedText({ ask, before, onAnswer }: AskProps<'text'>) {
  const initial = before ?? ask.preset ?? '';
  const [text, setText] = useState(initial);
  const [tried, setTried] = useState(false);
  const problem = tried ? ask.problem(text.trim()) : undefined;
  const submit = (typed: string) => {
    if (ask.problem(typed.trim()) === undefined) onAnswer(typed.trim());
    else setTried(true);
  };
  return (
    <Box flexDirection="column">
      <TextField initial={initial} onChange={setText} onSubmit={submit} />
      <Problem text={problem} />
    </Box>
  );
}

/** Typed twice and never shown. */
function TypedSecret({ ask, onAnswer }: AskProps<'secret'>) {
  const [first, setFirst] = useState<Secret>();
  const [problem, setProblem] = useState<string>();
  const [round, setRound] = useState(0);
  const submit = (typed: string) => {
    const wrong = first === undefined ? ask.problem(typed) : undefined;
    if (wrong !== undefined) return setProblem(wrong);
    if (first !== undefined && first.reveal() === typed) return onAnswer(first);
    setProblem(first === undefined ? undefined : 'The two differ. Type it again.');
    setFirst(first === undefined ? new Secret(typed) : undefined);
    setRound(round + 1);
  };
  return (
    <Box flexDirection="column">
      {first === undefined ? null : <Paragraph>Once more:</Paragraph>}
      <TextField
        key={round}
        initial=""
        masked
        onChange={() => {
          setProblem(undefined);
        }}
        onSubmit={submit}
      />
      <Problem text={problem} />
      <Box marginTop={1}>
        <Paragraph dimColor>It is not shown, and you enter it twice. You can paste it.</Paragraph>
      </Box>
    </Box>
  );
}

function Problem({ text }: { text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <Box columnGap={1} marginTop={1} paddingLeft={2}>
      <Box flexShrink={0}>
        <MarkSign mark="broken" />
      </Box>
      <Paragraph>{text}</Paragraph>
    </Box>
  );
}
