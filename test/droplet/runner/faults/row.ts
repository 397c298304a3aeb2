import type { Otto } from '../../faults/fault.ts';

/** How one fault, or several at once, went on one Otto: a line of the table. */
export interface Row {
  readonly fault: string;
  readonly otto: Otto;
  /** The codes that were found, in the order in which they were. */
  readonly codes: readonly string[];
  readonly findSeconds?: number;
  /** 'plain fix', 'fix' (by its code), 'dialogue', 'by hand', or nothing when there was nothing to fix. */
  readonly fix?: string;
  readonly fixSeconds?: number;
  /** What was lost; empty when nothing was, absent when it was not come to. */
  readonly lost?: readonly string[];
  /** What a plain fix did to the droplet that it did not show, or that nobody may do unasked; absent when it was not come to. */
  readonly harm?: readonly string[];
  /** Breaking, finding, fixing and looking after all of it. */
  readonly seconds: number;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
  /** It had failed once, and was tried again on a droplet from the saved disk. */
  readonly secondTry?: true;
}

const HEADINGS = ['Fault', 'Otto', 'Code found', 'Find', 'Fix', 'Repair', 'Lost data', 'Harm', ''] as const;

const seconds = (value: number | undefined): string => (value === undefined ? '–' : `${value.toFixed(1)} s`);

const told = (what: readonly string[] | undefined): string =>
  what === undefined ? '–' : what.length === 0 ? 'none' : what.join(', ');

function cells(row: Row): readonly string[] {
  return [
    row.fault,
    row.otto,
    row.codes.join(', ') || '–',
    seconds(row.findSeconds),
    row.fix ?? '–',
    seconds(row.fixSeconds),
    told(row.lost),
    told(row.harm),
    row.failure === undefined ? (row.secondTry ? 'ok (2nd)' : 'ok') : 'FAILED',
  ];
}

/** One line for the eye, columns as wide as usual; the reason of a failure on lines of its own below it. */
export function line(row: Row): string {
  const [
    fault = '',
    otto = '',
    codes = '',
    find = '',
    fix = '',
    seconds = '',
    lost = '',
    harm = '',
    verdict = '',
  ] = cells(row);
  const text = `${verdict.padEnd(6)} ${fault.padEnd(38)} ${otto.padEnd(7)} ${codes.padEnd(34)} ${find.padStart(6)}  ${fix.padEnd(8)} ${seconds.padStart(7)}  lost: ${lost}  harm: ${harm}`;
  return row.failure === undefined ? text : `${text}\n       ${row.failure.replaceAll('\n', '\n       ')}`;
}

/** The whole table as markdown, with what failed below it. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cells)].map(
    (columns) => `| ${columns.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  const failures = rows.flatMap(({ fault, otto, failure }) =>
    failure === undefined ? [] : [`- ${fault} (${otto}): ${failure.split('\n')[0]}`],
  );
  const failed = failures.length;
  const second = rows.filter((row) => row.secondTry && row.failure === undefined).length;
  return [
    ...lines,
    '',
    `${rows.length - failed} of ${rows.length} passed${second > 0 ? `, ${second} of them at the second try` : ''}.`,
    ...(failed > 0 ? ['', ...failures] : []),
    '',
  ].join('\n');
}
