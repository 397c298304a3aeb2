import type { ActionView } from '../../../../../src/engine/contracts/action-view.ts';
import { Event } from '../../../../../src/engine/contracts/event.ts';

/** What a run said that it would do, and did: the paths that it wrote, and the commands with all that they were told. */
export interface Shown {
  readonly written: readonly string[];
  /** A line for each command: its words, where it ran, and its input. */
  readonly commands: readonly string[];
  readonly actions: number;
  readonly outcome: string;
}

/** Reads the events of `otto-install fix --json`, also of one that was cut off. */
export function readShown(stdout: string): Shown {
  const events = stdout.split('\n').flatMap((line) => {
    const event = line.startsWith('{') ? Event.safeParse(JSON.parse(line)).data : undefined;
    return event === undefined ? [] : [event];
  });
  const views = events.flatMap((event) => (event.type === 'action-started' ? [event.view] : []));
  const end = events.findLast((event) => event.type === 'run-ended');
  return {
    written: views.flatMap((view) => (view.kind === 'write-file' ? [view.path] : [])),
    commands: views.flatMap((view) => (view.kind === 'write-file' ? [] : [words(view)])),
    actions: views.length,
    outcome: end?.type === 'run-ended' ? end.outcome : 'cut off',
  };
}

function words(view: Exclude<ActionView, { kind: 'write-file' }>): string {
  if (view.kind === 'converse') return view.command;
  return [view.command, view.cwd, view.input].filter((part) => part !== undefined).join(' ');
}
