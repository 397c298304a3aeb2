import { Box } from 'ink';
import { useState } from 'react';
import { meantBy } from '../../answers/meant.ts';
import type { ChoiceQuestion, Draft, Question, TextQuestion } from '../../answers/question.ts';
import { QUESTIONS, questionsFor } from '../../answers/questions.ts';
import { CHOOSE, Choices } from '../../components/choices.tsx';
import { Frame } from '../../components/frame.tsx';
import { useKeyTable } from '../../components/keys.ts';
import { MarkSign } from '../../components/mark.tsx';
import { Paragraph } from '../../components/paragraph.tsx';
import { Yielding } from '../../components/scroll.tsx';
import { useBodyRows, useGap } from '../../components/terminal.tsx';
import { TextField } from '../../components/text-field.tsx';
import type { SeenLine } from '../../run/shown-line.ts';
import { useDomainCheck } from './use-domain-check.ts';

interface QuestionScreenProps {
  /** Asked on one screen, one after the other. */
  readonly page: readonly [Question, ...Question[]];
  readonly draft: Draft;
  readonly onAnswer: (draft: Draft) => void;
  readonly onBack: () => void;
  /** Asks DNS where a name leads; only the question for the domain uses it. */
  readonly checkDomain: (domain: string) => Promise<readonly SeenLine[]>;
}

/** One question, or two short ones about the same thing. Mount it again for each page: what is typed belongs to it. */
export function QuestionScreen({ page, draft, onAnswer, onBack, checkDomain }: QuestionScreenProps) {
  const gap = useGap();
  const room = useBodyRows();
  const [at, setAt] = useState(0);
  const [now, setNow] = useState(draft);
  const question = asItIsNow(page[at] ?? page[0], now);
  const answer = (next: Draft) => {
    setNow(next);
    if (at + 1 < page.length) setAt(at + 1);
    else onAnswer(next);
  };
  const back = () => (at === 0 ? onBack() : setAt(at - 1));
  const keys = useKeyTable([{ keys: ['Esc'], what: 'back', run: back }]);
  // A password can have a question mark in it; a host name, an address or a choice cannot.
  const helpKey = question.kind === 'choice' || (question.oneWord && !question.masked);
  const props = { draft: now, onAnswer: answer, checkDomain };
  return (
    <Frame
      title={`Question ${question.number} of ${QUESTIONS}`}
      right={question.title}
      help={question.why}
      typing={!helpKey}
      keys={[...(question.kind === 'choice' ? [CHOOSE] : []), ['Enter', 'next'], ...keys]}
    >
      {at === 0 ? null : (
        <Yielding most={Math.max(1, room / 5)}>
          {page.slice(0, at).map((earlier) => (
            <Answered key={earlier.id} question={asItIsNow(earlier, now)} />
          ))}
        </Yielding>
      )}
      <Yielding most={room / (question.kind === 'text' ? 3 : 4)}>
        <Box marginBottom={gap}>
          <Paragraph bold>{question.question}</Paragraph>
        </Box>
      </Yielding>
      {question.kind === 'text' ? (
        <TextAnswer key={question.id} {...props} question={question} />
      ) : (
        <ChoiceAnswer key={question.id} {...props} question={question} />
      )}
    </Frame>
  );
}

/** The question with what was answered so far as its suggestion. */
function asItIsNow(question: Question, draft: Draft): Question {
  return questionsFor(draft).find(({ id }) => id === question.id) ?? question;
}

/** What was answered on this screen just now. */
function Answered({ question }: { question: Question }) {
  const gap = useGap();
  if (question.kind !== 'text') return null;
  // With one line for it, the answer says more than what was asked.
  if (gap === 0) return <Seen lines={[{ mark: 'healthy', text: question.initial }]} />;
  return (
    <Box flexDirection="column" marginBottom={gap}>
      <Paragraph dimColor>{question.question}</Paragraph>
      <Paragraph>{question.initial}</Paragraph>
    </Box>
  );
}

interface AnswerProps<Asked extends Question> {
  readonly question: Asked;
  readonly draft: Draft;
  readonly onAnswer: (draft: Draft) => void;
  readonly checkDomain: (domain: string) => Promise<readonly SeenLine[]>;
}

function TextAnswer({ question, draft, onAnswer, checkDomain }: AnswerProps<TextQuestion>) {
  const gap = useGap();
  const [text, setText] = useState(question.initial);
  const [tried, setTried] = useState(false);
  const [raw, setRaw] = useState<string>();
  const value = meantBy(question.key, text);
  const problem = question.problem(value);
  // While a value is being typed it is always wrong; it is said where it is already certain, or after Enter.
  const said = problem !== undefined && (tried || wrongAnyway(value, question)) ? problem : undefined;
  const seen = useDomainCheck(
    question.key === 'domain' && problem === undefined ? value : undefined,
    checkDomain,
  );
  const submit = (typed: string) => {
    const meant = meantBy(question.key, typed);
    if (question.problem(meant) !== undefined) setTried(true);
    else onAnswer(question.accept(draft, meant));
  };
  const pasted = (pastedText: string) => {
    setRaw(pastedText);
    return meantBy(question.key, pastedText);
  };
  const change = takenText(question, { raw, text, value });
  return (
    <>
      <TextField
        initial={question.initial}
        placeholder={question.placeholder}
        masked={question.masked}
        oneWord={question.oneWord}
        notText={question.oneWord && !question.masked ? '?' : ''}
        onChange={setText}
        pasted={pasted}
        onSubmit={submit}
      />
      <Yielding>
        <Box flexDirection="column" marginTop={gap} paddingLeft={2}>
          {said === undefined ? null : <Seen lines={[{ mark: 'broken', text: said }]} />}
          {said !== undefined || change === undefined ? null : (
            <Seen lines={[{ mark: 'healthy', text: change }]} />
          )}
          <Seen lines={seen} />
        </Box>
        {said === undefined && seen.length === 0 ? <Why question={question} /> : null}
      </Yielding>
    </>
  );
}

/** Says what is taken where that is not what was typed or pasted. */
function takenText(
  { masked, problem }: TextQuestion,
  { raw, text, value }: { readonly raw: string | undefined; readonly text: string; readonly value: string },
): string | undefined {
  if (value === '' || problem(value) !== undefined) return undefined;
  const before = raw !== undefined && raw.trim() !== text && value === text ? raw.trim() : text.trim();
  if (before === value) return undefined;
  return masked ? 'What stood around it was left out.' : `Taken as ${value}.`;
}

/** Whether more typing cannot fix it: a character that has no place in it. */
function wrongAnyway(text: string, question: TextQuestion): boolean {
  if (question.masked || text === '') return false;
  if (question.key === 'domain') return /[/\s_:]|[^\x20-\x7e]|\.\./.test(text);
  if (question.key === 'user') return question.problem(text) !== undefined;
  return false;
}

function ChoiceAnswer({ question, draft, onAnswer }: AnswerProps<ChoiceQuestion>) {
  const gap = useGap();
  const room = useBodyRows();
  return (
    <>
      <Choices
        initial={question.initial}
        enter="next"
        choices={question.choices.map((choice) => ({
          value: choice,
          label: choice.label,
          details: <Paragraph dimColor>{choice.meaning}</Paragraph>,
          aside: choice.aside,
        }))}
        onChoose={(choice) => onAnswer(choice.accept(draft))}
      />
      <Yielding most={room >= 14 ? room / 2 : room / 4}>
        <Box marginTop={gap}>
          <Why question={question} />
        </Box>
      </Yielding>
    </>
  );
}

function Why({ question }: { question: Question }) {
  return <Paragraph dimColor>{question.why[0]}</Paragraph>;
}

function Seen({ lines }: { lines: readonly SeenLine[] }) {
  return lines.map(({ mark, text }) => (
    <Box key={text} columnGap={1}>
      <Box flexShrink={0}>
        <MarkSign mark={mark} />
      </Box>
      <Paragraph>{text}</Paragraph>
    </Box>
  ));
}
