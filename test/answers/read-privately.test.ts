import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { AnswersFileError, readPrivately } from '../../src/answers/read-privately.ts';

const folder = mkdtempSync(join(tmpdir(), 'otto-inputs-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const isRoot = process.getuid?.() === 0;
const MOST = 64 * 1024;
const read = (path: string) =>
  readPrivately({ path, what: 'the answers file', mostBytes: MOST, patienceMs: 150 });

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function fifo(name: string): string {
  const path = join(folder, name);
  execFileSync('mkfifo', ['-m', '600', path]);
  return path;
}

describe('what is no file and no pipe has words of its own, at once', () => {
  test.each([
    ['a device without an end', '/dev/zero', 'is a device'],
    ['a device that is full', '/dev/full', 'is a device'],
    ['nothing', '/dev/null', 'is a device'],
    ['a folder', folder, 'is a folder'],
    ['what is not there', join(folder, 'nowhere'), 'There is no'],
  ])('%s', (_, path, words) => {
    const before = Date.now();
    expect(() => read(path)).toThrow(AnswersFileError);
    expect(() => read(path)).toThrow(words);
    expect(Date.now() - before).toBeLessThan(1_000);
  });

  test('a pipe that nobody writes to', () => {
    const path = fifo('silent');
    expect(() => read(path)).toThrow('nobody wrote to it');
  });

  test('a pipe that somebody opens and writes nothing to', async () => {
    const path = fifo('open');
    const holder = spawn('sh', ['-c', `exec 3<>"${path}"; sleep 5`]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(() => read(path)).toThrow('nobody wrote to it');
    holder.kill();
  });

  test('a huge file of holes, and a pipe without an end', async () => {
    const path = file('huge', '');
    truncateSync(path, 1024 ** 4);
    expect(() => read(path)).toThrow('larger than 64 KB');
    const endless = fifo('endless');
    const writer = spawn('sh', ['-c', `cat /dev/zero > "${endless}"`], { detached: true });
    expect(() => read(endless)).toThrow('larger than 64 KB');
    writer.kill();
  });

  test('a link that leads round in a circle, and what is not text', () => {
    symlinkSync('round', join(folder, 'round'));
    expect(() => read(join(folder, 'round'))).toThrow('ELOOP');
    const path = join(folder, 'bytes');
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00]), { mode: 0o600 });
    expect(() => read(path)).toThrow('not text in UTF-8');
  });
});

describe('what can be read', () => {
  test('a file, and one that is read by others with a warning', () => {
    expect(read(file('private', 'user: a'))).toEqual({ text: 'user: a' });
    expect(read(file('open-to-all', 'user: a', 0o644)).warning).toContain('chmod 600');
  });

  test('a pipe that is written to slowly', () => {
    const path = fifo('slow');
    spawn('sh', ['-c', `(printf user; sleep 0.1; printf ': a') > "${path}"`]);
    expect(read(path).text).toBe('user: a');
  });
});

describe.runIf(isRoot)('root believes only what nobody else can write', () => {
  test.each<[string, () => string, string]>([
    [
      'a file of another user',
      () => {
        const path = file('theirs', 'user: a');
        chownSync(path, 12_345, 12_345);
        return path;
      },
      'belongs to another user (uid 12345)',
    ],
    ['a file that all can write', () => file('all', 'user: a', 0o666), 'every user'],
    [
      'a file of root in a folder of another user',
      () => {
        const path = file('home/of/root', 'user: a');
        chownSync(join(folder, 'home'), 12_345, 12_345);
        return path;
      },
      'the folder',
    ],
    [
      'the same through a link of root',
      () => {
        const path = file('home2/answers', 'user: a');
        chownSync(join(folder, 'home2'), 12_345, 12_345);
        symlinkSync(path, join(folder, 'link'));
        return join(folder, 'link');
      },
      'the folder',
    ],
    [
      'a folder that all can write',
      () => {
        const path = file('common/answers', 'user: a');
        chmodSync(join(folder, 'common'), 0o777);
        return path;
      },
      'every user can write to the folder',
    ],
  ])('%s', (_, make, words) => {
    const path = make();
    expect(() => read(path)).toThrow(words);
    expect(() => read(path)).toThrow('mode 0600');
  });

  test('whoever typed sudo counts as root, and a group is warned of', () => {
    const path = file('sudo/answers', 'user: a', 0o660);
    chownSync(join(folder, 'sudo'), 12_345, 12_345);
    chownSync(path, 12_345, 12_345);
    vi.stubEnv('SUDO_UID', '12345');
    expect(read(path).warning).toContain('chmod g-w');
  });
});
