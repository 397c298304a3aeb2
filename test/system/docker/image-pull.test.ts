import { describe, expect, test } from 'vitest';
import { imagePullProgress, pullImage, splitImage } from '../../../src/system/docker/image-pull.ts';

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
