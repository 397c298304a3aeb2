import { layout, USUAL_BRIDGE_ADDRESS } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';
import { findingSentence } from '../run/finding-parts.ts';
import { outcomeText } from '../run/plain.ts';
import type { EndingLine } from '../run/shown-line.ts';
import { openFindings, type RunModel } from '../run/view-model.ts';
import { duration, MARKS, markOfFinding } from '../run/wording.ts';
import { redact } from '../secret/secret.ts';
import { paperclipNotes, terminalNotice } from '../tasks/done-notes.ts';
import type { Proof } from '../tasks/first-login/proof.ts';
import { wrapText } from '../text/wrap.ts';

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

function ready(run: RunModel, answers: Answers, outcome: Outcome): readonly EndingLine[] {
  const { home, hermes, openWebui, paperclip } = layout(answers);
  const hasPaperclip = answers.paperclip === 'deploy';
  const notice = terminalNotice(answers);
  return [
    { text: `https://${answers.domain}`, strong: true },
    ...(outcome.proof === undefined ? [] : [{ ...proofLine(outcome.proof), apart: true }]),
    ...passwordLines(answers, outcome),
    ...remaining(run),
    { mark: 'risk', apart: true, text: notice.statement },
    ...notice.limits.map((text) => ({ text, indent: 2 })),
    { apart: true, strong: true, text: 'Where things are' },
    { text: `Hermes      ${hermes.home}  (journalctl -u ${hermes.unitName} -f)` },
    { text: `Open WebUI  ${openWebui.data}  (docker logs ${openWebui.container})` },
    ...(hasPaperclip
      ? [{ text: `Paperclip   ${paperclip.data}  (docker logs ${paperclip.container})` }]
      : []),
    {
      text: `Claude      ${answers.claude === 'login' ? `${home}/.claude/.credentials.json` : hermes.envFile}`,
    },
    { text: 'nginx       /etc/nginx/sites-enabled/otto' },
    ...(run.log === undefined ? [] : [{ text: `Log         ${run.log}` }]),
    ...(hasPaperclip ? paperclipLines(answers) : []),
    {
      apart: true,
      text: 'Come back any time: otto-install check shows whether everything is healthy, and otto-install fixes what is not.',
    },
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
  return [{ apart: true, strong: true, text: 'Paperclip' }, ...notes.map((text) => ({ text }))];
}

function passwordLines(answers: Answers, { password, passwordFile }: Outcome): readonly EndingLine[] {
  const kept =
    passwordFile === undefined
      ? []
      : [
          {
            text: `The password of ${answers.adminEmail} was generated. It is in ${passwordFile}: delete that file once you have stored the password elsewhere.`,
          },
        ];
  if (password === undefined) return kept;
  const shown = `Password of ${answers.adminEmail}: ${password}`;
  return [
    { apart: true, strong: true, once: true, text: shown },
    { once: true, text: 'It was generated, and is shown on this screen only.' },
    ...kept,
  ];
}

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
      return [...(line.apart === true ? [''] : []), wrapText(start + line.text, width)];
    });
  const rehearsal = run.host === 'rehearsal' ? ['REHEARSAL: nothing on this machine was touched.', ''] : [];
  return `${[...(withTitle ? [...rehearsal, `${endingTitle(run)}${took}`, ''] : []), ...text].join('\n')}\n`;
}
