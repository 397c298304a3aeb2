import { describe, expect, test } from 'vitest';
import type { Step } from '../../../src/engine/contracts/operation.ts';
import { pullFailures } from '../../../src/system/docker/docker-failures.ts';
import {
  fetchedName,
  forgetFetchedName,
  imagePullProgress,
  moveName,
  pullForUpdate,
  pullImage,
  splitImage,
} from '../../../src/system/docker/image-pull.ts';

test.each([
  ['ghcr.io/open-webui/open-webui:main', 'ghcr.io/open-webui/open-webui', 'main'],
  ['registry.example:5000/otto', 'registry.example:5000/otto', 'latest'],
  ['registry.example:5000/otto:v1', 'registry.example:5000/otto', 'v1'],
  ['ghcr.io/o/w@sha256:abc', 'ghcr.io/o/w', 'sha256:abc'],
])('%s', (image, name, tag) => {
  expect(splitImage(image)).toEqual({ name, tag });
});

test('the verdict is that of docker pull, whatever the API said', () => {
  const [api, pull] = pullImage('ghcr.io/open-webui/open-webui:main', "Open WebUI's image");
  expect(api?.argv.at(-1)).toBe(
    'http://localhost/images/create?fromImage=ghcr.io%2Fopen-webui%2Fopen-webui&tag=main',
  );
  expect(pull?.argv).toEqual(['docker', 'pull', 'ghcr.io/open-webui/open-webui:main']);
  expect(pull?.succeedsWith).toBeUndefined();
});

describe('progress', () => {
  const line = (status: string, id: string, current?: number, total?: number) =>
    JSON.stringify({ status, id, progressDetail: current === undefined ? {} : { current, total } });

  test('adds up the layers, whole ones as whole', () => {
    const read = imagePullProgress();
    expect(read(line('Pulling fs layer', 'a'))).toMatchObject({ done: 0, replacesLine: true });
    expect(read(line('Downloading', 'a', 5_000_000, 27_000_000))).toMatchObject({ done: 5, total: 27 });
    expect(read(line('Downloading', 'b', 1_000_000, 63_000_000))).toMatchObject({ done: 6, total: 90 });
    expect(read(line('Download complete', 'a'))).toMatchObject({ done: 28, total: 90, unit: 'MB' });
    // Extracting counts from nothing again; what was fetched stays fetched.
    expect(read(line('Extracting', 'a', 1_000, 27_000_000))).toMatchObject({ done: 28, total: 90 });
  });

  test('lines that a person should see stay lines', () => {
    const read = imagePullProgress();
    expect(read('{"errorDetail":{"message":"manifest unknown"},"error":"manifest unknown"}')).toBeUndefined();
    expect(read('curl: (7) Couldn’t connect')).toBeUndefined();
  });
});

describe('before an update', () => {
  const MAIN = 'ghcr.io/o/w:main';
  const FETCHED = 'ghcr.io/o/w:main.otto-install-fetched';
  const tags = (steps: readonly Step[]) =>
    steps.flatMap(({ do: action }) =>
      action.kind === 'run' && action.argv[0] === 'docker' && action.argv[1] !== 'pull'
        ? [action.argv.slice(1).join(' ')]
        : [],
    );
  const undo = (steps: readonly Step[]) => steps.flatMap((step) => step.undo ?? []);

  test('the name stays with what runs, and what was fetched has one of its own', () => {
    expect(tags(pullForUpdate(MAIN, 'it', 'sha256:old'))).toEqual([
      `tag ${MAIN} ${FETCHED}`,
      `tag sha256:old ${MAIN}`,
    ]);
    expect(tags(pullForUpdate(MAIN, 'it', undefined))).toEqual([`tag ${MAIN} ${FETCHED}`]);
    expect(tags(pullForUpdate('ghcr.io/o/w@sha256:abc', 'it', 'sha256:old'))).toEqual([]);
  });

  test('the name gets back the image that it had, where the fetch fails', () => {
    expect(undo(pullForUpdate(MAIN, 'it', 'sha256:old'))).toMatchObject([
      { argv: ['docker', 'tag', 'sha256:old', MAIN], effects: [], succeedsWith: [0, 1] },
    ]);
    // The step that moves the name is the first one.
    expect(pullForUpdate(MAIN, 'it', 'sha256:old')[0]?.undo).toBeDefined();
  });

  test('nothing where it led nowhere, or can only lead to one', () => {
    expect(undo(pullForUpdate(MAIN, 'it', undefined))).toEqual([]);
    expect(undo(pullForUpdate('ghcr.io/o/w@sha256:abc', 'it', 'sha256:old'))).toEqual([]);
  });

  test('the name moves with the update, and back with it', () => {
    const moved = moveName({ image: MAIN, imageId: 'sha256:new', namedId: 'sha256:old' });
    expect(tags(moved)).toEqual([`tag sha256:new ${MAIN}`]);
    expect(undo(moved)).toMatchObject([{ argv: ['docker', 'tag', 'sha256:old', MAIN] }]);
    // It leads there already, as that of a release which was asked for by its number.
    expect(moveName({ image: MAIN, imageId: 'sha256:new', namedId: 'sha256:new' })).toEqual([]);
    expect(forgetFetchedName(MAIN)).toMatchObject([{ argv: ['docker', 'image', 'rm', FETCHED] }]);
  });

  test('a name of its own is no longer than a tag may be', () => {
    expect(fetchedName(`o/w:${'a'.repeat(128)}`)).toMatch(/^o\/w:[\w.-]{128}$/);
    expect(fetchedName('o/w@sha256:abc')).toBeUndefined();
  });
});

describe('how a fetch is known to fail', () => {
  const next = (image: string, said: string) =>
    pullFailures(image).find(({ pattern }) => new RegExp(pattern, 'im').test(said));

  test.each([
    ['ghcr.io/o/w:main', '`docker logout ghcr.io`'],
    ['registry.example:5000/w', '`docker logout registry.example:5000`'],
    ['o/w', '`docker logout`'],
  ])('a login that has expired: %s', (image, words) => {
    expect(next(image, 'Error response from daemon: denied: denied')?.next).toContain(words);
    expect(next(image, 'unauthorized: authentication required')?.next).toContain(words);
  });

  test.each([
    `error parsing HTTP 403 response body: invalid character '<' looking for beginning of value: "<html>access denied</html>"`,
    'failed to unpack image on snapshotter overlayfs: unexpected media type text/html for sha256:04a7: not found',
  ])('a page instead of the registry: %s', (said) => {
    expect(next('ghcr.io/o/w', said)?.reason).toContain('web page');
  });
});
