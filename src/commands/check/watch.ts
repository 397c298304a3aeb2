import type { RunModel } from '../../run/view-model.ts';
import { MARKS, markOfFinding } from '../../run/wording.ts';

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
    ...come.map(([, { mark, title, saw, code }]) => `${mark} ${title}: ${saw} (${code})`),
    ...gone
      // What nobody could look at this time is not gone.
      .filter(([, { task }]) => judged.has(task))
      .map(([, { title, code }]) => `${MARKS.healthy} ${title}: gone: ${code}`),
    ...(waits.length === 0
      ? []
      : [`${MARKS.waiting} not judged now: ${waits.map(({ view }) => view.title).join(', ')}`]),
  ];
}

function found(model: RunModel) {
  return new Map(
    model.tasks.flatMap(({ view, findings }) =>
      findings.map((finding) => {
        const { code, saw } = finding;
        const mark = MARKS[markOfFinding(finding)];
        return [`${view.id} ${code}`, { task: view.id, title: view.title, mark, code, saw }] as const;
      }),
    ),
  );
}

const stateOf = (model: RunModel, id: string) => model.tasks.find(({ view }) => view.id === id)?.state;
