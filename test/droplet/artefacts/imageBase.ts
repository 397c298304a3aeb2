import { rm, writeFile } from 'node:fs/promises';
import { mirrorSources } from '../base/mirror.ts';
import { cached } from '../cache.ts';
import { must } from '../machine/shell.ts';
import { type Layer, layer } from './layer.ts';

/** What every image needs: curl and jq (health checks use them) and Python, which most of them would bring anyway. */
const packages = ['ca-certificates', 'curl', 'jq', 'libstdc++6', 'python3'];

/** Documentation and translations stay out, as in Debian's own slim images. */
const leftOut = ['/usr/share/man/*', '/usr/share/doc/*', '/usr/share/locale/*', '/usr/share/info/*'];

const release = 'bookworm';

/** Returns the root file system that all images share, a minimal Debian (Open WebUI's official one is bookworm too). */
export function imageBase(): Promise<string> {
  const recipe = JSON.stringify({ packages, leftOut, release, layout: 1 });
  return cached('image-base', recipe, async (dir) => {
    const sources = await mirrorSources(release);
    const file = sources === undefined ? undefined : `${dir}.${sources.fileName}`;
    if (sources !== undefined && file !== undefined) await writeFile(file, sources.text);
    const options = leftOut.map((path) => `--dpkgopt=path-exclude=${path}`);
    const argv = [
      'mmdebstrap',
      '--quiet',
      '--variant=minbase',
      `--include=${packages.join(',')}`,
      ...options,
    ];
    await must([...argv, '--format=directory', release, dir, ...(file === undefined ? [] : [file])]);
    if (file !== undefined) await rm(file);
  });
}

/** The bottom layer of every image. */
export function baseLayer(base: string): Promise<Layer> {
  return layer('base', base, async () => base);
}
