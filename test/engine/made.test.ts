import { expect, test } from 'vitest';
import type { Action } from '../../src/engine/contracts/action.ts';
import type { Presence, Thing } from '../../src/engine/contracts/thing.ts';
import { things } from '../../src/engine/contracts/thing.ts';
import { Ledger, notedFiles } from '../../src/engine/records/ledger.ts';
import { notedThings } from '../../src/engine/records/ledger-things.ts';
import { STATE_DIR } from '../../src/engine/records/state-dir.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, fix, installs, run, task } from './tools.ts';

/** A machine on which packages can be there. */
function machine(...there: readonly string[]) {
  const host = new FakeHost();
  const packages = new Set(there);
  let silent = false;
  const presence: Presence = {
    package: async (_, names) => (silent ? undefined : new Set(names.filter((name) => packages.has(name)))),
  };
  const ledger = new Ledger(host, STATE_DIR, 'r1');
  return {
    host,
    packages,
    silence: (now: boolean) => {
      silent = now;
    },
    /** Makes (and removes) these; `effect` on the machine, and how it ends. */
    make: (
      makes: readonly Thing[],
      effect: () => unknown = () => makes.map(({ name }) => packages.add(name)),
      failure?: string,
      removes: readonly Thing[] = [],
    ) =>
      ledger.making({ makes, removes }, presence, async () => {
        effect();
        return failure;
      }),
    /** Name → state */
    noted: async () =>
      Object.fromEntries(((await notedThings(host)) ?? []).map(({ name, state }) => [name, state])),
  };
}
const [curl, git] = [things('package', 'curl'), things('package', 'git')];

test('what was there before is not ours, what is made is', async () => {
  const { make, noted } = machine('curl');
  await make([...curl, ...git]);
  expect(await noted()).toEqual({ curl: 'found', git: 'made' });
  // Made again, it stays what it was.
  await make([...curl, ...git]);
  expect(await noted()).toEqual({ curl: 'found', git: 'made' });
});

test('what failed half-way is ours once another attempt succeeds', async () => {
  const { make, noted, packages } = machine();
  await make(git, () => packages.add('git'), 'no configuration');
  expect(await noted()).toEqual({ git: 'begun' });
  await make(git);
  expect(await noted()).toEqual({ git: 'made' });
});

test('what succeeded and is not there was not made', async () => {
  const { make, noted } = machine();
  await make(git, () => undefined);
  expect(await noted()).toEqual({ git: 'begun' });
});

test('what is removed is not ours any more; what stays although it was to go is', async () => {
  const { make, noted, packages } = machine();
  await make([...curl, ...git]);
  await make([], () => packages.delete('git'), undefined, [...curl, ...git]);
  expect(await noted()).toEqual({ curl: 'made', git: 'removed' });
  packages.add('git');
  await make(git);
  expect(await noted()).toMatchObject({ git: 'found' });
});

test('what somebody else had is ours once they removed it and we made it, but not when we moved it', async () => {
  const { make, noted, packages } = machine('curl', 'git');
  await make([...curl, ...git]);
  packages.clear();
  await make([...curl, { kind: 'package', name: 'git', again: true }]);
  expect(await noted()).toEqual({ curl: 'made', git: 'found' });
});

test('where nobody could say whether it was there, it is taken for somebody’s', async () => {
  const { make, noted, silence } = machine();
  silence(true);
  await make(git);
  expect(await noted()).toEqual({ git: 'found' });
});

test('a kind that nobody can look for cannot be made twice', async () => {
  const { make, noted } = machine();
  await make(things('user', 'cleo'));
  expect(await noted()).toEqual({ cleo: 'made' });
});

test('a run notes its id, and nothing for what declares nothing', async () => {
  const host = new FakeHost();
  host.commands.make = () => ({});
  const makes: Action = { ...run('make', 'it'), makes: things('container', 'x') };
  let done = false;
  const acts = task('t', () => {
    const findings = done ? [] : [finding('f', { fixes: [fix([makes, run('make', 'other')])] })];
    done = true;
    return findings;
  });
  const { summary } = await finish([acts], { host });
  expect(await notedThings(host)).toMatchObject([
    { kind: 'container', name: 'x', state: 'made', run: summary.run },
  ]);
});

test('a file: whether one was there before ours', async () => {
  const { host } = machine();
  const ledger = new Ledger(host, STATE_DIR, 'r1');
  const put = (path: string, content: string) =>
    host.files.set(path, { content, mode: 0o644, owner: 'root:root' });
  const write = (path: string) => ledger.writing(path, 'ours', async () => void put(path, 'ours'));
  const found = async () =>
    Object.fromEntries((await notedFiles(host)).map((file) => [file.path, file.found]));
  put('/theirs', 'theirs');
  await write('/theirs');
  await write('/ours');
  put('/ours', 'edited');
  await write('/ours');
  expect(await found()).toEqual({ '/theirs': true, '/ours': false });
  host.files.delete('/theirs');
  await write('/theirs');
  expect(await found()).toEqual({ '/theirs': false, '/ours': false });
});

test('a ledger of release 1.0.0 says of its files that only its journals know, and keeps what it says', async () => {
  const { host, make, noted } = machine();
  const old = { sha256: ['a'.repeat(64)], at: '2026-11-22T20:00:00.000Z' };
  const put = (path: string, content: string) =>
    host.files.set(path, { content, mode: 0o600, owner: 'root:root' });
  put(`${STATE_DIR}/ledger.json`, JSON.stringify({ files: { '/old': old } }));
  put('/old', 'old');
  expect(await notedThings(host)).toBeUndefined();
  await make(git);
  await new Ledger(host, STATE_DIR, 'r1').writing('/old', 'new', async () => undefined);
  expect(await noted()).toEqual({ git: 'made' });
  expect(await notedFiles(host)).toMatchObject([{ path: '/old', found: undefined }]);
});

test('entries of a later release make nothing unreadable', async () => {
  const { host, make } = machine();
  const later = { kind: 'zone', name: 'x', state: 'made', run: 'r0', at: '2026-11-22T20:00:00.000Z' };
  host.files.set(`${STATE_DIR}/ledger.json`, {
    content: JSON.stringify({ files: {}, things: [later] }),
    mode: 0o600,
    owner: 'root:root',
  });
  await make(git);
  expect(await notedThings(host)).toMatchObject([later, { kind: 'package', name: 'git' }]);
});

test('a ledger that a later release wrote in another way is refused in words, and left as it is', async () => {
  const { host, make, packages } = machine();
  const content = JSON.stringify({ format: 2, files: 'in another shape', places: {} });
  host.files.set(`${STATE_DIR}/ledger.json`, { content, mode: 0o600, owner: 'root:root' });
  const refused = /written by a newer otto-install.*Nothing was changed.*Type `otto-install`/s;
  await expect(notedThings(host)).rejects.toThrow(refused);
  await expect(make(git)).rejects.toThrow(refused);
  expect([...packages]).toEqual([]);
  // Not even begun: no question, no action.
  const { summary, events } = await finish([installs('one')], { host });
  expect(events.filter(({ type }) => type === 'action-started')).toEqual([]);
  expect(JSON.stringify(summary)).toMatch(/newer otto-install/);
  expect(host.files.get(`${STATE_DIR}/ledger.json`)?.content).toBe(content);
});
