import type { Otto } from '../faults/fault.ts';

/** How one part went: a line of the table. */
export interface Row {
  readonly flow: string;
  readonly otto: Otto;
  readonly twin: string;
  readonly seconds: number;
  readonly outcome?: string;
  /** What was lost; absent when it was not come to. */
  readonly lost?: readonly string[];
  readonly failure?: string;
}

const HEADINGS = ['Flow', 'Otto', 'Twin', 'Seconds', 'Outcome', 'Lost', ''] as const;

function cells({ flow, otto, twin, seconds, outcome, lost, failure }: Row): readonly string[] {
  return [
    flow,
    otto,
    twin === 'good' ? '' : twin,
    seconds.toFixed(1),
    outcome ?? '–',
    lost === undefined ? '–' : lost.length === 0 ? 'none' : lost.join(', '),
    failure === undefined ? 'ok' : 'FAILED',
  ];
}

/** One line for the eye; the reason of a failure on lines of its own below it. */
export function line(row: Row): string {
  const [flow = '', otto = '', twin = '', seconds = '', outcome = '', lost = '', verdict = ''] = cells(row);
  const text = `${verdict.padEnd(6)} ${otto.padEnd(7)} ${flow.padEnd(18)} ${twin.padEnd(24)} ${seconds.padStart(6)} s  lost: ${lost}  ${outcome}`;
  return row.failure === undefined ? text : `${text}\n       ${row.failure.replaceAll('\n', '\n       ')}`;
}

/** The whole table as markdown, with what failed below it. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cells)].map(
    (columns) => `| ${columns.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
  const failures = rows.flatMap(({ flow, otto, twin, failure }) =>
    failure === undefined ? [] : [`- ${flow} ${twin} (${otto}): ${failure.split('\n')[0]}`],
  );
  return [
    ...lines,
    '',
    `${rows.length - failures.length} of ${rows.length} passed.`,
    ...(failures.length > 0 ? ['', ...failures] : []),
    '',
  ].join('\n');
}
