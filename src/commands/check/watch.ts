import { findingLine } from '../../run/finding-parts.ts';
import type { RunModel } from '../../run/view-model.ts';
import { MARKS } from '../../run/wording.ts';

/** What is otherwise in a look than in the one before it, a line each. Pure. */
export function differences(before: RunModel, after: RunModel): readonly string[] {
  const old = found(before);
  const now = found(after);
  const come = [...now].filter(([key]) => !old.has(key));
  const gone = [...old].filter(([key]) => !now.has(key));
  const judged = new Set(after.tasks.filter(({ state }) => state !== 'waiting').map(({ view }) => view.id));
  const waits = after.tasks.filter(
    ({ view, state }) => state === 'waiting' && stateOf(before, view.id) !== 'waiting',
  );
  return [
    ...come.map(([, { line, code }]) => `${line} (${code})`),
    ...gone
      // What nobody could look at this time is not gone.
      .filter(([, { task }]) => judged.has(task))
      .map(([, { title, code }]) => `${MARKS.healthy} ${title}: gone: ${code}`),
    ...(waits.length === 0
      ? []
      : [`${MARKS.waiting} not checked now: ${waits.map(({ view }) => view.title).join(', ')}`]),
  ];
}

function found(model: RunModel) {
  return new Map(
    model.tasks.flatMap(({ view, findings }) =>
      findings.map((finding) => {
        const { code } = finding;
        const line = findingLine(finding, { place: view.title });
        return [`${view.id} ${code}`, { task: view.id, title: view.title, line, code }] as const;
      }),
    ),
  );
}

const stateOf = (model: RunModel, id: string) => model.tasks.find(({ view }) => view.id === id)?.state;
