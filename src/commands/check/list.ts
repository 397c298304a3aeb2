import { GROUPS } from '../../otto/groups.ts';
import { tasks } from '../../tasks/index.ts';
import { visibleJson } from '../../text/visible.ts';
import { type KnownCode, knownCodes } from '../known-codes.ts';

/** Every check, by groups: each part, and below it what it can find, with one line on each. */
export function listText(known: readonly KnownCode[] = knownCodes()): string {
  const lines = GROUPS.flatMap((group) => [
    group.title.toUpperCase(),
    ...tasks
      .filter(({ id }) => group.tasks.includes(id))
      .flatMap(({ id, title, step }) => [
        `  ${title}  (${id}, ${step})`,
        ...codeLines(known.filter(({ task }) => task === id)),
        '',
      ]),
  ]);
  const shared = known.filter(({ task }) => !tasks.some(({ id }) => id === task));
  const end = shared.length === 0 ? [] : ['SEVERAL PARTS', ...codeLines(shared), ''];
  const number = `${tasks.length} parts, ${known.length} codes.`;
  return `${[...lines, ...end, number].join('\n')}\n`;
}

function codeLines(codes: readonly KnownCode[]): readonly string[] {
  return codes.map(({ code, meaning }) => `    ${code.padEnd(36)}  ${meaning}`.trimEnd());
}

/** The same for programs: a line of JSON for each code. */
export function listJson(): string {
  const lines = knownCodes().map((one) => {
    const group = GROUPS.find(({ tasks: ids }) => one.task !== undefined && ids.includes(one.task));
    return visibleJson({ ...one, group: group?.id });
  });
  return `${lines.join('\n')}\n`;
}
