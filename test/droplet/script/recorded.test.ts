import { describe, expect, test } from 'vitest';
import { difference, readRecorded, recordingText } from './recorded.ts';
import type { Recorded } from './script.ts';

const run = (...screens: readonly (readonly [string, string])[]): Recorded[] =>
  screens.map(([name, screen]) => ({ name, screen }));

const droplet = run(
  [
    'first look',
    ' otto-install 1.0.0          otto-t12-0 · 203.0.113.10\n ───\n ● Debian GNU/Linux 12 (bookworm), systemd, root\n ● 2 vCPU · 8 GB memory · 31 GB disk free',
  ],
  ['done', ' Otto is ready       1 min 54 s\n\n Password of a@b.example: y4sdq-jidpa-38ixf\n asked in 2.9 s'],
);

test('times, sizes, addresses, passwords and where lines break may differ', () => {
  const rehearsal = run(
    [
      'first look',
      ' otto-install 1.0.1      otto-rehearsal\n ───\n ● Ubuntu 24.04.2 LTS, systemd, root\n ● 4 vCPU · 16 GB memory · 76 GB disk free',
    ],
    ['done', ' Otto is ready   47 s\n\n Password of a@b.example:\n other-words asked\n in 800 ms'],
  );
  expect(difference(rehearsal, droplet)).toBeUndefined();
});

test.each([
  ['another word', run(['done', 'Otto is nearly ready']), run(['done', 'Otto is ready']), "'done' differs"],
  ['a line more', run(['done', 'ready\nand more']), run(['done', 'ready']), "'done' differs"],
  ['a line less', run(['done', 'ready']), run(['done', 'ready\nand more']), "'done' differs"],
  ['a screen more', run(['a', ''], ['b', '']), run(['a', '']), 'seen: a, b\nrecorded: a'],
  ['another order', run(['b', ''], ['a', '']), run(['a', ''], ['b', '']), 'seen: b, a\nrecorded: a, b'],
])('%s is a difference', (_, seen, recorded, said) => {
  expect(difference(seen, recorded)).toContain(said);
});

describe('the chain', () => {
  const CUT = ' browser ● ┄┄┄ nginx ○ ──✗ Hermes ○ ┄┄┄ Claude ○';
  test.each([
    ['other parts may be further', CUT, ' browser ● ─── nginx ● ──✗ Hermes ○ ─── Claude ●', false],
    ['it is cut elsewhere', CUT, ' browser ● ──✗ nginx ○ ┄┄┄ Hermes ○ ┄┄┄ Claude ○', true],
    ['it is not cut', CUT, ' browser ● ┄┄┄ nginx ○ ┄┄┄ Hermes ○ ┄┄┄ Claude ○', true],
    ['whole is whole', ' browser ● ─── nginx ● ─── Claude ●', ' browser ● ─── nginx ● ┄┄┄ Claude ●', true],
  ])('%s', (_, was, is, differs) => {
    expect(difference(run(['a', is]), run(['a', was])) !== undefined).toBe(differs);
  });
});

test('a recording holds no password, and compares as equal to what it was made from', () => {
  expect(recordingText(droplet)).not.toContain('y4sdq');
  expect(difference(readRecorded(), readRecorded())).toBeUndefined();
});
