import { reveal } from '../../secret/secret.ts';
import { type DotenvLine, hasOpenQuote, parseDotenv } from '../../system/formats/dotenv-lines.ts';
import { found } from '../finding.ts';
import type { EnvProblem, OtherKeys } from './env-problem.ts';
import { FINDINGS } from './findings.ts';

/** What is wrong with the file as a text, whatever the variables say. Each problem has a `rewrite`. */
export function judgeForm(text: string, keys: OtherKeys): readonly EnvProblem[] {
  return [...judgeWindows(text), ...judgeQuotes(text), ...judgeDuplicates(text, keys)];
}

/** The text with the forms of all these problems put right. */
export function rewritten(text: string, problems: readonly Pick<EnvProblem, 'rewrite'>[]): string {
  return problems.reduce((changed, { rewrite }) => rewrite?.(changed) ?? changed, text);
}

/** A quote that is opened and not closed. */
function judgeQuotes(text: string): readonly EnvProblem[] {
  const names = parseDotenv(text).flatMap((line) => (hasOpenQuote(line) ? [line.name] : []));
  if (names.length === 0) return [];
  return [
    {
      finding: found(FINDINGS['hermes-env-open-quote'], {
        evidence: `A quote is opened but never closed: ${names.join(', ')}.`,
      }),
      set: {},
      rewrite: (changed) =>
        withLines(changed, (line) => {
          if (!hasOpenQuote(line)) return line.raw;
          const at = line.raw.indexOf('=') + 1;
          return `${line.raw.slice(0, at)}${line.raw.slice(at).trim().slice(1)}`;
        }),
    },
  ];
}

/** A name with two different values: the last one counts, which is seldom what the one who looks at the first one expects. */
function judgeDuplicates(text: string, keys: OtherKeys): readonly EnvProblem[] {
  const lines = parseDotenv(text);
  const values = (name: string) => new Set(lines.flatMap((line) => (line.name === name ? [line.value] : [])));
  const names = [...new Set(lines.flatMap(({ name }) => (name === undefined ? [] : [name])))];
  const twice = names.filter((name) => values(name).size > 1);
  if (twice.length === 0) return [];
  const ofOpenWebui = keys.ofOpenWebui === undefined ? undefined : reveal(keys.ofOpenWebui);
  const counts = (name: string) =>
    name === 'API_SERVER_KEY' && values(name).has(ofOpenWebui)
      ? ofOpenWebui
      : lines.findLast((line) => line.name === name)?.value;
  return [
    {
      finding: found(FINDINGS['hermes-env-duplicates'], {
        evidence: `Set twice, to different values: ${twice.join(', ')}.`,
      }),
      set: {},
      rewrite: (changed) => {
        const kept = new Set<string>();
        const changedLines = parseDotenv(changed);
        const last = new Map(
          changedLines.flatMap((line, index) =>
            line.name !== undefined && twice.includes(line.name) && line.value === counts(line.name)
              ? [[line.name, index] as const]
              : [],
          ),
        );
        return withLines(changed, (line, index) => {
          if (line.name === undefined || !last.has(line.name)) return line.raw;
          if (last.get(line.name) === index && !kept.has(line.name)) {
            kept.add(line.name);
            return line.raw;
          }
          return line.raw.replace(/^/gm, '# set twice, did not count: ');
        });
      },
    },
  ];
}

function withLines(text: string, change: (line: DotenvLine, index: number) => string): string {
  return `${parseDotenv(text).map(change).join('\n')}\n`;
}

function judgeWindows(text: string): readonly EnvProblem[] {
  if (!/\r|^\uFEFF/.test(text)) return [];
  return [
    {
      // Hermes itself stumbles only over the mark.
      ...(text.startsWith('\uFEFF') ? {} : { sameValues: true }),
      finding: found(FINDINGS['hermes-env-windows-text'], {
        evidence: 'The file has Windows line ends or a byte order mark.',
      }),
      set: {},
      rewrite: (changed) => withLines(changed, ({ raw }) => raw),
    },
  ];
}
