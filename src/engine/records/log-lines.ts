import type { ActionView } from '../contracts/action-view.ts';
import { type Consent, consentTo } from '../contracts/consent.ts';
import type { Event, FailureView } from '../contracts/event.ts';

/** The part of an event that goes into the log, as lines without time; a dialogue's codes and addresses do not. */
export function logLines(event: Event): readonly string[] {
  switch (event.type) {
    case 'run-started':
      return [`otto-install ${event.version}, ${event.mode} of ${event.host}, run ${event.run}`];
    case 'task-state':
      return [`${event.task}: ${event.state}${event.note === undefined ? '' : ` (${event.note})`}`];
    case 'findings':
      return event.findings.map(
        ({ severity, code, evidence }) => `${event.task}: found ${code} (${severity}): ${evidence}`,
      );
    case 'action-started':
      return [`${event.task}: ${event.action} ${event.view.purpose}`, ...actionLines(event.view)];
    case 'action-output':
      return [`${event.task}: ${event.action} | ${event.line}`];
    case 'action-ended':
      return [
        `${event.task}: ${event.action} ${event.ok ? 'done' : 'failed'} after ${seconds(event.ms)}`,
        ...(event.failure === undefined ? [] : failureLines(event.failure)),
      ];
    case 'question':
      return [
        `${event.task}: ${event.question} asks about ${event.finding.code}${event.cameBack ? ', which came back after its fix' : ''}`,
      ];
    case 'plan-differs':
      return [
        `${event.operation}: not started: the plan is ${event.planned} now, and ${event.agreed} was agreed to`,
        ...event.difference.map((line) => `  ${line}`),
      ];
    case 'question-withdrawn':
      return [`${event.question} withdrawn: it is settled`];
    case 'decided':
      return [`${event.question} decided: ${event.choice}${given(event.consent)}`];
    case 'agreed':
      return [`${event.consent.task}: agreed for ${event.consent.code}${given(event.consent)}`];
    case 'not-agreed':
      return [
        `${event.task}: ${event.finding.code} left, not agreed to${given(event.finding.fixes[0] && consentTo(event.task, event.finding.code, event.finding.fixes[0]))}; agreed to was${event.agreed.map(given).join(' or') || ' nothing'}`,
      ];
    case 'dialogue':
      return [
        `${event.task}: ${event.dialogue} shows "${event.view.title}"${event.view.problem === undefined ? '' : `: ${event.view.problem}`}`,
      ];
    case 'dialogue-ended':
      return [`${event.dialogue} ${event.ok ? 'done' : 'given up'}`];
    case 'action-progress':
    case 'action-goes-on':
    case 'run-ended':
      return [];
  }
}

/** What a consent is to, for the log. */
function given(consent: Consent | undefined): string {
  if (consent === undefined) return '';
  return ` [${consent.fix}${consent.consequence === undefined ? '' : `: ${consent.consequence}`}]`;
}

/** The last line of a log. */
export function resultLine(event: Extract<Event, { type: 'run-ended' }>): string {
  const reason = event.reason === undefined ? '' : `: ${event.reason}`;
  return `# Result: ${event.outcome}${reason}, ${event.actions} actions, ${seconds(event.ms)}`;
}

function actionLines(view: ActionView): string[] {
  if (view.kind === 'write-file')
    return [`  write ${view.path} ${view.mode} ${view.owner} (${view.change})`, ...indent(view.diff)];
  const user = view.user === undefined ? '' : `as ${view.user} `;
  return [`  ${user}$ ${view.command}`];
}

function failureLines({ exitCode, timedOut, reason, next }: FailureView): string[] {
  return [
    ...(timedOut ? ['  time limit reached'] : []),
    ...(exitCode === undefined ? [] : [`  exit code ${exitCode}`]),
    ...(reason === undefined ? [] : indent(reason)),
    ...(next === undefined ? [] : indent(next)),
  ];
}

function indent(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
