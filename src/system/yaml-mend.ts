import { parseDocument } from 'yaml';

/** Settings files in YAML that people broke while editing, mended with as little change as possible. */

/** What is done to one line to make the file readable, the gentlest first. */
const REPAIRS: readonly ((line: string, before: string) => string)[] = [
  // YAML forbids tabs where indentation is meant.
  (line) => line.replace(/^[ \t]+/, (blank) => blank.replaceAll('\t', '  ')),
  (line) => line.replace(/^(\s*[\w-]+):(?=[^\s/])/, '$1: '),
  (line) => `${line.trimEnd()}"`,
  (line) => `${line.trimEnd()}'`,
  // As deep as the line before it.
  (line, before) => line.replace(/^\s*/, /^\s*/.exec(before)?.[0] ?? ''),
  (line) => `${line.trimEnd()}}`,
  (line) => `${line.trimEnd()}]`,
  (line) => `# otto-install: this line could not be read: ${line}`,
];

/** More broken lines than this are no slip of the hand. */
const MOST_LINES = 3;

/**
 * The text with up to three broken lines mended (tabs, a forgotten blank behind the colon, an unclosed quote or bracket, a wrong
 * indentation) or, where that
 * does not help, turned into comments. Undefined when it still cannot be read then.
 */
export function mendYaml(text: string): string | undefined {
  let lines: readonly string[] = text.split('\n');
  for (let round = 0; round < MOST_LINES && !isReadable(lines.join('\n')); round += 1) {
    const best = attempts(lines).sort((a, b) => a.errors - b.errors || b.settings - a.settings)[0];
    if (best === undefined) return undefined;
    lines = best.lines;
  }
  const mended = lines.join('\n');
  return isReadable(mended) ? mended : undefined;
}

/** Each line with each repair: how many complaints are left, and how many settings the file then has. */
function attempts(lines: readonly string[]) {
  return lines.flatMap((line, index) =>
    REPAIRS.flatMap((repair) => {
      const mended = repair(line, lines[index - 1] ?? '');
      if (mended === line || line.trim() === '' || line.trimStart().startsWith('#')) return [];
      const tried = lines.with(index, mended);
      const document = parseDocument(tried.join('\n'), { uniqueKeys: false });
      const settings = document.errors.length > 0 ? 0 : count(document.toJS());
      return [{ lines: tried, errors: document.errors.length, settings }];
    }),
  );
}

function isReadable(text: string): boolean {
  const document = parseDocument(text, { uniqueKeys: false });
  if (document.errors.length > 0) return false;
  const root: unknown = document.toJS();
  return root === null || (typeof root === 'object' && !Array.isArray(root));
}

/** Settings at every depth. */
function count(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + count(inner), 1);
}

/**
 * The text with the settings of these groups indented below their heading: `children` are the names that belong to each.
 * A published text that lost its indentation has "model:" with nothing in it, and what belongs there beside it.
 */
export function indentGroups(text: string, children: Readonly<Record<string, readonly string[]>>): string {
  let names: readonly string[] = [];
  return text
    .split('\n')
    .map((line) => {
      const [, name, rest = ''] = /^([\w-]+):(.*)$/.exec(line) ?? [];
      if (name === undefined) return line;
      if (names.includes(name)) return `  ${line}`;
      names = /^\s*(#.*)?$/.test(rest) ? (children[name] ?? []) : [];
      return line;
    })
    .join('\n');
}
