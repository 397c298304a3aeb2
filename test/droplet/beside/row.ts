/** How one combination went: a line of the table. */
export interface Row {
  readonly ours: string;
  readonly rival: string;
  readonly seconds: number;
  /** otto-install's exit code; absent when it was not come to. */
  readonly ended?: number;
  /** Its last words. */
  readonly said?: string;
  /** What came of the other one. */
  readonly came?: string;
  /** Runs until all was healthy: this one, or one more. */
  readonly runs?: 1 | 2;
  readonly lost?: readonly string[];
  readonly failure?: string;
}

const HEADINGS = [
  'otto-install',
  'Beside it',
  'Seconds',
  'Ended',
  'Its last words',
  'The other one',
  'Runs',
  'Lost',
  '',
];

function cells({ ours, rival, seconds, ended, said, came, runs, lost, failure }: Row): readonly string[] {
  return [
    ours,
    rival,
    seconds.toFixed(0),
    ended === undefined ? '–' : `${ended}`,
    said ?? '–',
    came ?? '–',
    runs === undefined ? '–' : `${runs}`,
    lost === undefined ? '–' : lost.length === 0 ? 'none' : lost.join(', '),
    failure === undefined ? 'ok' : 'FAILED',
  ];
}

/** One line for the eye; the reason of a failure on lines of its own below it. */
export function line(row: Row): string {
  const [ours = '', rival = '', seconds = '', ended, said, came, runs, lost, verdict = ''] = cells(row);
  const text = `${verdict.padEnd(6)} ${ours.padEnd(8)} ${rival.padEnd(20)} ${seconds.padStart(4)} s  ended with ${ended}; ${came}; ${runs} run(s); lost: ${lost}  ${said}`;
  return row.failure === undefined ? text : `${text}\n       ${row.failure.replaceAll('\n', '\n       ')}`;
}

/** The whole table as markdown, with what failed below it. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cells)].map(
    (columns) =>
      `| ${columns.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
  );
  const failed = rows.filter(({ failure }) => failure !== undefined);
  const reasons = failed.map(
    ({ ours, rival, failure = '' }) => `- ${ours}, ${rival}: ${failure.split('\n')[0]}`,
  );
  return [...lines, '', `${rows.length - failed.length} of ${rows.length} passed.`, ...reasons, ''].join(
    '\n',
  );
}
