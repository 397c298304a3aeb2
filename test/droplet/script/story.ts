import { tasks } from '../../../src/tasks/index.ts';
import { normalise } from './normalise.ts';

/**
 * What a run found and did, out of its log: for each part, in the runbook's order, its findings, questions and actions
 * in their order. When they happened, and between which of another part, is left out; so is the machine itself, which is
 * a Debian here and the rehearsal's Ubuntu there.
 */
export function storyOf(log: string): string {
  const byTask = new Map<string, string[]>(
    tasks.filter(({ id }) => id !== 'machine').map(({ id }) => [id, []]),
  );
  const asked = new Map<string, string>();
  const lines = log.split('\n').map((line) => line.replace(/^\d{4}-\d\d-\d\dT\S+Z /, ''));
  let task = '';
  for (const line of lines) {
    const told = tell(line);
    if (told === undefined) continue;
    task = told.task ?? asked.get(told.question ?? '') ?? task;
    if (told.task !== undefined && told.question !== undefined) asked.set(told.question, task);
    const story = byTask.get(task);
    const text = normalise(told.text);
    // What is waited for is seen again and again.
    if (text !== '' && story?.at(-1) !== text) story?.push(text);
  }
  return [...byTask].map(([id, story]) => [id, ...story.map((line) => `  ${line}`)].join('\n')).join('\n');
}

interface Told {
  readonly task?: string;
  readonly question?: string;
  readonly text: string;
}

/** What one line of the log tells; undefined for what belongs to no story (states, output, times). */
function tell(line: string): Told | undefined {
  const found = /^([\w-]+): (found \S+ \(\w+\)): /.exec(line);
  if (found !== null) return { task: found[1] ?? '', text: found[2] ?? '' };
  const asks = /^([\w-]+): (\S+) (asks about .*)$/.exec(line);
  if (asks !== null) return { task: asks[1] ?? '', question: asks[2] ?? '', text: asks[3] ?? '' };
  const decided = /^(\S+) (decided: .*)$/.exec(line);
  if (decided !== null) return { question: decided[1] ?? '', text: decided[2] ?? '' };
  const action = /^([\w-]+): a\d+ (?!\| )(?!done after|failed after)(.*)$/.exec(line);
  if (action !== null) return { task: action[1] ?? '', text: `- ${action[2]}` };
  const failed = /^([\w-]+): a\d+ (failed) after/.exec(line);
  if (failed !== null) return { task: failed[1] ?? '', text: '  failed' };
  const command = /^ {2}(as \S+ )?\$ (.*)$/.exec(line);
  if (command !== null) return { text: `  ${command[1] ?? ''}$ ${command[2]}` };
  const write = /^ {2}(write \S+ \d+ \S+ )/.exec(line);
  return write === null ? undefined : { text: `  ${write[1]}` };
}
