import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { cached, entries } from './cache.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'otto-cache-test-'));
  vi.stubEnv('OTTO_DROPLET_CACHE', root);
  // Progress is for people; here it would only be noise.
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

/** Builds an entry of two files, and counts how often it was asked to. */
function builder(text = 'content') {
  const state = { builds: 0 };
  const build = async (dir: string): Promise<void> => {
    state.builds += 1;
    await mkdir(join(dir, 'sub'));
    await writeFile(join(dir, 'sub', 'file'), text);
    await writeFile(join(dir, 'other'), '');
  };
  return { state, build };
}

test('a finished entry is built once and then found', async () => {
  const { state, build } = builder();
  const first = await cached('thing', 'recipe', build);
  const second = await cached('thing', 'recipe', build);
  expect(second).toBe(first);
  expect(state.builds).toBe(1);
  expect(await readFile(join(first, 'sub', 'file'), 'utf8')).toBe('content');
  expect(await entries()).toEqual([{ name: 'thing', dir: first, seconds: 0, bytes: 7 }]);
});

test('another recipe is another entry, and the old one stays', async () => {
  const first = await cached('thing', 'recipe', builder('old').build);
  const second = await cached('thing', 'changed recipe', builder('new').build);
  expect(second).not.toBe(first);
  expect(await readFile(join(first, 'sub', 'file'), 'utf8')).toBe('old');
  expect(await readFile(join(second, 'sub', 'file'), 'utf8')).toBe('new');
});

test('a build that fails leaves no entry, and the next one starts in an empty directory', async () => {
  const failing = cached('thing', 'recipe', async (dir) => {
    await writeFile(join(dir, 'half'), 'half');
    throw new Error('the download broke off');
  });
  await expect(failing).rejects.toThrow('the download broke off');
  expect(await entries()).toEqual([]);
  const dir = await cached('thing', 'recipe', builder().build);
  expect((await readdir(dir)).sort()).toEqual(['other', 'sub']);
});

type Damage = (dir: string) => Promise<void>;

test.each<[string, Damage]>([
  ['its mark is missing, as after a power cut', (dir) => rm(`${dir}.complete.json`)],
  ['its mark is half-written', (dir) => writeFile(`${dir}.complete.json`, '{"name":')],
  ['a file is gone', (dir) => rm(join(dir, 'other'))],
  ['a file was cut short', (dir) => writeFile(join(dir, 'sub', 'file'), 'cont')],
  ['a file was added', (dir) => writeFile(join(dir, 'sub', 'more'), '')],
  ['its directory is gone', (dir) => rm(dir, { recursive: true })],
])('an entry is built again when %s', async (_what, damage) => {
  const { state, build } = builder();
  const dir = await cached('thing', 'recipe', build);
  await damage(dir);
  expect(await cached('thing', 'recipe', build)).toBe(dir);
  expect(state.builds).toBe(2);
  expect(await readFile(join(dir, 'sub', 'file'), 'utf8')).toBe('content');
  expect((await readdir(join(dir, 'sub'))).sort()).toEqual(['file']);
});

test('who asks while it is being built waits for it instead of building it as well', async () => {
  const { state, build } = builder();
  let finish = (): void => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const slow = async (dir: string): Promise<void> => {
    await finished;
    await build(dir);
  };
  const all = [cached('thing', 'recipe', slow), cached('thing', 'recipe', slow)];
  const early = await Promise.race([
    ...all,
    new Promise((resolve) => setTimeout(resolve, 200, 'still waiting')),
  ]);
  expect(early).toBe('still waiting');
  finish();
  const [first, second] = await Promise.all(all);
  expect(second).toBe(first);
  expect(state.builds).toBe(1);
});

test('other entries are not waited for', async () => {
  let finish = (): void => {};
  const slow = cached('slow', 'recipe', () => new Promise<void>((resolve) => (finish = resolve)));
  const quick = await cached('quick', 'recipe', builder().build);
  expect(await Promise.race([slow, quick])).toBe(quick);
  await vi.waitFor(async () =>
    expect((await readdir(root)).some((name) => /^slow-.*part$/.test(name))).toBe(true),
  );
  finish();
  expect((await entries()).map((entry) => entry.name)).toEqual(['quick']);
  await slow;
});
