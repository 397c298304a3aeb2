import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Image } from './image.ts';
import type { Layer } from './layer.ts';
import { addImage } from './registryStorage.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'otto-registry-test-'));
});

afterEach(() => rm(root, { recursive: true }));

const digestOf = (content: string | Buffer): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function layerFile(content: string): Promise<Layer> {
  const file = join(root, `${content}.tar.gz`);
  await writeFile(file, content);
  return { file, digest: digestOf(content), diffId: digestOf(`unpacked ${content}`), size: content.length };
}

function image(repository: string, tags: string[], layers: Layer[]): Image {
  const config = { Env: ['A=b'], WorkingDir: '/', Cmd: ['true'], ExposedPorts: {}, Labels: {} };
  return { repository, tags, layers, config, created: '2026-01-01T00:00:00Z' };
}

/** Reads a blob as a registry does, which checks that it is what its name says. */
async function blob(digest: string): Promise<Buffer> {
  const hex = digest.replace('sha256:', '');
  const content = await readFile(join(root, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data'));
  expect(digestOf(content)).toBe(digest);
  return content;
}

/** Follows a tag to the image's manifest, as docker pull does, and returns configuration and layer contents. */
async function pull(repository: string, tag: string): Promise<{ config: unknown; layers: string[] }> {
  const at = join(root, 'docker/registry/v2/repositories', repository);
  const json = async (digest: string) => JSON.parse((await blob(digest)).toString());
  const index = await json(await readFile(join(at, '_manifests/tags', tag, 'current/link'), 'utf8'));
  const [entry] = index.manifests;
  expect(entry.platform).toEqual({ architecture: 'amd64', os: 'linux' });
  const manifest = await json(entry.digest);
  for (const part of [manifest.config, ...manifest.layers]) {
    expect((await blob(part.digest)).length).toBe(part.size);
    // Without this link the registry says that the repository has no such blob.
    const link = join(at, '_layers', part.digest.replace(':', '/'), 'link');
    expect(await readFile(link, 'utf8')).toBe(part.digest);
  }
  const layers = manifest.layers.map(async (layer: { digest: string }) =>
    (await blob(layer.digest)).toString(),
  );
  return { config: await json(manifest.config.digest), layers: await Promise.all(layers) };
}

test('every tag of an image leads to its configuration and its layers, lowest first', async () => {
  const layers = [await layerFile('debian'), await layerFile('application')];
  await addImage(root, image('some/thing', ['main', 'v2'], layers));
  for (const tag of ['main', 'v2']) {
    const pulled = await pull('some/thing', tag);
    expect(pulled.layers).toEqual(['debian', 'application']);
    expect(pulled.config).toMatchObject({
      config: { Env: ['A=b'], Cmd: ['true'] },
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.diffId) },
    });
  }
});

test('images may share a layer, in one repository and across them', async () => {
  const debian = await layerFile('debian');
  await addImage(root, image('some/thing', ['v1'], [debian, await layerFile('old')]));
  await addImage(root, image('some/thing', ['v2'], [debian, await layerFile('new')]));
  await addImage(root, image('another/thing', ['latest'], [debian]));
  expect((await pull('some/thing', 'v1')).layers).toEqual(['debian', 'old']);
  expect((await pull('some/thing', 'v2')).layers).toEqual(['debian', 'new']);
  expect((await pull('another/thing', 'latest')).layers).toEqual(['debian']);
});
