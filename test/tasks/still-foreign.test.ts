import { expect, test } from 'vitest';
import { firstForeign } from '../../src/tasks/still-foreign.ts';
import { FakeHost } from '../engine/fake-host.ts';

test.each([
  ['somebody else’s', '/a/of-root', '/a/of-root'],
  ['the user’s own by now', '/a/of-cleo', undefined],
  ['gone by now', '/a/gone', undefined],
  ['nothing found', '', undefined],
])('%s', async (_, path, expected) => {
  const host = new FakeHost();
  host.files.set('/a/of-root', { content: '', mode: 0o600, owner: 'root:root' });
  host.files.set('/a/of-cleo', { content: '', mode: 0o600, owner: 'cleo:cleo' });
  expect(await firstForeign(host, { stdout: path === '' ? '' : `${path}\0` }, 'cleo')).toBe(expected);
});
