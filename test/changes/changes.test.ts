import { describe, expect, test } from 'vitest';
import { changesFor, changeText, timeText } from '../../src/changes/changes.ts';
import { compare } from '../../src/changes/compare.ts';
import { changesSinceHealthy, keepHealthy, lastHealthy } from '../../src/changes/healthy.ts';
import { type Item, type Snapshot, takeSnapshot } from '../../src/changes/snapshot.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { answersWith } from '../tasks/answers.ts';

const env: Item = {
  what: '/home/cleo/.hermes/.env',
  tasks: ['hermes-config'],
  hash: 'a',
  owner: 'cleo:cleo 0600',
  at: 5,
};
const docker: Item = { what: 'the package docker.io', tasks: ['docker'], value: '24.0' };
const then: Snapshot = { items: { 'file:/env': env, 'package:docker.io': docker }, unknown: [] };
const now = (changes: Record<string, Item | undefined>, unknown: string[] = []): Snapshot => ({
  items: Object.fromEntries(
    Object.entries({ ...then.items, ...changes }).flatMap(([key, item]) =>
      item === undefined ? [] : [[key, item]],
    ),
  ),
  unknown,
});

test.each([
  ['a branch', 'ref: refs/heads/main', '0123456789abcdef'],
  ['words that lead elsewhere', 'ref: ../../../../../etc/shadow', undefined],
  ['words that lead elsewhere by a branch', 'ref: refs/../../../../../../etc/shadow', undefined],
  ['words that are no commit', 'root:$6$salt', undefined],
])('of Hermes’s code only a commit is kept: %s', async (_what, head, commit) => {
  const host = new FakeHost();
  const file = (path: string, content: string) =>
    host.files.set(path, { content, mode: 0o644, owner: 'cleo:cleo' });
  const git = '/home/cleo/.hermes/hermes-agent/.git';
  file(`${git}/HEAD`, `${head}\n`);
  file(`${git}/refs/heads/main`, '0123456789abcdef\n');
  // As a path that is not normal leads there.
  for (const ref of ['../../../../../etc/shadow', 'refs/../../../../../../etc/shadow'])
    file(`${git}/${ref}`, 'root:$6$salt');
  const { items } = await takeSnapshot(host, answersWith(), 'salt');
  expect(items.hermes?.value).toBe(commit?.slice(0, 9));
});

describe('what changed since all was healthy', () => {
  test.each<[string, Snapshot, readonly unknown[]]>([
    ['nothing', now({}), []],
    [
      'the content of a file, with its time',
      now({ 'file:/env': { ...env, hash: 'b', at: 9 } }),
      [{ what: env.what, tasks: env.tasks, at: 9 }],
    ],
    ['only the time of a file', now({ 'file:/env': { ...env, at: 9 } }), []],
    [
      'its mode',
      now({ 'file:/env': { ...env, owner: 'cleo:cleo 0644' } }),
      [{ what: env.what, tasks: env.tasks, how: 'mode 0600 → 0644' }],
    ],
    [
      'its owner and mode',
      now({ 'file:/env': { ...env, owner: 'root:root 0644' } }),
      [{ what: env.what, tasks: env.tasks, how: 'owner cleo:cleo → root:root, mode 0600 → 0644' }],
    ],
    [
      'a release',
      now({ 'package:docker.io': { ...docker, value: '26.1' } }),
      [{ what: docker.what, tasks: docker.tasks, how: '24.0 → 26.1' }],
    ],
    [
      'a file that is gone',
      now({ 'file:/env': undefined }),
      [{ what: env.what, tasks: env.tasks, how: 'gone' }],
    ],
    [
      'a file that is new',
      now({ 'file:/new': { what: '/new', tasks: [], hash: 'x', at: 7 } }),
      [{ what: '/new', tasks: [], how: 'new', at: 7 }],
    ],
    ['what could not be asked is not called gone', now({ 'package:docker.io': undefined }, ['packages']), []],
    ['a file that could not be read is not called gone', now({ 'file:/env': undefined }, ['file:/env']), []],
  ])('%s', (_, snapshot, changes) => {
    expect(compare(then, snapshot)).toEqual(changes);
  });

  test('stands beside what it may have caused', () => {
    const changes = { since: 0, changed: compare(then, now({ 'file:/env': { ...env, hash: 'b' } })) };
    expect(changesFor(changes, 'hermes-config')).toHaveLength(1);
    expect(changesFor(changes, 'paperclip')).toEqual([]);
    expect(changesFor(undefined, 'hermes-config')).toEqual([]);
  });

  test('is said with its time', () => {
    const noon = new Date(2026, 10, 22, 14, 2).getTime();
    expect(timeText(noon, noon + 3_600_000)).toBe('14:02 today');
    expect(timeText(noon, noon + 86_400_000)).toBe('22 Nov 14:02');
    expect(timeText(noon, noon + 300 * 86_400_000)).toBe('22 Nov 2026');
    expect(changeText({ what: '/env', how: 'new', at: noon, tasks: [] }, noon)).toBe(
      '/env (new), 14:02 today',
    );
  });
});

describe('the record of a healthy droplet', () => {
  const ENV = '/home/cleo/.hermes/.env';
  const droplet = () => {
    const host = new FakeHost();
    const none = () => ({ stdout: '[]' });
    Object.assign(host.commands, {
      'dpkg-query': none,
      ip: none,
      docker: () => ({ exitCode: 1, stderr: 'No such container' }),
    });
    return host;
  };

  test('is kept without what stands in the files, and compared later', async () => {
    const host = droplet();
    await host.writeFile(ENV, 'API_SERVER_KEY=very-secret-indeed\n', { mode: 0o600 });
    expect(await changesSinceHealthy(host, answersWith())).toBeUndefined();
    await keepHealthy(host, answersWith());
    expect(JSON.stringify(await lastHealthy(host))).not.toContain('very-secret');
    expect((await changesSinceHealthy(host, answersWith()))?.changed).toEqual([]);
    await host.writeFile(ENV, 'API_SERVER_KEY=another\n', { mode: 0o600 });
    expect((await changesSinceHealthy(host, answersWith()))?.changed).toMatchObject([{ what: ENV }]);
  });

  test('that is damaged counts as none', async () => {
    const host = droplet();
    await host.writeFile('/var/lib/otto-install/healthy.json', '{"at": 1', { mode: 0o600 });
    expect(await lastHealthy(host)).toBeUndefined();
  });

  test('is not worth a word when it cannot be written', async () => {
    const host = droplet();
    host.writeFile = () => Promise.reject(new Error('read-only file system'));
    await expect(keepHealthy(host, answersWith())).resolves.toBeUndefined();
  });
});
