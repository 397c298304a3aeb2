import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/engine/records/lock.ts';
import { Log } from '../../src/engine/records/log.ts';
import { makePrivateFolders } from '../../src/engine/records/state-dir.ts';
import { LocalHost } from '../../src/host/local.ts';
import { inPrivateFolder } from '../../src/host/private-folder.ts';

const asRoot = process.getuid?.() === 0;
const CLEO = 12_345;
let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otto-private-'));
  chmodSync(folder, 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a folder of our own is made with those above it, for us alone', async () => {
  await inPrivateFolder(at('a/b/c'), (place) => writeFileSync(`${place}/file`, ''));
  for (const name of ['a', 'a/b', 'a/b/c']) expect(statSync(at(name)).mode & 0o777).toBe(0o700);
  expect(existsSync(at('a/b/c/file'))).toBe(true);
});

test.each([
  ['is a file', () => writeFileSync(at('log'), ''), 'there is a file of that name'],
  [
    'can be written by everybody',
    () => {
      mkdirSync(at('log'));
      chmodSync(at('log'), 0o777);
    },
    'others than root',
  ],
])('one that %s is not used', async (_what, leave, words) => {
  leave();
  await expect(inPrivateFolder(at('log'), () => undefined)).rejects.toThrow(words);
});

describe.runIf(asRoot)('in a folder of another user', () => {
  beforeEach(() => {
    mkdirSync(at('outside'));
    mkdirSync(at('home'));
    chownSync(at('home'), CLEO, CLEO);
    symlinkSync(at('outside'), at('home/state'));
  });

  test('neither log, lock nor state goes through a link', async () => {
    await expect(Log.open(at('home/state'), 'check', 0)).rejects.toThrow('others than root');
    await expect(acquireLock(at('home/state'), { mode: 'install', version: '1' })).rejects.toThrow(
      'others than root',
    );
    await expect(makePrivateFolders(new LocalHost(), [at('home/state/x')])).rejects.toThrow(
      '12345 may write there',
    );
    expect(existsSync(at('outside/x'))).toBe(false);
  });

  test('nothing is made where that user could swap it', async () => {
    await expect(makePrivateFolders(new LocalHost(), [at('home/new/deeper')])).rejects.toThrow(
      '12345 may write there',
    );
    expect(existsSync(at('home/new'))).toBe(false);
  });
});
