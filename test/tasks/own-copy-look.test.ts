import { expect, test } from 'vitest';
import { rehearsedProgram } from '../../src/system/own-program.ts';
import { lookAtOwnCopy } from '../../src/tasks/own-copy/look.ts';
import { folderOf } from '../../src/tasks/own-copy/places.ts';
import { FakeHost } from '../engine/fake-host.ts';

const { version } = rehearsedProgram();
const LIST = `${'a'.repeat(64)}  node\n`;

/** A machine with a copy, and what the two programs say of it. */
function machine(openssl: object, sha256sum: object = { exitCode: 127 }) {
  const host = new FakeHost();
  host.list = async () => [version];
  host.files.set(`${folderOf(version)}/SHA256SUMS`, { content: LIST, mode: 0o644, owner: 'root:root' });
  host.commands.openssl = () => openssl;
  host.commands.sha256sum = () => sha256sum;
  return host;
}
const whole = async (host: FakeHost) => (await lookAtOwnCopy(host, { user: 'cleo' })).whole;

test.each([
  ['OpenSSL says what is listed', { stdout: LIST.replace('  ', ' *') }, undefined, true],
  ['OpenSSL says something else', { stdout: `${'b'.repeat(64)} *node\n` }, undefined, false],
  ['there is no OpenSSL', { exitCode: 127 }, { exitCode: 0 }, true],
  ['a file is gone', { exitCode: 1 }, { exitCode: 1 }, false],
  ['OpenSSL prints a page', { stdout: '<html>' }, { exitCode: 0 }, true],
])('%s', async (_, openssl, sha256sum, expected) => {
  expect(await whole(machine(openssl, sha256sum))).toBe(expected);
});

test('where neither can tell it is not called damaged', async () => {
  await expect(whole(machine({ exitCode: 124 }, { exitCode: 137 }))).rejects.toThrow(
    'sha256sum ended with 137',
  );
});
