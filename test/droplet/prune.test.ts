import { expect, test } from 'vitest';
import { outdated } from './prune.ts';

const old = 'images-000000000000';
const now = 'images-111111111111';
const files = (entry: string) => [entry, `${entry}.complete.json`, `${entry}.lock`];

test('only older versions of what is used go, and what was not finished', () => {
  const names = [
    ...files(old),
    ...files(now),
    ...files('hermes-sources-222222222222'),
    ...['droplets', 'states', 'images-333333333333.part'],
  ];
  expect(outdated(names, [now], [])).toEqual([...files(old), 'images-333333333333.part']);
});

test('what a saved state stands on stays', () => {
  expect(outdated(files(old), [now], [`{"base": "/cache/${old}"}`])).toEqual([]);
});

test('a name that begins like another one is another one', () => {
  expect(outdated(files('images-small-000000000000'), [now], [])).toEqual([]);
});
