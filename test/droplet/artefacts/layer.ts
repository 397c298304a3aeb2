/** The parts that images are made of: layers, each the difference that a step makes to what lies below it. */
import { createHash, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { execa } from 'execa';
import { cached } from '../cache.ts';
import { must } from '../machine/shell.ts';

/** A finished layer: its compressed tar, and the digests that manifest and image configuration name it by. */
export interface Layer {
  readonly file: string;
  readonly digest: string;
  readonly diffId: string;
  /** Bytes of `file`. */
  readonly size: number;
}

/**
 * Returns a layer from the cache, or makes it.
 * @param fill returns the directory that stands for `/` in the layer; it may make it, and keep what it needs on the
 *             way, in the empty directory that it is given
 */
export async function layer(
  name: string,
  recipe: string,
  fill: (scratch: string) => Promise<string>,
): Promise<Layer> {
  const dir = await cached(`layer-${name}`, `${recipe}\nlayer 1`, async (part) => {
    const scratch = join(part, 'scratch');
    await mkdir(scratch);
    const root = await fill(scratch);
    const packed = await pack(root, join(part, 'layer.tar.gz'));
    await writeFile(join(part, 'layer.json'), JSON.stringify(packed));
    await rm(scratch, { recursive: true });
  });
  const packed = JSON.parse(await readFile(join(dir, 'layer.json'), 'utf8')) as Omit<Layer, 'file'>;
  return { ...packed, file: join(dir, 'layer.tar.gz') };
}

/**
 * Runs a shell script as root inside `base` with the changes going to `changes`, so that a layer holds nothing but
 * what the script did. The mounts live in a namespace of their own and end with it; there is no network.
 * @param material a directory that the script sees as /mnt
 */
export async function runInside(
  base: string,
  changes: string,
  material: string,
  script: string,
): Promise<void> {
  await mkdir(changes, { recursive: true });
  const work = `${changes}.work`;
  const merged = `${changes}.merged`;
  await mkdir(work);
  await mkdir(merged);
  const mounts = `
    mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3" "$4"
    mount --bind "$5" "$4/mnt"
    exec env -i PATH=/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin HOME=/root chroot "$4" sh -euc "$6"
  `;
  const namespace = ['unshare', '--mount', '--net', '--propagation', 'private'];
  await must([...namespace, 'sh', '-euc', mounts, 'sh', base, changes, work, merged, material, script]);
  await Promise.all([work, merged].map((path) => rm(path, { recursive: true })));
}

/** Packs `root` as a compressed tar. Level 1: the droplet unpacks it from the same disk, so size hardly matters. */
async function pack(root: string, file: string): Promise<Omit<Layer, 'file'>> {
  const tar = execa(
    'tar',
    ['--create', '--numeric-owner', '--sort=name', '--exclude=./dev/*', '--directory', root, '.'],
    { stdin: 'ignore', stderr: 'inherit', buffer: false },
  );
  const content = createHash('sha256');
  const compressed = createHash('sha256');
  const stages = [tar.stdout, through(content), createGzip({ level: 1 }), through(compressed)] as const;
  await Promise.all([tar, pipeline(...stages, createWriteStream(file))]);
  return {
    digest: `sha256:${compressed.digest('hex')}`,
    diffId: `sha256:${content.digest('hex')}`,
    size: (await stat(file)).size,
  };
}

function through(hash: Hash): Transform {
  return new Transform({
    highWaterMark: 1024 * 1024,
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
}
