import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordOf } from '../../src/engine/records/undo-record.ts';
import { isOlder, type UpdateFacts } from '../../src/operations/update-paperclip/facts.ts';
import { updatePaperclip } from '../../src/operations/update-paperclip/index.ts';
import { reveal, Secret } from '../../src/secret/secret.ts';
import { processOf } from '../../src/system/docker/created-with.ts';
import { OURS } from '../../src/tasks/containers.ts';
import { parseImageNote } from '../../src/tasks/managed-container/image-note.ts';
import { dataProgram } from '../../src/tasks/paperclip/account.ts';
import { deploy } from '../../src/tasks/paperclip/actions.ts';
import type { PaperclipFacts } from '../../src/tasks/paperclip/facts.ts';
import { answersWith } from '../tasks/answers.ts';
import { container, NOW } from '../tasks/containers.ts';
import { differsLater } from './same-plan.ts';

const SECRET = 'the-secret-of-this-machine';
const paperclip: PaperclipFacts = {
  health: { status: 'ok', unclaimed: false, error: '' },
  holder: 'docker-proxy',
  taken: true,
  openToOthers: false,
  container: container({ env: { BETTER_AUTH_SECRET: SECRET } }),
  imageThere: true,
  envFile: `BETTER_AUTH_SECRET=${SECRET}\n`,
  secret: new Secret(SECRET),
  sameImage: true,
  ownEnv: {},
  data: { folder: '/opt/cleo/paperclip', owner: 990, user: 990, strangers: [] },
  account: { name: 'otto-paperclip', uid: 990, gid: 990, there: true, groupThere: true, unfit: '' },
  ids: [],
  halfMoved: false,
  administrators: [],
  named: [],
  log: [],
  nowMs: NOW,
};
const names = {
  id: 'sha256:2',
  tags: [],
  digests: ['ghcr.io/p/p@sha256:2222222222222222'],
  env: {},
  process: processOf({}),
};
const news: UpdateFacts = {
  paperclip,
  image: 'ghcr.io/paperclipai/paperclip:latest',
  imageId: 'sha256:2',
  namedId: 'sha256:1',
  imageNames: names,
  imageNamesNow: { ...names, digests: ['ghcr.io/p/p@sha256:1111111111111111'] },
  versionNow: '2026.824.1',
  version: '2026.916.1',
  dataBytes: 80_000_000,
  freeBytes: 66_000_000_000,
};
const choice = { image: news.image, patienceSeconds: 300 };
const codes = (facts: UpdateFacts) =>
  updatePaperclip.refuses(facts, choice, answersWith()).map(({ code }) => code);
const plan = (facts: UpdateFacts) => updatePaperclip.plan(facts, choice, answersWith());
const withContainer = (changes: Parameters<typeof container>[0]) => ({
  paperclip: { ...paperclip, container: container(changes) },
});

test('a newer release may be gone over to, and what changes is shown before', () => {
  expect(codes(news)).toEqual([]);
  const words = `${updatePaperclip.consequence?.(news, choice)} ${updatePaperclip.estimate?.(news, choice)}`;
  for (const part of ['2026.824.1 (sha256:1111', '2026.916.1 (sha256:2222', '80 MB', '66 GB are free'])
    expect(words).toContain(part);
});

test.each<[string, Partial<UpdateFacts>, string]>([
  ['not fetched', { imageId: undefined }, 'update-paperclip-not-fetched'],
  ['nobody can reach it yet', withContainer({ networkMode: 'none' }), 'update-paperclip-unclaimed'],
  [
    'nobody has claimed it',
    {
      paperclip: {
        ...paperclip,
        health: { status: 'ok', unclaimed: true, error: '' },
        container: container({ labels: { [OURS]: 'paperclip' } }),
      },
    },
    'update-paperclip-unclaimed',
  ],
  ['ill', { paperclip: { ...paperclip, health: undefined } }, 'update-paperclip-not-healthy'],
  [
    'another database',
    withContainer({ env: { DATABASE_URL: 'postgres://x' } }),
    'update-paperclip-other-database',
  ],
  ['older', { version: '2026.601.0' }, 'update-paperclip-is-a-downgrade'],
  ['a full disk', { freeBytes: 300_000_000 }, 'update-paperclip-disk-full'],
])('%s: refused before anything is touched', (_, changes, code) => {
  expect(codes({ ...news, ...changes })).toEqual([code]);
});

test.each<[string, UpdateFacts, RegExp]>([
  ['no Paperclip', { ...news, paperclip: { ...paperclip, container: undefined } }, /no Paperclip/],
  ['the newest runs', { ...news, imageId: 'sha256:1' }, /newest .* Nothing was done/],
])('%s: nothing to do, which is said', (_, facts, words) => {
  expect([codes(facts), plan(facts).steps]).toEqual([[], []]);
  expect(updatePaperclip.consequence?.(facts, choice)).toBeUndefined();
  expect(updatePaperclip.summary?.(facts, choice)).toEqual([expect.stringMatching(words)]);
});

test('its data is copied while it is stopped, and comes back with the old container', () => {
  const { steps } = plan(news);
  const order = steps.map(({ do: action }) => action.purpose);
  expect(order).toEqual([
    // A power cut right after the next step would otherwise put weeks-old data back.
    'Remove what an earlier update kept',
    'Keep Paperclip from starting on its own meanwhile',
    'Stop Paperclip',
    "Copy Paperclip's data, and check the copy",
    'Give the name to the new image',
    'Set the container aside as paperclip-before',
    'Start Paperclip in a new container',
    'Wait until Paperclip answers',
  ]);
  const record = recordOf({ id: 'u', title: 'U' }, plan(news), { run: 'r', startedAt: 'now' });
  expect(record.undo[3]?.map(({ purpose }) => purpose)).toEqual(["Put Paperclip's data back as it was"]);
  expect(JSON.stringify(record)).not.toContain(SECRET);
  expect(record.cleanupAfterUndo).toEqual([record.cleanupAfterSuccess[1]]);
});

const runWords = (facts: UpdateFacts) => {
  const action = plan(facts).steps.find(
    ({ do: one }) => one.purpose === 'Start Paperclip in a new container',
  )?.do;
  return action?.kind === 'run' ? action.argv.join(' ') : '';
};

test('what somebody else made stays theirs, published where it is', () => {
  const bound = [{ address: '0.0.0.0', hostPort: 3000, containerPort: 3100 }];
  const theirs = runWords({ ...news, ...withContainer({ labels: {}, bound }) });
  expect(theirs).toContain('-p 0.0.0.0:3000:3100');
  expect(theirs).not.toContain('--label otto-install');
  expect(runWords(news)).toContain('--label otto-install=paperclip -p 127.0.0.1:3000:3100');
});

test.each([
  ['2026.824.1', '2026.916.1', true],
  ['2026.1010.0', '2026.916.1', false],
  ['2026.916.1', '2026.916.1', false],
  ['', '2026.916.1', false],
])('%s older than %s: %s', (one, other, expected) => {
  expect(isOlder(one, other)).toBe(expected);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paperclip-'));
  await mkdir(join(folder, 'data/db'), { recursive: true });
  await writeFile(join(folder, 'data/db/PG_VERSION'), '18');
});
afterEach(() => rm(folder, { recursive: true }));

/** templates/paperclip/data.py: what it may touch lies below folders of root alone. */
const script = (mode: string, prelude = '') =>
  execFileSync('python3', ['-I', '-', mode, join(folder, 'data'), join(folder, 'kept')], {
    encoding: 'utf8',
    input: `${prelude}\n${reveal(dataProgram([], '').input ?? '')}`,
  });
const version = () => readFile(join(folder, 'data/db/PG_VERSION'), 'utf8');

test.runIf(process.getuid?.() === 0)(
  'the copy of a folder is put back whole, also a second time, and without one nothing is',
  async () => {
    expect(script('return')).toContain('nothing was changed');
    expect(script('aside')).toMatch(/copy checked: 4 entries/);
    await writeFile(join(folder, 'data/db/PG_VERSION'), '19');
    await writeFile(join(folder, 'data/db/new'), 'of the new release');
    expect(script('return')).toContain('as it was before');
    expect(await version()).toBe('18');
    expect(script('return')).toContain('nothing was changed');
    expect(await version()).toBe('18');
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('data\n');
  },
);

test.runIf(process.getuid?.() === 0)(
  'put back also when that was cut off between its two renames',
  async () => {
    script('aside');
    await writeFile(join(folder, 'data/db/PG_VERSION'), '19');
    execFileSync('mv', [join(folder, 'data'), join(folder, 'data.updated')]);
    script('return');
    expect(await version()).toBe('18');
    expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('data\n');
  },
);

/** As an overlay answers for a folder of the layer below. */
const NO_RENAMES_OF_FOLDERS = `
import os
def rename(one, other, before=os.rename):
    if other.endswith(".updated"):
        raise OSError(18, "Invalid cross-device link", one)
    before(one, other)
os.rename = rename`;

test.runIf(process.getuid?.() === 0)('put back also where a folder cannot be renamed', async () => {
  script('aside');
  await writeFile(join(folder, 'data/db/PG_VERSION'), '19');
  expect(script('return', NO_RENAMES_OF_FOLDERS)).toContain('as it was before');
  expect(await version()).toBe('18');
  expect(execFileSync('ls', [folder], { encoding: 'utf8' })).toBe('data\n');
});

test('comes to the plan that was agreed to, also when time has passed', async () => {
  const later = { ...news, dataBytes: 90_000_000, freeBytes: 60_000_000_000 };
  expect(await differsLater(updatePaperclip, { facts: news, later, choice, answers: answersWith() })).toEqual(
    [],
  );
});

test('a fetch that fails half-way leaves the name with the image that it had, where that is known', () => {
  const back = (given: { version?: string }, facts = news) =>
    (updatePaperclip.prepare?.(facts, given, answersWith()) ?? []).flatMap((one) =>
      'kind' in one || one.undo === undefined || !('kind' in one.undo) || one.undo.kind !== 'run'
        ? []
        : [one.undo.argv.join(' ')],
    );
  expect(back({})).toEqual([`docker tag sha256:1 ${news.image}`]);
  expect(back({ version: 'another' })).toEqual([]);
  expect(back({}, { ...news, namedId: undefined })).toEqual([]);
});

test('which image it is now is noted, once it is verified, and fetched by its digest where it has to be made again', () => {
  const written = plan(news).cleanupAfterSuccess?.find(({ kind }) => kind === 'write-file');
  const content = written?.kind === 'write-file' ? reveal(written.content) : '';
  expect(written).toMatchObject({ path: '/var/lib/otto-install/paperclip-image.json' });
  const imageNote = parseImageNote(content);
  const gone = { ...paperclip, container: undefined, imageThere: false, imageNote };
  const fetches = (image: string) =>
    deploy(gone, answersWith({ paperclipImage: image })).flatMap((action) =>
      action.kind === 'run' && ['pull', 'tag'].includes(action.argv[1] ?? '') ? [action.argv.join(' ')] : [],
    );
  const digest = 'ghcr.io/p/p@sha256:2222222222222222';
  expect(fetches(news.image)).toEqual([`docker pull ${digest}`, `docker tag ${digest} ${news.image}`]);
  // Somebody has answered with another one since.
  expect(fetches('ghcr.io/p/p:v2')).toEqual(['docker pull ghcr.io/p/p:v2']);
});
