import type { Consent } from '../engine/contracts/consent.ts';
import type { Event, FindingView } from '../engine/contracts/event.ts';
import { agreedText, offeredText } from './consent-text.ts';
import { endedWithWarning } from './exit-code.ts';
import { failureLines } from './failure.ts';
import { findingBlock } from './finding-parts.ts';
import { trialNotes } from './trials.ts';
import { NOT_STARTED, openFindings, type RunModel, reduce, taskOf } from './view-model.ts';
import { actionLine, clock, count, duration, MARKS, markOfState, progressText } from './wording.ts';

/**
 * A run as lines of text, one for each event that means something: for logs, pipes, screen readers and terminals that
 * cannot redraw. The same events as the screens, nothing that moves.
 */

/** A counter in a note changes every second; nobody reads a line for each. */
const NOTE_EVERY_MS = 15_000;
const PROGRESS_EVERY_MS = 10_000;
/** A counter that moved so short a time ago says by itself that it goes on. */
const RECENT_MS = 30_000;

/** Turns the events of one run into lines; waiting and progress are reported now and then, not each time they change. */
export class PlainWriter {
  #model: RunModel = NOT_STARTED;
  /** When the last line of this kind was written for a task, and its words without numbers. */
  readonly #told = new Map<string, { readonly at: number; readonly words: string }>();

  /** The last line that an action has printed, by its id. */
  readonly #said = new Map<string, string>();

  /** What is known of the run so far. */
  get model(): RunModel {
    return this.#model;
  }

  /** The lines for the next event. */
  take(event: Event): readonly string[] {
    if (event.type === 'action-output') this.#said.set(event.action, event.line);
    const lines = this.#isDue(event) ? plainLines(this.#model, event, this.#said) : [];
    if (event.type === 'action-ended') this.#said.delete(event.action);
    this.#model = reduce(this.#model, event);
    return lines;
  }

  #isDue(event: Event): boolean {
    if (event.type === 'action-goes-on') {
      const told = this.#told.get(`progress ${event.task}`);
      return told === undefined || event.at - told.at >= RECENT_MS;
    }
    if (event.type === 'action-progress')
      return this.#due(`progress ${event.task}`, event.at, '', PROGRESS_EVERY_MS);
    if (event.type !== 'task-state' || event.state !== 'watching') return true;
    const words = (event.note ?? '').replace(/\d+/g, '');
    return this.#due(`note ${event.task}`, event.at, words, NOTE_EVERY_MS);
  }

  #due(key: string, at: number, words: string, everyMs: number): boolean {
    const told = this.#told.get(key);
    if (told !== undefined && told.words === words && at - told.at < everyMs) return false;
    this.#told.set(key, { at, words });
    return true;
  }
}

/** The lines for an event, given the model from before it, and what each action has last printed. */
function plainLines(before: RunModel, event: Event, said: ReadonlyMap<string, string>): readonly string[] {
  const line = (text: string) => `${clock(event.at - (before.startedAt ?? event.at)).padStart(6)}  ${text}`;
  const titled = (task: string) => taskOf(before, task)?.view.title ?? task;
  switch (event.type) {
    case 'run-started':
      return started(event);
    case 'task-state':
      // A plan is made of what is not there yet: a cross for each part would read like a list of faults.
      return before.mode === 'plan' ? [] : stateLines(before, event).map(line);
    case 'action-started':
      return [line(`  ${titled(event.task)}: ${event.view.purpose}`), line(`    ${actionLine(event.view)}`)];
    case 'action-ended':
      if (event.ok)
        return event.ms < 1_000 ? [] : [line(`    ${titled(event.task)}: done in ${duration(event.ms)}`)];
      return [
        line(
          `    ${titled(event.task)}: ${event.failure?.cancelled === true ? 'cancelled' : 'failed'} after ${duration(event.ms)}`,
        ),
        ...(event.failure === undefined ? [] : failureLines(event.failure).map((text) => indent(text, 12))),
      ];
    case 'question':
      return [
        line(`${MARKS.broken} ${titled(event.task)} needs a decision`),
        ...namedBlock(event.finding, event.agreed).map((text) => indent(text, 8)),
        ...(event.finding.trial === undefined ? [] : trialLines(event.finding.trial, event.at)),
      ];
    case 'agreed': {
      const { consent, title = consent.fix } = event;
      // What interrupts and gives up nothing needs no consent, and so no word about it.
      return consent.consequence === undefined
        ? []
        : [line(`  ${titled(consent.task)}: agreed to "${title}": ${consent.consequence}`)];
    }
    case 'not-agreed':
      return [
        line(`  ${titled(event.task)} (${event.finding.code}): left as it is.`),
        ...[agreedText(event.finding, event.agreed), offeredText(event.finding)]
          .filter((text) => text !== '')
          .map((text) => indent(text, 12)),
      ];
    case 'plan-differs':
      return [
        line(`  ${titled(event.operation)}: not started. The plan has changed since you agreed to it:`),
        ...event.difference.map((text) => indent(text, 8)),
      ];
    case 'question-withdrawn':
      return [line('  no decision is needed any more')];
    case 'decided':
      return [line(`  decided: ${event.choice}`)];
    case 'dialogue': {
      const { title, lines, url, code, ask, problem } = event.view;
      const shown = [problem, ...lines, url, code === undefined ? undefined : `Code: ${code}`, ask?.label];
      return [
        line(`  ${title}`),
        ...shown.filter((text) => text !== undefined).map((text) => indent(text, 12)),
      ];
    }
    case 'dialogue-ended':
      return [];
    case 'run-ended':
      return endLines(before, event);
    case 'action-progress':
      return [line(`    ${titled(event.task)}: ${progressText(event)}`)];
    case 'action-goes-on': {
      const last = said.get(event.action)?.trim().slice(0, 120) ?? '';
      const words = last === '' ? ', and has said nothing' : `; it last said: ${last}`;
      return [line(`    ${titled(event.task)}: still at work after ${duration(event.ms)}${words}`)];
    }
    case 'findings':
    case 'action-output':
      return [];
  }
}

function started(event: Extract<Event, { type: 'run-started' }>): readonly string[] {
  const what = {
    install: 'installing or repairing',
    check: 'looking, changing nothing',
    plan: 'planning, changing nothing',
    operate: event.tasks[0]?.title ?? 'finishing what was cut off',
  };
  const rehearsal = event.host === 'rehearsal' ? ['REHEARSAL: nothing on this machine is touched.'] : [];
  const log = event.log === undefined ? [] : [`Log: ${event.log}`];
  const doing = event.only === undefined ? what[event.mode] : fixingText(event.only);
  return [`otto-install ${event.version} on ${event.host}: ${doing}`, ...rehearsal, ...log, ''];
}

function fixingText(codes: readonly string[]): string {
  return codes.length === 0 ? 'fixing what needs no consent' : `fixing ${codes.join(', ')}`;
}

function stateLines(before: RunModel, event: Extract<Event, { type: 'task-state' }>): readonly string[] {
  const task = taskOf(before, event.task);
  if (task === undefined || (event.state === task.state && event.note === task.note)) return [];
  const note = event.note === undefined ? '' : `: ${event.note}`;
  switch (event.state) {
    case 'healthy': {
      const took = task.startedAt === undefined ? '' : `  ${duration(event.at - task.startedAt)}`;
      return [`${MARKS[markOfState('healthy', task.findings)]} ${task.view.title}${note}${took}`];
    }
    case 'unhealthy':
    case 'skipped':
      return [`${MARKS[markOfState(event.state)]} ${task.view.title}${note}`];
    case 'watching':
      return [`${MARKS.working} ${task.view.title}: waiting${note}`];
    case 'waiting':
    case 'looking':
    case 'acting':
    case 'asking':
      return [];
  }
}

const OUTCOMES: Readonly<Record<RunModel['mode'], Record<'healthy' | 'findings', string>>> = {
  install: { healthy: 'Otto is ready', findings: 'Otto is not ready yet' },
  check: { healthy: 'Everything is healthy', findings: 'There are findings' },
  plan: { healthy: 'Nothing to do', findings: 'There is something to do' },
  operate: { healthy: 'Done', findings: 'Not started' },
};

/** How a run ended, in a few words; `part`: it was about some findings only. */
export function outcomeText(
  mode: RunModel['mode'],
  outcome: 'healthy' | 'findings' | 'stopped' | 'failed',
  part = false,
): string {
  if (outcome === 'stopped') return 'Stopped';
  if (outcome === 'failed') return 'The run could not continue';
  return OUTCOMES[part ? 'check' : mode][outcome];
}

function endText(run: RunModel, outcome: 'healthy' | 'findings' | 'stopped' | 'failed'): string {
  if (endedWithWarning(run)) return 'Done, with a warning';
  // What is worse than before would have been undone, so the rest was so before.
  if (run.mode === 'operate' && outcome === 'findings' && run.tasks[0]?.state === 'healthy')
    return 'Done; what was unhealthy before still is';
  return outcomeText(run.mode, outcome, run.only !== undefined);
}

function endLines(before: RunModel, event: Extract<Event, { type: 'run-ended' }>): readonly string[] {
  // A plan is printed whole afterwards, and the end of a good installation says what is left in its own words.
  const goodInstallation =
    before.mode === 'install' && before.only === undefined && event.outcome === 'healthy';
  const toldLater = before.mode === 'plan' || goodInstallation;
  const open = toldLater ? [] : openFindings(before);
  const blocks = open.flatMap(({ task, finding }) => ['', `${task.view.title}`, ...namedBlock(finding)]);
  const reason = event.reason === undefined ? '' : `: ${event.reason}`;
  const actions = before.mode === 'install' ? `, ${count(event.actions, 'action')}` : '';
  return [
    ...blocks,
    '',
    ...(goodInstallation ? [] : trialNotes(before).map(({ mark, text }) => `${MARKS[mark]} ${text}`)),
    `${endText(before, event.outcome)}${reason} (${duration(event.ms)}${actions})`,
    ...(event.outcome === 'healthy' || before.log === undefined ? [] : [`Log: ${before.log}`]),
  ];
}

/** What has to be done now, and how long there is for it. */
function trialLines({ endsAt, command }: NonNullable<FindingView['trial']>, now: number): readonly string[] {
  const seconds = Math.max(0, Math.ceil((endsAt - now) / 1_000));
  return [
    'Keep this session open. On your own computer, in another terminal:',
    `    ${command}`,
    `When that login is seen, this goes on by itself. Without it and without an answer: undone in ${count(seconds, 'second')}.`,
  ].map((text) => indent(text, 8));
}

/** A finding with its code at the end. */
function namedBlock(finding: FindingView, agreed?: readonly Consent[]): readonly string[] {
  return findingBlock(finding, { agreed, name: `(${finding.code})` });
}

function indent(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => ' '.repeat(columns) + line)
    .join('\n');
}
