import type { Draft, Question } from '../answers/question.ts';
import { questionsFor } from '../answers/questions.ts';
import type { AnswerKey } from '../answers/schema.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { planOverview, planText } from '../run/plan-text.ts';
import type { RunModel } from '../run/view-model.ts';
import { MARKS } from '../run/wording.ts';
import { InputEnded, type LineReader } from '../terminal/line-reader.ts';
import { visibleLine } from '../text/visible.ts';
import { changeFor } from '../wizard/change-answer.ts';
import { endingLines, endingText } from '../wizard/ending.ts';
import { keyOf } from '../wizard/first-draft.ts';
import { type ReviewRow, reviewRows } from '../wizard/review.ts';
import type { WizardServices } from '../wizard/services.ts';
import { ask, confirmed, type Say } from './ask.ts';
import { follow, followInLines } from './follow.ts';
import { runPlainHome } from './home.ts';
import { askAll } from './questions.ts';
import { sayTo } from './say.ts';

interface PlainWizardOptions {
  readonly services: WizardServices;
  readonly reader: LineReader;
  readonly print: (text: string) => void;
}

/**
 * The wizard as a conversation in lines, for screen readers and terminals that cannot redraw: the same questions, plan,
 * run and findings; nothing is redrawn and nothing moves. Resolves to the exit code.
 */
export async function runPlainWizard({ services, reader, print }: PlainWizardOptions): Promise<number> {
  const say = sayTo(print);
  try {
    if (services.session.rehearsal) say('REHEARSAL: nothing on this machine is touched.');
    const { installed, lines, busy, last, answered, home } = await services.lookAtMachine();
    if (busy !== undefined) {
      say(busy, 'Start again when it has finished.');
      return EXIT.couldNotRun;
    }
    if (home === true) {
      const went = await runPlainHome({ services, reader, say });
      if (went.kind === 'left') return went.exitCode;
      return await planAndInstall({ services, reader, print, say }, went.questions === 'open');
    }
    if (last !== undefined) say(last.text);
    say(installed ? 'This machine has an Otto.' : 'This machine has no Otto yet.');
    say(...lines.map(({ mark, text }) => `${MARKS[mark]} ${text}`), '');

    const keeps =
      answered && (await confirmed({ reader, say }, 'Use the answers from the last run? Type yes or no.'));
    return await planAndInstall({ services, reader, print, say }, keeps);
  } catch (error) {
    if (error instanceof InputEnded) return EXIT.stopped;
    throw error;
  }
}

interface WizardTalk extends PlainWizardOptions {
  readonly say: Say;
}

/** The questions, the plan, and, after a yes, the run. `keeps`: what the last run was told is not asked again. */
async function planAndInstall(talk: WizardTalk, keeps: boolean): Promise<number> {
  const { services } = talk;
  const isOpen = (question: Question) => !services.isGiven(question) && !(keeps && services.isKept(question));
  return carryOut(talk, await askAll(services.draft, isOpen, talk));
}

/** The plan for these answers and, after a yes, the run. */
async function carryOut(talk: WizardTalk, draft: Draft): Promise<number> {
  const { services, reader, say, print } = talk;
  const answers = services.complete(draft);
  const planned = await follow(services.plan(answers), () => {});
  const rows = reviewRows(draft);
  say(
    '',
    'Your answers:',
    ...rows.map(({ number, title, answer }) => `  ${number}  ${title}: ${visibleLine(answer)}`),
  );
  say('', ...planOverview(planned.model.tasks));
  const decided = await agreed(talk, planned.model, rows);
  if (decided.kind === 'no') return EXIT.stopped;
  if (decided.kind === 'change') return carryOut(talk, await askAgain(talk, draft, decided.row.key));
  const run = services.install(answers);
  let changed: AnswerKey | undefined;
  const model = await followInLines(run, { reader, say }, (task) => {
    const change = changeFor(task, draft);
    if (change === undefined) return undefined;
    const take = () => {
      changed = change.key;
      run.stop('An answer was changed.');
    };
    return { words: change.label, take };
  });
  if (changed !== undefined) return carryOut(talk, await askAgain(talk, draft, changed));
  const lines = endingLines(model, answers, await services.outcome(model, answers));
  print(
    `\n${endingText(
      model,
      lines.map(({ once: _, ...line }) => line),
      80,
    )}`,
  );
  return exitCodeOf(model);
}

/** What is asked about the same thing as this answer is asked again. */
function askAgain(talk: WizardTalk, draft: Draft, changed: AnswerKey): Promise<Draft> {
  const title = questionsFor(draft).find((question) => keyOf(question) === changed)?.title;
  return askAll(draft, (question) => question.title === title, talk);
}

type Decided =
  | { readonly kind: 'yes' | 'no' }
  /** An answer is not right yet. */
  | { readonly kind: 'change'; readonly row: ReviewRow };

/** Whether the plan may be carried out. All of it is hundreds of lines: whoever wants to read them asks for them. */
function agreed(
  { reader, say }: WizardTalk,
  { tasks }: RunModel,
  rows: readonly ReviewRow[],
): Promise<Decided> {
  return ask<Decided>(
    { reader, say },
    {
      prompt:
        'Do it? Type yes or no, plan to read every command and every file, or the number of an answer to change it. ',
      take: (line) => {
        const word = line.toLowerCase();
        const row = rows.find(({ number }) => String(number) === word);
        if (row !== undefined) return { value: { kind: 'change', row } };
        if (word === 'plan' || word === 'p')
          return { again: [planText(tasks, 'The plan. Nothing has been done yet.')] };
        if (word === 'yes' || word === 'y') return { value: { kind: 'yes' } };
        return word === 'no' || word === 'n' ? { value: { kind: 'no' } } : { again: [] };
      },
    },
  );
}
