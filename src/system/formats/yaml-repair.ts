import { parseDocument } from 'yaml';
import { isTooDeep } from './yaml-file.ts';

/** Settings files in YAML that people broke while editing, fixed with as little change as possible. */

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

/** More broken lines than this are not a typing mistake. */
const MOST_LINES = 3;

/** A mistake in one line causes a few complaints; this many mean another kind of file. */
const MOST_COMPLAINTS = 30;

/** Characters that are read in all tries together: a few seconds. The file is its user's, who may write anything into it. */
const MOST_READ = 8_000_000;

const OPTIONS = { uniqueKeys: false, prettyErrors: false } as const;

/**
 * The text with up to three broken lines fixed (tabs, a forgotten blank behind the colon, an unclosed quote or bracket, a wrong
 * indentation) or, where that
 * does not help, turned into comments. Undefined when it still cannot be read then.
 */
export function repairYaml(text: string): string | undefined {
  let lines: readonly string[] = text.split('\n');
  const tries = lines.length * REPAIRS.length * MOST_LINES;
  if (tries * text.length > MOST_READ || complaints(text) > MOST_COMPLAINTS) return undefined;
  for (let round = 0; round < MOST_LINES && !isReadable(lines.join('\n')); round += 1) {
    const best = attempts(lines).sort((a, b) => a.errors - b.errors || b.settings - a.settings)[0];
    if (best === undefined) return undefined;
    lines = best.lines;
  }
  const repaired = lines.join('\n');
  return isReadable(repaired) ? repaired : undefined;
}

/** Each line with each repair: how many complaints are left, and how many settings the file then has. */
function attempts(lines: readonly string[]) {
  return lines.flatMap((line, index) =>
    REPAIRS.flatMap((repair) => {
      const repaired = repair(line, lines[index - 1] ?? '');
      if (repaired === line || line.trim() === '' || line.trimStart().startsWith('#')) return [];
      const tried = lines.with(index, repaired);
      const repairedText = tried.join('\n');
      const errors = complaints(repairedText);
      const settings = errors > 0 ? 0 : count(parseDocument(repairedText, OPTIONS).toJS());
      return [{ lines: tried, errors, settings }];
    }),
  );
}

/** How much is wrong with it; a file that cannot even be looked through (nested a thousand times) has all. */
function complaints(text: string): number {
  if (isTooDeep(text)) return Number.POSITIVE_INFINITY;
  try {
    const document = parseDocument(text, OPTIONS);
    if (document.errors.length === 0) document.toJS();
    return document.errors.length;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function isReadable(text: string): boolean {
  if (complaints(text) > 0) return false;
  const root: unknown = parseDocument(text, OPTIONS).toJS();
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
