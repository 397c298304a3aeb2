import { execFile, spawn } from 'node:child_process';
import {
  chmod,
  chown,
  lchown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HostError } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local.ts';
import { Secret, secretText } from '../../src/secret/secret.ts';

const host = new LocalHost();
const asRoot = process.getuid?.() === 0;
const owner = `${userInfo().uid}:${userInfo().gid}`;
let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('writing', () => {
  test('puts the content there with its mode, secrets in clear', async () => {
    await host.writeFile(at('env'), secretText`KEY=${new Secret('the-clear-value')}\n`, {
      mode: 0o640,
      owner,
    });
    expect(await readFile(at('env'), 'utf8')).toBe('KEY=the-clear-value\n');
    expect(await host.stat(at('env'))).toMatchObject({ kind: 'file', mode: 0o640, size: 20 });
  });

  test('makes no program that gives away rights, also when the mode comes from what was there', async () => {
    await host.writeFile(at('program'), 'x', { mode: 0o6755, owner });
    expect(await host.stat(at('program'))).toMatchObject({ mode: 0o755 });
  });

  test('does not depend on the umask', async () => {
    const before = process.umask(0o077);
    await host.writeFile(at('open'), 'x', { mode: 0o666, owner });
    process.umask(before);
    expect(await host.stat(at('open'))).toMatchObject({ mode: 0o666 });
  });

  test.runIf(asRoot)('gives the file to a user and group by name', async () => {
    await host.writeFile(at('x'), 'x', { mode: 0o600, owner: 'nobody:daemon' });
    expect(await host.stat(at('x'))).toMatchObject({ owner: 'nobody', group: 'daemon' });
  });

  test('follows a link to its target, also one that is not there yet', async () => {
    await mkdir(at('real'));
    await symlink('real/file', at('link'));
    await host.writeFile(at('link'), 'first', { mode: 0o600, owner });
    await host.writeFile(at('link'), 'second', { mode: 0o600, owner });
    expect(await readFile(at('real/file'), 'utf8')).toBe('second');
    expect(await host.stat(at('link'))).toMatchObject({ kind: 'symlink' });
  });

  test.each([
    ['missing/file', '0:0', 'its directory does not exist'],
    ['', '0:0', 'could not be written'],
    ['x', 'no-such-user-here:root', 'There is no user no-such-user-here'],
  ])('to %j of %s is refused with words, and leaves nothing behind', async (name, wanted, words) => {
    await expect(host.writeFile(at(name), 'x', { mode: 0o600, owner: wanted })).rejects.toThrow(words);
    await expect(host.writeFile(at(name), 'x', { mode: 0o600, owner: wanted })).rejects.toThrow(HostError);
    expect(await readdir(folder)).toEqual([]);
  });

  test('removes what one that was killed had written so far, and nothing else', async () => {
    const hex = '0123456789ab';
    const dead = [`.state.5000000.${hex}.tmp`, `.state.${hex}.tmp`];
    const others = [
      `.state.${process.pid}.${hex}.tmp`,
      `.other.5000000.${hex}.tmp`,
      '.state.tmp',
      '.state.old.tmp',
    ];
    for (const name of [...dead, ...others]) await writeFile(at(name), 'half a sec');
    await host.writeFile(at('state'), 'whole', { mode: 0o600, owner });
    expect((await readdir(folder)).toSorted()).toEqual([...others, 'state'].toSorted());
  });

  test('leaves the old or the new content, whole, wherever it is killed', async () => {
    const path = at('state');
    await host.writeFile(path, 'a'.repeat(300_000), { mode: 0o600, owner });
    for (let round = 0; round < 5; round += 1) {
      const program = new URL('programs/write-forever.ts', import.meta.url).pathname;
      const writer = spawn(process.execPath, [program, path, owner], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await new Promise((resolve) => writer.stdout.once('data', resolve));
      await new Promise((resolve) => setTimeout(resolve, 5 + round * 5));
      writer.kill('SIGKILL');
      await new Promise((resolve) => writer.once('exit', resolve));
      const content = await readFile(path, 'utf8');
      expect(content).toHaveLength(300_000);
      expect(new Set(content).size).toBe(1);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });
});

/** What the deploy user may do in folders of its own, and what root must not make of it. */
describe.runIf(asRoot)('with folders and links of another user', () => {
  const [cleo, mallory] = [64_001, 64_002];
  /** A number without an account has nobody's group. */
  const cleos = `${cleo}:65534`;

  beforeEach(async () => {
    await chmod(folder, 0o755);
    for (const [name, uid] of [
      ['etc', 0],
      ['home', cleo],
      ['data', cleo],
      ['other', mallory],
    ] as const) {
      await mkdir(at(name));
      await writeFile(at(`${name}/shadow`), `the ${name} secret`, { mode: 0o600 });
      await chown(at(name), uid, uid);
      await chown(at(`${name}/shadow`), uid, uid);
    }
  });

  async function link(target: string, name: string, uid: number) {
    await symlink(at(target), at(name));
    await lchown(at(name), uid, uid);
  }

  test.each([
    ['a link in the place of the file', 'etc/shadow', 'home/.env', 'home/.env'],
    ['a link in the place of its folder', 'etc', 'home/.hermes', 'home/.hermes/shadow'],
    ['a link to what is another user’s', 'other/shadow', 'home/.env', 'home/.env'],
    ['a link to what is not there yet', 'etc/new', 'home/.env', 'home/.env'],
  ])('neither reads nor writes through %s', async (_case, target, name, path) => {
    await link(target, name, cleo);
    const words = 'leads through a link of 64001';
    await expect(host.writeFile(at(path), 'x', { mode: 0o600, owner: cleos })).rejects.toThrow(words);
    if (!target.endsWith('new')) await expect(host.readFile(at(path))).rejects.toThrow(words);
    expect(await readFile(at('etc/shadow'), 'utf8')).toBe('the etc secret');
    expect(await readFile(at('other/shadow'), 'utf8')).toBe('the other secret');
    expect((await stat(at('etc/shadow'))).uid).toBe(0);
    expect((await readdir(at('etc'))).sort()).toEqual(['shadow']);
  });

  test('reads nothing of root’s that the user moved to where it is looked for', async () => {
    await writeFile(at('data/kept-by-root'), 'x', { mode: 0o600 });
    await link('data/kept-by-root', 'home/.env', cleo);
    await expect(host.readFile(at('home/.env'))).rejects.toThrow('a link of 64001');
  });

  test.each([
    ['the user’s own links to what is the user’s', cleo],
    ['links of root’s, which the user may have moved there,', 0],
  ])('follows, as that user, %s', async (_case, uid) => {
    await link('data', 'home/.hermes', uid);
    const path = at('home/.hermes/shadow');
    expect(await host.readFile(path)).toBe('the data secret');
    await host.writeFile(path, 'new', { mode: 0o600, owner: cleos });
    expect(await readFile(at('data/shadow'), 'utf8')).toBe('new');
    expect(await host.stat(path)).toMatchObject({ uid: cleo, mode: 0o600 });
  });
});

describe('reading', () => {
  test('of a named pipe or a device does not hang', async () => {
    await promisify(execFile)('mkfifo', [at('pipe')]);
    await symlink('/dev/zero', at('zeros'));
    await expect(host.readFile(at('pipe'))).rejects.toThrow('it is no file, but a pipe or a device');
    await expect(host.readFile(at('zeros'))).rejects.toThrow('it is no file, but a pipe or a device');
  });

  test('goes through links, and shows what the kernel makes up', async () => {
    await mkdir(at('real'));
    await writeFile(at('real/file'), 'content');
    await symlink('real', at('folder'));
    await symlink('../folder/./file', at('real/link'));
    expect(await host.readFile(at('folder/link'))).toBe('content');
    expect(await host.readFile('/proc/self/stat')).toContain('(');
  });

  test('what is not there is undefined', async () => {
    await writeFile(at('file'), '');
    expect(await host.readFile(at('none'))).toBeUndefined();
    expect(await host.readFile(at('file/below'))).toBeUndefined();
    expect(await host.stat(at('none'))).toBeUndefined();
    expect(await host.list(at('none'))).toBeUndefined();
    expect(await host.readFile(at('file'))).toBe('');
  });

  test('what cannot be read is an error with words', async () => {
    await expect(host.readFile(folder)).rejects.toThrow('it is a directory');
  });

  test('a folder is listed in order', async () => {
    for (const name of ['b', 'a', 'c']) await writeFile(at(name), '');
    expect(await host.list(folder)).toEqual(['a', 'b', 'c']);
  });
});
