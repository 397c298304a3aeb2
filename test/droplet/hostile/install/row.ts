/** How a run against an obstacle ended. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** Its exit code; 'never' when it did not end in time. */
  readonly ended: string;
  readonly seconds: number;
  /** Why it failed; absent when it passed. */
  readonly failure?: string;
}

/** All of them as markdown. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(
    ({ name, title, ended, seconds, failure }) =>
      `| ${name} | ${title} | exit ${ended} | ${seconds.toFixed(1)} s | ${failure === undefined ? 'ok' : 'FAILED'} |`,
  );
  const passed = rows.filter(({ failure }) => failure === undefined).length;
  return [
    '| Obstacle | What is in the way | Ended | Took | |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
    `${passed} of ${rows.length} passed.`,
    '',
  ].join('\n');
}
