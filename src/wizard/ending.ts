import { layout, USUAL_BRIDGE_ADDRESS } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';
import { findingSentence } from '../run/finding-parts.ts';
import { outcomeText } from '../run/plain.ts';
import type { EndingLine } from '../run/shown-line.ts';
import { trialNotes } from '../run/trials.ts';
import { openFindings, type RunModel } from '../run/view-model.ts';
import { duration, MARKS, markOfFinding } from '../run/wording.ts';
import { redact } from '../secret/secret.ts';
import { paperclipNotes, terminalNotice } from '../tasks/done-notes.ts';
import type { Proof } from '../tasks/first-login/proof.ts';
import { wrapText } from '../text/wrap.ts';
import { decidedLines } from './decided.ts';

/** What is known at the end of a run in addition to its events. */
export interface Outcome {
  /** What Otto was asked and answered; undefined when it was not. */
  readonly proof?: Proof;
  /** The generated password of the first account, when this run made the account. */
  readonly password?: string;
  /** Where that password is kept; undefined when it is not (a rehearsal). */
  readonly passwordFile?: string;
}

/** The heading of the last screen. */
export function endingTitle(run: RunModel): string {
  return run.ended === undefined ? '' : outcomeText(run.mode, run.ended.outcome);
}

/** Everything an operator should know at the end: where Otto is, what was proved, what is left, where things are. */
export function endingLines(run: RunModel, answers: Answers, outcome: Outcome): readonly EndingLine[] {
  const { ended } = run;
  if (ended === undefined) return [];
  return ended.outcome === 'healthy' ? ready(run, answers, outcome) : notReady(run, outcome);
}

/** First what somebody came for: where it is, how to sign in, that it works, what to do next; then what to know; then where things are. */
function ready(run: RunModel, answers: Answers, outcome: Outcome): readonly EndingLine[] {
  const hasPaperclip = answers.paperclip === 'deploy';
  const notice = terminalNotice(answers);
  return [
    { text: `https://${answers.domain}`, strong: true, command: true },
    ...passwordLines(answers, outcome),
    ...(outcome.proof === undefined ? [] : [{ ...proofLine(outcome.proof), apart: true }]),
    { apart: true, strong: true, text: 'Next' },
    {
      text: `Open that address and sign in as ${answers.adminEmail}. Sign-up is closed: you add people in Admin Panel → Users.`,
    },
    { text: 'A message for whoever gets this Otto, ready to send:' },
    command('otto-install handover'),
    { text: 'To see at any time whether everything is healthy, and to fix what is not:' },
    command('otto-install'),
    ...decided(run),
    ...apart(remaining(run)),
    { mark: 'risk', apart: true, text: notice.statement },
    ...notice.limits.map((text) => ({ text, indent: 2 })),
    ...(hasPaperclip ? paperclipLines(answers) : []),
    ...placeLines(run, answers),
  ];
}

/** What somebody decided on the way, and what became of what was on trial, in one list. */
function decided(run: RunModel): readonly EndingLine[] {
  const lines = [...trialNotes(run), ...decidedLines(run)];
  return lines.length === 0 ? [] : [{ apart: true, strong: true, text: 'What was decided' }, ...lines];
}

const command = (text: string): EndingLine => ({ text, indent: 4, command: true });

/** The first of a group comes after a blank line. */
const apart = (lines: readonly EndingLine[]): readonly EndingLine[] =>
  lines.map((line, at) => (at === 0 ? { ...line, apart: true } : line));

/** Where things are, and what shows the log of each. */
function placeLines(run: RunModel, answers: Answers): readonly EndingLine[] {
  const { home, hermes, openWebui, paperclip } = layout(answers);
  const signIn = answers.claude === 'login' ? `${home}/.claude/.credentials.json` : hermes.envFile;
  const places: readonly (readonly [name: string, place: string])[] = [
    ['Hermes', hermes.home],
    ['Open WebUI', openWebui.data],
    ...(answers.paperclip === 'deploy' ? ([['Paperclip', paperclip.data]] as const) : []),
    ['Claude', signIn],
    ['nginx', '/etc/nginx/sites-enabled/otto'],
    ...(run.log === undefined ? [] : ([['Log', run.log]] as const)),
  ];
  return [
    { apart: true, strong: true, text: 'Where things are' },
    ...places.map(([name, place]) => ({ text: `${name.padEnd(12)}${place}`, command: true })),
    { text: 'What they log, all of them by time:' },
    command('otto-install logs --follow'),
  ];
}

function proofLine({ through, account, question, answer, ms }: Proof): EndingLine {
  const asked = `asked "${question}": "${shorten(redact(answer))}" (${duration(ms)})`;
  const who = account === undefined ? '' : ` as ${account}`;
  const text = through === 'open-webui' ? `Signed in${who} over https and ${asked}` : `Hermes was ${asked}`;
  return { mark: 'healthy', text };
}

function paperclipLines(answers: Answers): readonly EndingLine[] {
  const notes = paperclipNotes(answers, USUAL_BRIDGE_ADDRESS);
  return [
    { apart: true, strong: true, text: 'Paperclip' },
    ...notes.map(({ text, command: alone }) => (alone === true ? command(text) : { text })),
  ];
}

function passwordLines(answers: Answers, { password, passwordFile }: Outcome): readonly EndingLine[] {
  const kept = passwordFile === undefined ? [] : [{ text: keptText(answers, passwordFile) }];
  if (password === undefined) return kept;
  return [
    {
      apart: true,
      strong: true,
      once: true,
      text: `Password of ${answers.adminEmail}: ${password}`,
      copy: password,
    },
    ...(passwordFile === undefined
      ? [{ once: true, text: 'It was generated, and is kept nowhere else.' }]
      : kept),
  ];
}

/** The same words beside the password and where it is not shown any more. */
const keptText = ({ adminEmail }: Answers, file: string): string =>
  `The generated password of ${adminEmail} is in ${file}: delete that file once you have saved the password elsewhere.`;

function remaining(run: RunModel): readonly EndingLine[] {
  const skipped = run.tasks.filter(({ state }) => state === 'skipped');
  return [
    ...openFindings(run).map(({ finding }) => ({
      mark: markOfFinding(finding),
      text: findingSentence(finding),
    })),
    ...skipped
      .filter(({ findings }) => findings.length === 0)
      .map(({ view }) => ({ mark: 'skipped' as const, text: `${view.title} was skipped.` })),
  ];
}

function notReady(run: RunModel, outcome: Outcome): readonly EndingLine[] {
  const { ended } = run;
  const reason = ended?.reason === undefined ? [] : [{ text: ended.reason }];
  const left = openFindings(run).filter(({ finding }) => finding.severity !== 'missing');
  const password =
    outcome.password === undefined || outcome.passwordFile === undefined
      ? []
      : [
          {
            apart: true,
            text: `The first account already exists; its password is in ${outcome.passwordFile}.`,
          },
        ];
  return [
    ...reason,
    ...left.map(({ task, finding }) => ({
      mark: markOfFinding(finding),
      apart: true,
      text: findingSentence(finding, task.view.title),
    })),
    ...decided(run),
    ...password,
    {
      apart: true,
      text: 'What is done is kept. Start otto-install again, in any terminal, and it continues from here.',
    },
    ...(run.log === undefined ? [] : [{ text: `Log: ${run.log}` }]),
  ];
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
}

/**
 * The last screen as plain text, broken at `width`, for what stays in the terminal: without what is shown once.
 * `withTitle`: begins with how it ended.
 */
export function endingText(
  run: RunModel,
  lines: readonly EndingLine[],
  width: number,
  withTitle = true,
): string {
  const took = run.ended === undefined ? '' : `  (${duration(run.ended.ms)})`;
  const text = lines
    .filter(({ once }) => once !== true)
    .flatMap((line) => {
      const start = line.mark === undefined ? ' '.repeat(line.indent ?? 0) : `${MARKS[line.mark]} `;
      const whole = start + line.text;
      return [...(line.apart === true ? [''] : []), line.command === true ? whole : wrapText(whole, width)];
    });
  const rehearsal = run.host === 'rehearsal' ? ['REHEARSAL: nothing on this machine was touched.', ''] : [];
  return `${[...(withTitle ? [...rehearsal, `${endingTitle(run)}${took}`, ''] : []), ...text].join('\n')}\n`;
}
