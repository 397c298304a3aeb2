import { expect, test } from 'vitest';
import { NPM_FAILURES } from '../../../src/system/claude/claude-cli.ts';

test.each([
  // npm 11 and 9 about a portal page.
  [
    `npm error invalid json response body at http://r/x reason: Unexpected token '<', "<html><hea"... is not valid JSON`,
    /web page/,
  ],
  [
    'npm ERR! invalid json response body at https://r/x reason: Unexpected token < in JSON at position 0',
    /web page/,
  ],
  ['npm error code E404', /does not have/],
  ['npm error code ENOTFOUND', /DNS/],
])('%s', (output, meaning) => {
  const known = NPM_FAILURES.find(({ pattern }) => new RegExp(pattern, 'im').test(output));
  expect(known?.reason).toMatch(meaning);
});
