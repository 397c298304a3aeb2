import type { ActionView, Event, FailureView } from '../contracts/event.ts';

/** What of an event stands in the log, as lines without time; a dialogue's codes and addresses do not. */
export function logLines(event: Event): readonly string[] {
  switch (event.type) {
    case 'run-started':
      return [`otto-install ${event.version}, ${event.mode} of ${event.host}, run ${event.run}`];
    case 'task-state':
      return [`${event.task}: ${event.state}${event.note === undefined ? '' : ` (${event.note})`}`];
    case 'findings':
      return event.findings.map(
        ({ severity, code, saw }) => `${event.task}: found ${code} (${severity}): ${saw}`,
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
    case 'question-withdrawn':
      return [`${event.question} withdrawn: it is settled`];
    case 'decided':
      return [`${event.question} decided: ${event.choice}`];
    case 'dialogue':
      return [
        `${event.task}: ${event.dialogue} shows "${event.view.title}"${event.view.problem === undefined ? '' : `: ${event.view.problem}`}`,
      ];
    case 'dialogue-ended':
      return [`${event.dialogue} ${event.ok ? 'done' : 'given up'}`];
    case 'action-progress':
    case 'run-ended':
      return [];
  }
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

function failureLines({ exitCode, timedOut, because, next }: FailureView): string[] {
  return [
    ...(timedOut ? ['  time limit reached'] : []),
    ...(exitCode === undefined ? [] : [`  exit code ${exitCode}`]),
    ...(because === undefined ? [] : indent(because)),
    ...(next === undefined ? [] : indent(next)),
  ];
}

function indent(text: string): string[] {
  return text === '' ? [] : text.split('\n').map((line) => `  ${line}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
