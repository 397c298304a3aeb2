import { expect, test } from 'vitest';
import { isSaidOfEach, isWhatIsListed, namesIn } from '../../src/tasks/own-copy/manifest.ts';

const sum = (digit: string) => digit.repeat(64);
const LIST = `${sum('a')}  bin/otto-install\n${sum('b')}  a name with spaces\n${sum('c')}  node\n`;
/** As `openssl dgst -r` says it. */
const SEEN = LIST.replaceAll('  ', ' *');

test('the names in a list of checksums', () => {
  expect(namesIn(LIST)).toEqual(['bin/otto-install', 'a name with spaces', 'node']);
  expect(namesIn('')).toEqual([]);
});

test.each([
  ['all as listed', LIST, SEEN, true],
  ['as sha256sum says it', LIST, LIST, true],
  ['one is another', LIST, SEEN.replace(sum('c'), sum('d')), false],
  ['one could not be read', LIST, SEEN.replace(/.* \*node\n/, ''), false],
  ['nothing was said', LIST, '', false],
  ['the list is cut off', LIST.slice(0, -40), SEEN, false],
  ['the list is empty', '', '', false],
])('%s', (_, list, seen, whole) => {
  expect(isWhatIsListed(list, seen)).toBe(whole);
});

test('whether a sum was said of each', () => {
  const names = namesIn(LIST);
  expect(isSaidOfEach(names, SEEN)).toBe(true);
  expect(isSaidOfEach(names, SEEN.replace(/.* \*node\n/, ''))).toBe(false);
  expect(isSaidOfEach(names, '<html>a page</html>')).toBe(false);
});
