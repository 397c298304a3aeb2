import type { Answers } from './answers.ts';
import { exitCodeOf } from './batch.ts';
import { endingLines, endingText } from './ending.ts';
import type { Event } from './engine/event.ts';
import type { Run } from './engine/run.ts';
import { Secret } from './engine/secret.ts';
import { stopOnSignals } from './engine/signals.ts';
import { PlainWriter } from './plain.ts';
import { planText } from './plan-text.ts';
import type { ChoiceQuestion, Draft, Question, TextQuestion } from './question.ts';
import { questionsFor } from './questions.ts';
import { InputEnded, type LineReader } from './terminal/line-reader.ts';
import type { RunModel } from './view-model.ts';
import { MARKS } from './wording.ts';
import type { World } from './world.ts';

interface PlainWizardOptions {
  readonly world: World;
  readonly reader: LineReader;
  readonly print: (text: string) => void;
}

const CANCELLED = 130;
const COULD_NOT_RUN = 2;

/**
 * The wizard as a conversation in lines, for screen readers and terminals that cannot redraw: the same questions, plan,
 * run and findings; nothing is redrawn and nothing moves. Resolves to the exit code.
 */
export async function runPlainWizard({ world, reader, print }: PlainWizardOptions): Promise<number> {
  const say = (...lines: readonly string[]) => print(`${lines.join('\n')}\n`);
  try {
    if (world.session.rehearsal) say('REHEARSAL: nothing on this machine is touched.');
    const { installed, lines, busy, last, answered } = await world.lookAtMachine();
    if (busy !== undefined) {
      say(busy, 'Start again when it has ended.');
      return COULD_NOT_RUN;
    }
    if (last !== undefined) say(last.text);
    say(installed ? 'This machine has an Otto.' : 'This machine has no Otto yet.');
    say(...lines.map(({ mark, text }) => `${MARKS[mark]} ${text}`), '');

    const keeps = answered && (await confirmed(reader, 'Use the answers of the last run? Type yes or no.'));
    const isOpen = (question: Question) => !world.isGiven(question) && !(keeps && world.isKept(question));
    const answers = world.complete(await askAll(world.draft, isOpen, reader, say));
    const plan = world.plan(answers);
    const planned = await follow(plan, () => {});
    say('', planText(planned.model.tasks, 'The plan. Nothing has been done yet.'));
    if (!(await confirmed(reader, 'Do it? Type yes or no.'))) return CANCELLED;
    return await install(world, reader, answers, { print, say });
  } catch (error) {
    if (error instanceof InputEnded) return CANCELLED;
    throw error;
  }
}

/** Prints lines. */
export type Say = (...lines: readonly string[]) => void;

async function askAll(
  initial: Draft,
  isOpen: (question: Question) => boolean,
  reader: LineReader,
  say: Say,
): Promise<Draft> {
  if (!questionsFor(initial).some(isOpen)) return initial;
  say('To each question: Enter takes what stands in brackets, ? explains, < goes back.', '');
  let draft = initial;
  let at = 0;
  for (;;) {
    const question = questionsFor(draft).filter(isOpen)[at];
    if (question === undefined) return draft;
    const answered = await ask(question, draft, reader, say);
    if (answered === 'back') at = Math.max(0, at - 1);
    else {
      draft = answered;
      at += 1;
    }
  }
}

async function ask(question: Question, draft: Draft, reader: LineReader, say: Say): Promise<Draft | 'back'> {
  say(`Question ${question.number}, ${question.title}: ${question.question}`);
  if (question.kind === 'choice') {
    question.choices.forEach(({ label, meaning }, index) => {
      say(`  ${index + 1}. ${label}. ${meaning}`);
    });
  }
  for (;;) {
    const masked = question.kind === 'text' && question.masked;
    const line = await reader.line(`${initialOf(question)}> `, { masked });
    if (line === '<') return 'back';
    if (line === '?') say(...question.why);
    else {
      const taken = question.kind === 'choice' ? choose(question, draft, line) : fill(question, draft, line);
      if (typeof taken !== 'string') return taken;
      say(taken);
    }
  }
}

function initialOf(question: Question): string {
  const initial = question.kind === 'choice' ? String(question.initial + 1) : question.initial;
  return initial === '' ? '' : `[${initial}] `;
}

/** The draft with the answer, or what is wrong with it. */
function fill(question: TextQuestion, draft: Draft, line: string): Draft | string {
  const value = line === '' ? question.initial : line;
  return question.problem(value) ?? question.accept(draft, value);
}

function choose(question: ChoiceQuestion, draft: Draft, line: string): Draft | string {
  const index = line === '' ? question.initial : Number(line) - 1;
  return question.choices[index]?.accept(draft) ?? `Type a number from 1 to ${question.choices.length}.`;
}

async function confirmed(reader: LineReader, prompt: string): Promise<boolean> {
  for (;;) {
    const line = (await reader.line(`${prompt} `)).toLowerCase();
    if (line === 'yes' || line === 'y') return true;
    if (line === 'no' || line === 'n') return false;
  }
}

async function follow(
  run: Run,
  onEvent: (event: Event, lines: readonly string[]) => void,
): Promise<PlainWriter> {
  const writer = new PlainWriter();
  run.subscribe((event) => onEvent(event, writer.take(event)));
  await run.result;
  return writer;
}

async function install(
  world: World,
  reader: LineReader,
  answers: Answers,
  { print, say }: { print: (text: string) => void; say: Say },
): Promise<number> {
  const model = await followInLines(world.install(answers), reader, say);
  const lines = endingLines(model, answers, await world.outcome(model, answers));
  print(
    `\n${endingText(
      model,
      lines.map(({ once: _, ...line }) => line),
      80,
    )}`,
  );
  return exitCodeOf(model);
}

/** Prints a run as it goes and asks, one thing at a time, what it asks. Resolves when the run has ended. */
export async function followInLines(run: Run, reader: LineReader, say: Say): Promise<RunModel> {
  const over = new AbortController();
  // One thing is asked at a time; what is withdrawn meanwhile is not asked. Lines of the run wait until it is answered,
  // so that nothing is written behind a prompt.
  let asking: Promise<void> = Promise.resolve();
  let held: string[] | undefined;
  const tell = (lines: readonly string[]) => {
    if (held !== undefined) held.push(...lines);
    else if (lines.length > 0) say(...lines);
  };
  const holding = async (work: () => Promise<void>) => {
    held = [];
    try {
      await work();
    } finally {
      const waited = held;
      held = undefined;
      tell(waited);
    }
  };
  const open = new Map<string, AbortController>();
  const enqueue = (id: string, work: (signal: AbortSignal) => Promise<void>) => {
    open.get(id)?.abort();
    const controller = new AbortController();
    open.set(id, controller);
    const signal = AbortSignal.any([controller.signal, over.signal]);
    asking = asking
      .then(() => (signal.aborted ? undefined : holding(() => work(signal))))
      .catch((error: unknown) => {
        if (error instanceof InputEnded) run.stop('the input ended');
        else if (!signal.aborted) throw error;
      });
  };
  const letGo = stopOnSignals(run);
  reader.onInterrupt = () => {
    say('Stopping: what is at work is brought to a safe end.');
    run.stop('stopped with Ctrl-C');
  };
  const { model } = await follow(run, (event, lines) => {
    tell(lines);
    if (event.type === 'question')
      enqueue(event.question, (signal) => decide(event, run, reader, say, signal));
    if (event.type === 'question-withdrawn') open.get(event.question)?.abort();
    if (event.type === 'dialogue' && event.view.ask !== undefined) {
      const { ask: wanted } = event.view;
      enqueue(event.dialogue, async (signal) => {
        const text = await reader.line(`${wanted.label}> `, { masked: wanted.masked, signal });
        const handle = run.vault.put(new Secret(text.replace(/\s+/g, '')));
        run.decide({ kind: 'answer', dialogue: event.dialogue, handle });
      });
    } else if (event.type === 'dialogue' || event.type === 'dialogue-ended')
      open.get(event.dialogue)?.abort();
  });
  over.abort();
  await asking;
  letGo();
  return model;
}

async function decide(
  { question: id, finding }: Extract<Event, { type: 'question' }>,
  run: Run,
  reader: LineReader,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const choices = [
    ...finding.fixes.map(({ title }, fix) => ({
      words: title,
      take: () => run.decide({ kind: 'apply', question: id, fix }),
    })),
    { words: 'Look again', take: () => run.decide({ kind: 'look-again', question: id }) },
    {
      words: `Skip. ${finding.ifSkipped ?? ''}`,
      take: () => run.decide({ kind: 'skip', question: id }),
    },
    { words: 'Stop here', take: () => run.decide({ kind: 'stop' }) },
  ];
  choices.forEach(({ words }, index) => {
    say(`  ${index + 1}. ${words}`);
  });
  for (;;) {
    const choice = choices[Number(await reader.line('Which number? ', { signal })) - 1];
    if (choice !== undefined) return choice.take();
  }
}
