import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/host/lines.ts';

test.each([
  ['lines', ['a\nb\n'], ['a', 'b']],
  ['a last line without an end', ['a\nb'], ['a', 'b']],
  ['carriage returns', ['1%\r2%\r'], ['1%', '2%']],
  ['a line end cut in two', ['a\r', '\nb'], ['a', 'b']],
  ['a line in pieces', ['hel', 'lo\n'], ['hello']],
  ['colours and titles', ['\u001b[32mgreen\u001b[0m\n\u001b]0;title\u0007x\n'], ['green', 'x']],
  ['empty lines', ['\n\n  \na\n'], ['a']],
  ['tabs and bells', ['a\tb\u0007\n'], ['a b']],
])('%s', (_name, chunks, expected) => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(Buffer.from(chunk));
  splitter.end();
  expect(lines).toEqual(expected);
});

test('a letter that is cut between two chunks arrives whole', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const byte of Buffer.from('grün\n')) splitter.push(Buffer.of(byte));
  expect(lines).toEqual(['grün']);
});

test('output without any line end does not pile up', () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (let count = 0; count < 100; count += 1) splitter.push(Buffer.from('x'.repeat(1_000)));
  expect(lines.length).toBeGreaterThan(3);
});
