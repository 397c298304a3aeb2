import { describe, expect, test } from 'vitest';
import type { WriteFile } from '../../src/engine/contracts/action.ts';
import { Ledger } from '../../src/engine/records/ledger.ts';
import { shellWord, viewAction } from '../../src/engine/view.ts';
import { Secret, type SecretText, secretText } from '../../src/secret/secret.ts';
import { FakeHost } from './fake-host.ts';
import { run } from './tools.ts';

function write(content: SecretText): WriteFile {
  return { kind: 'write-file', path: '/etc/x', content, mode: 0o600, owner: 'cleo:cleo', purpose: 'Write x' };
}

async function viewOver(old: string | undefined, content: SecretText) {
  const host = new FakeHost();
  if (old !== undefined) host.files.set('/etc/x', { content: old, mode: 0o600, owner: 'root:root' });
  const ledger = new Ledger(host, '/state', 'r1');
  return viewAction(write(content), { host, origin: (path) => ledger.origin(path) });
}

describe('a file that is to be written', () => {
  test('is shown as the lines that change', async () => {
    expect(await viewOver('a\nb\nc\n', 'a\nB\nc\n')).toEqual({
      kind: 'write-file',
      purpose: 'Write x',
      path: '/etc/x',
      mode: '0600',
      owner: 'cleo:cleo',
      change: 'not-ours',
      diff: '@@ -1,3 +1,3 @@\n a\n-b\n+B\n c',
    });
  });

  test('is shown whole when it is new', async () => {
    expect(await viewOver(undefined, 'a\n')).toMatchObject({ change: 'new', diff: '+a' });
  });

  test('that is there already shows no change', async () => {
    expect(await viewOver('a\n', 'a\n')).toMatchObject({ change: 'unchanged', diff: '' });
  });

  test('shows that a secret changes, and neither the old nor the new one', async () => {
    const view = await viewOver(
      'PORT=1\nMY_KEY=the-old-value\n',
      secretText`PORT=1\nMY_KEY=${new Secret('the-new-value')}\n`,
    );
    expect(view).toMatchObject({ diff: '@@ -1,2 +1,2 @@\n PORT=1\n-MY_KEY=••••\n+MY_KEY=••••' });
  });

  test('with a secret of several lines shows none of them', async () => {
    const view = await viewOver('old\n', secretText`a\n${new Secret('line one of it\nline two of it')}\nb\n`);
    expect(JSON.stringify(view)).not.toMatch(/line (one|two)/);
  });
});

describe('a command', () => {
  const show = (changes: object) =>
    viewAction(
      { ...run('git', 'clone', 'a b', "it's"), ...changes },
      {
        host: new FakeHost(),
        origin: async () => 'absent',
      },
    );

  test('is shown as one would type it', async () => {
    expect(await show({ env: { LANG: 'C', WORDS: 'two words' }, user: 'cleo', cwd: '/srv' })).toEqual({
      kind: 'run',
      purpose: 'Run git',
      user: 'cleo',
      cwd: '/srv',
      command: "LANG=C WORDS='two words' git clone 'a b' 'it'\\''s'",
    });
  });

  test('shows its input masked', async () => {
    expect(await show({ input: secretText`{"password":"${new Secret('correct horse')}"}` })).toMatchObject({
      input: '{"password":"••••"}',
    });
  });
});

test.each([
  ['plain', 'plain'],
  ['/a/b.c', '/a/b.c'],
  ['', "''"],
  ['a;b', "'a;b'"],
  ['$HOME', "'$HOME'"],
])('the shell word of %j is %s', (word, quoted) => {
  expect(shellWord(word)).toBe(quoted);
});
