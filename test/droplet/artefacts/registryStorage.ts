/** Writes images as docker-registry (distribution 2.8) keeps them on a disk, so that no docker is needed to make them. */
import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Image } from './image.ts';
import type { Layer } from './layer.ts';

const mediaType = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Adds an image to the registry's root directory: its layers, its configuration, its manifest, and an index for
 * linux/amd64 that the tags point to, as the official images have one (so a pulled image's digest is the index's).
 */
export async function addImage(root: string, image: Image): Promise<void> {
  const { repository } = image;
  const layers = await Promise.all(image.layers.map((layer) => addLayer(root, repository, layer)));
  const config = await addBlob(root, repository, mediaType.config, configurationOf(image));
  const manifest = await addManifest(root, repository, { mediaType: mediaType.manifest, config, layers });
  const platform = { architecture: 'amd64', os: 'linux' };
  const manifests = [{ ...manifest, platform }];
  const index = await addManifest(root, repository, { mediaType: mediaType.index, manifests });
  for (const tag of image.tags) {
    const at = join('_manifests', 'tags', tag);
    await addLink(root, repository, join(at, 'current', 'link'), index.digest);
    await addLink(root, repository, join(at, 'index', path(index.digest), 'link'), index.digest);
  }
}

/** The image's configuration by the OCI image specification. */
function configurationOf(image: Image): object {
  return {
    created: image.created,
    architecture: 'amd64',
    os: 'linux',
    config: image.config,
    rootfs: { type: 'layers', diff_ids: image.layers.map((layer) => layer.diffId) },
  };
}

async function addLayer(root: string, repository: string, layer: Layer): Promise<Descriptor> {
  const target = await blobPath(root, layer.digest);
  // A second name for the cached file costs no space; another file system needs a copy.
  await link(layer.file, target).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code === 'EXDEV') await copyFile(layer.file, target);
    else if (error.code !== 'EEXIST') throw error;
  });
  await addLink(root, repository, join('_layers', path(layer.digest), 'link'), layer.digest);
  return { mediaType: mediaType.layer, digest: layer.digest, size: layer.size };
}

/** Stores a document that is referred to like a layer (an image's configuration). */
async function addBlob(
  root: string,
  repository: string,
  type: string,
  document: object,
): Promise<Descriptor> {
  const descriptor = await writeBlob(root, type, JSON.stringify(document));
  await addLink(root, repository, join('_layers', path(descriptor.digest), 'link'), descriptor.digest);
  return descriptor;
}

/** Stores a manifest or an index. */
async function addManifest(
  root: string,
  repository: string,
  document: { readonly mediaType: string } & Readonly<Record<string, unknown>>,
): Promise<Descriptor> {
  const text = JSON.stringify({ schemaVersion: 2, ...document });
  const descriptor = await writeBlob(root, document.mediaType, text);
  const at = join('_manifests', 'revisions', path(descriptor.digest), 'link');
  await addLink(root, repository, at, descriptor.digest);
  return descriptor;
}

async function writeBlob(root: string, type: string, text: string): Promise<Descriptor> {
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  await writeFile(await blobPath(root, digest), text);
  return { mediaType: type, digest, size: Buffer.byteLength(text) };
}

/** The path of a blob's content; its directory is made. */
async function blobPath(root: string, digest: string): Promise<string> {
  const [algorithm, hex] = split(digest);
  const file = join(root, base, 'blobs', algorithm, hex.slice(0, 2), hex, 'data');
  await mkdir(dirname(file), { recursive: true });
  return file;
}

/** Links are small files that hold the digest of what they stand for. */
async function addLink(root: string, repository: string, at: string, digest: string): Promise<void> {
  const file = join(root, base, 'repositories', repository, at);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, digest);
}

const base = 'docker/registry/v2';

const path = (digest: string): string => join(...split(digest));

function split(digest: string): [string, string] {
  const [algorithm, hex] = digest.split(':');
  if (algorithm === undefined || hex === undefined) throw new Error(`${digest} is no digest`);
  return [algorithm, hex];
}
