/** How one point went: a line of the table. */
export interface Row {
  readonly name: string;
  readonly group: string;
  /** hit: something that ran was killed. made: a state that a kill leaves was made by hand. */
  readonly kind: 'hit' | 'made';
  /** What was at work when it was killed. */
  readonly at?: string;
  /** False: the run had ended before that moment, and nothing was killed. */
  readonly reached?: boolean;
  /** Of the one more run. */
  readonly againSeconds?: number;
  /** What the next run waited for. */
  readonly waited?: string | undefined;
  readonly lost?: readonly string[];
  readonly seconds: number;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}

const HEADINGS = ['Point', '', 'At work when it was killed', 'One more run', 'Waited for', 'Lost', ''];

const verdict = ({ failure, reached }: Row) =>
  failure !== undefined ? 'FAILED' : reached === false ? 'not reached' : 'ok';

function cells(row: Row): readonly string[] {
  return [
    row.name,
    row.kind,
    row.at ?? '',
    row.againSeconds === undefined ? '–' : `${row.againSeconds.toFixed(1)} s`,
    row.waited ?? '',
    row.lost === undefined ? '–' : row.lost.length === 0 ? 'none' : row.lost.join(', '),
    verdict(row),
  ];
}

export function line(row: Row): string {
  const [name = '', kind = '', at = '', again = '', waited = '', lost = '', how = ''] = cells(row);
  const text = `${how.padEnd(11)} ${name.padEnd(40)} ${kind.padEnd(4)} ${again.padStart(7)} of ${row.seconds.toFixed(0)} s  lost: ${lost}  ${at}${waited === '' ? '' : ` (waited for ${waited})`}`;
  return row.failure === undefined ? text : `${text}\n       ${row.failure.replaceAll('\n', '\n       ')}`;
}

/** The whole table as markdown, with the figures below it. */
export function table(rows: readonly Row[]): string {
  const lines = [HEADINGS, HEADINGS.map(() => '---'), ...rows.map(cells)].map(
    (columns) =>
      `| ${columns.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`,
  );
  return [...lines, '', figures(rows), ''].join('\n');
}

/** '212 points: 212 healthy after one more run, nothing lost (180 hit, 32 made); 9 were not reached.' */
export function figures(rows: readonly Row[]): string {
  const counted = rows.filter(({ reached }) => reached !== false);
  const good = counted.filter(({ failure }) => failure === undefined);
  const of = (kind: Row['kind']) => good.filter((row) => row.kind === kind).length;
  const waited = good.filter((row) => row.waited !== undefined).length;
  return `${counted.length} points: ${good.length} healthy after one more run, nothing lost (${of('hit')} hit, ${of('made')} made; ${waited} waited for what was left at work); ${rows.length - counted.length} were not reached.`;
}
