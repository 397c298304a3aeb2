import { chmod, copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../machine/shell.ts';
import { environment, type Image, type ImageConfig } from './image.ts';
import { baseLayer, imageBase } from './imageBase.ts';
import { type Layer, layer, runInside } from './layer.ts';
import { downloadLock, pip, python, readLock } from './pip.ts';

/** A release of Open WebUI as the test droplet's registry offers it. */
interface Release {
  readonly version: string;
  readonly tags: readonly string[];
  readonly created: string;
  /** What its image sets in the environment besides what all have. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * `main` gives the newest release, as on a droplet set up today. 0.8.12 is what a droplet of April 2026 runs; it
 * knows no USE_SLIM_DOCKER and imports the client of its vector database at the start, so it is told the one whose
 * client is small (it is never called: nothing here has documents).
 */
const releases: readonly Release[] = [
  {
    version: '0.12.4',
    tags: ['main', 'latest', 'v0.12.4', '0.12.4'],
    created: '2026-10-25T12:00:00Z',
    env: { USE_SLIM_DOCKER: 'true' },
  },
  {
    version: '0.8.12',
    tags: ['v0.8.12', '0.8.12'],
    created: '2026-04-01T12:00:00Z',
    env: { USE_SLIM_DOCKER: 'false', VECTOR_DB: 's3vector' },
  },
];

const start = join(import.meta.dirname, 'images', 'open-webui-start.sh');

/** Makes the images of Open WebUI from its wheels and what they need, without local models. */
export async function openWebUi(): Promise<Image[]> {
  const made = await Promise.all(releases.map(image));
  const [newest] = made;
  return newest === undefined ? made : [...made, ...variants.map((variant) => variantOf(newest, variant))];
}

/** An image that shares every layer with the newest release, so that it costs nothing to make, keep or pull. */
interface Variant {
  readonly tag: string;
  readonly created: string;
  /** What it runs; as the release when absent. */
  readonly command?: readonly string[];
}

/** What an update may bring: the same release built again, and two that are of no use. */
const variants: readonly Variant[] = [
  { tag: 'v0.12.4-rebuilt', created: '2026-11-01T12:00:00Z' },
  {
    tag: 'v0.12.4-silent',
    created: '2026-11-02T12:00:00Z',
    command: ['sh', '-c', 'echo "Loading the application"; exec sleep infinity'],
  },
  {
    tag: 'v0.12.4-crashing',
    created: '2026-11-03T12:00:00Z',
    command: ['sh', '-c', 'echo "ImportError: cannot import name Router from routers" >&2; exit 1'],
  },
];

function variantOf(release: Image, { tag, created, command }: Variant): Image {
  const config = command === undefined ? release.config : { ...release.config, Cmd: command };
  return { ...release, tags: [tag], created, config };
}

async function image(release: Release): Promise<Image> {
  const base = await imageBase();
  const layers = [baseLayer(base), packagesLayer(base, release), applicationLayer(release)];
  return {
    repository: 'open-webui/open-webui',
    tags: release.tags,
    created: release.created,
    layers: await Promise.all(layers),
    config: configOf(release),
  };
}

/** The Python packages, installed where the official image has them: below /usr/local, `python` on the PATH. */
async function packagesLayer(base: string, release: Release): Promise<Layer> {
  const list = `open-webui-${release.version}.txt`;
  const recipe = JSON.stringify({ base, lock: await readLock(list), install });
  return layer(`open-webui-${release.version}-packages`, recipe, async (scratch) => {
    const wheels = join(scratch, 'wheels');
    await downloadLock(list, '3.11', wheels);
    const root = join(scratch, 'root');
    await runInside(base, root, wheels, install);
    return root;
  });
}

/** pip runs from its own wheel. Nothing is compiled ahead, as in the official image. */
const install = `
  python3 "$(echo /mnt/pip-*.whl)/pip" install --quiet --no-index --no-deps --no-compile --no-cache-dir \
    --break-system-packages --root-user-action=ignore /mnt/*.whl
  ln -s /usr/bin/python3 /usr/local/bin/python
`;

/** The application as it lies in the official image: /app/backend/open_webui, the page in /app/build, start.sh. */
async function applicationLayer(release: Release): Promise<Layer> {
  const { version } = release;
  const script = await readFile(start, 'utf8');
  const recipe = JSON.stringify({ version, script, unpack });
  return layer(`open-webui-${version}`, recipe, async (scratch) => {
    await pip('download', '--quiet', '--no-deps', '--dest', scratch, `open-webui==${version}`);
    const root = join(scratch, 'root');
    const backend = join(root, 'app/backend');
    await mkdir(join(backend, 'data'), { recursive: true });
    await must([python, '-c', unpack, join(scratch, `open_webui-${version}-py3-none-any.whl`), backend]);
    await rename(join(backend, 'open_webui/frontend'), join(root, 'app/build'));
    await writeFile(join(root, 'app/package.json'), `${JSON.stringify({ name: 'open-webui', version })}\n`);
    await copyFile(start, join(backend, 'start.sh'));
    await chmod(join(backend, 'start.sh'), 0o755);
    return root;
  });
}

/**
 * Unpacks the package from its wheel (1) into a directory (2), without what a browser could be sent and the test never
 * asks for: source maps, Python and models to be run in the page, and fonts for PDF files. That is two thirds of it.
 */
const unpack = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
unused = ('open_webui/frontend/pyodide/', 'open_webui/frontend/wasm/', 'open_webui/static/fonts/')
names = [
    name for name in wheel.namelist()
    if name.startswith('open_webui/') and not name.startswith(unused) and not name.endswith(('.map', '.wasm'))
]
wheel.extractall(sys.argv[2], names)
`;

function configOf(release: Release): ImageConfig {
  const env = environment({
    PATH: '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin',
    LANG: 'C.UTF-8',
    ENV: 'prod',
    PORT: '8080',
    USE_OLLAMA_DOCKER: 'false',
    USE_CUDA_DOCKER: 'false',
    ...release.env,
    OLLAMA_BASE_URL: '/ollama',
    OPENAI_API_BASE_URL: '',
    OPENAI_API_KEY: '',
    WEBUI_SECRET_KEY: '',
    SCARF_NO_ANALYTICS: 'true',
    DO_NOT_TRACK: 'true',
    ANONYMIZED_TELEMETRY: 'false',
    HF_HOME: '/app/backend/data/cache/embedding/models',
    HOME: '/root',
    DATA_DIR: '/app/backend/data',
    // The test droplet has no model hub; without these the first start would wait for one.
    OFFLINE_MODE: 'True',
    HF_HUB_OFFLINE: '1',
    WEBUI_BUILD_VERSION: `v${release.version}`,
  });
  return {
    Env: env,
    WorkingDir: '/app/backend',
    Cmd: ['bash', 'start.sh'],
    ExposedPorts: { '8080/tcp': {} },
    Healthcheck: {
      Test: [
        'CMD-SHELL',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the container's shell expands it
        "curl --silent --fail http://localhost:${PORT:-8080}/health | jq -ne 'input.status == true' || exit 1",
      ],
    },
    Labels: { 'org.opencontainers.image.title': 'open-webui' },
  };
}
