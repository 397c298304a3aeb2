import { findingsInSource } from './index.ts';

/** For the build: puts the list of all codes, with a line on each, in the place of src/commands/codes.ts. */
export function codesPlugin() {
  return {
    name: 'codes',
    load: (id) =>
      id.endsWith('/src/commands/codes.ts') ? `export const CODES = ${JSON.stringify(codes())};` : null,
  };
}

function codes() {
  return findingsInSource().map(({ code, task, severity, saw, because }) => ({
    code,
    ...(task === undefined ? {} : { task }),
    ...(severity === undefined ? {} : { severity }),
    meaning: oneLine(because, saw),
  }));
}

/** What was seen says most; words that are only a placeholder or end openly say nothing. */
function oneLine(because, saw) {
  const said = [saw, because].find((text) => text !== undefined && !/^‹[^›]*›\W*$/.test(text)) ?? '';
  const [first = ''] = said.replaceAll(/\s+/g, ' ').split(/(?<=[.?]) (?=[A-Z‹`])/);
  return first.length <= 140 ? first : `${first.slice(0, 139)}…`;
}
