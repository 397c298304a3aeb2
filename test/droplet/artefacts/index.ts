/** Everything that droplets and their small internet are made of, and how a new machine builds it. */
import { baseRootfs } from '../base/base.ts';
import { measure } from '../cache.ts';
import { aptRepository } from './aptRepository.ts';
import { hermesRepository } from './hermesRepository.ts';
import { images } from './images.ts';
import { npmPackages } from './npmPackages.ts';
import { pythonIndex } from './pythonIndex.ts';

/**
 * The artefacts by name, in the order in which building takes them up: the longest first, and what several need
 * (root file systems) before them. Each returns its directory, from the cache when it is there.
 */
const artefacts: Readonly<Record<string, () => Promise<string>>> = {
  images,
  'rootfs-bookworm-empty': () => baseRootfs('bookworm', 'empty'),
  'rootfs-trixie-empty': () => baseRootfs('trixie', 'empty'),
  'rootfs-bookworm-bare': () => baseRootfs('bookworm', 'bare'),
  'rootfs-trixie-bare': () => baseRootfs('trixie', 'bare'),
  'apt-bookworm': async () => aptRepository('bookworm', await baseRootfs('bookworm', 'empty')),
  'apt-trixie': async () => aptRepository('trixie', await baseRootfs('trixie', 'empty')),
  'rootfs-forky-empty': () => baseRootfs('forky', 'empty'),
  'rootfs-forky-noble-empty': () => baseRootfs('forky-noble', 'empty'),
  'rootfs-forky-bare': () => baseRootfs('forky', 'bare'),
  'rootfs-forky-noble-bare': () => baseRootfs('forky-noble', 'bare'),
  'apt-forky': async () => aptRepository('forky', await baseRootfs('forky', 'empty')),
  'apt-forky-noble': async () => aptRepository('forky-noble', await baseRootfs('forky-noble', 'empty')),
  'python-index': pythonIndex,
  'hermes-agent': hermesRepository,
  'npm-packages': npmPackages,
  'rootfs-bookworm-prepared': () => baseRootfs('bookworm', 'prepared'),
  'rootfs-trixie-prepared': () => baseRootfs('trixie', 'prepared'),
  'rootfs-forky-prepared': () => baseRootfs('forky', 'prepared'),
};

/** The names that buildAll() takes. */
export const artefactNames: readonly string[] = Object.keys(artefacts);

/**
 * How many are built at a time. Each alternates between waiting for the network or the disk and keeping one core
 * busy, and the images are several jobs by themselves; more than two only get in each other's way on two cores.
 */
const atATime = 2;

/**
 * Builds what is missing of the named artefacts (of all, without names), two at a time, and prints a table of
 * name, seconds (near 0 for what was in the cache), megabytes and directory to stdout.
 * @throws Error that names each artefact that could not be built, after the others are done
 */
export async function buildAll(names: readonly string[] = artefactNames): Promise<void> {
  const unknown = names.filter((name) => artefacts[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(`there is no artefact ${unknown.join(', ')}; there are: ${artefactNames.join(', ')}`);
  }
  const startedAt = Date.now();
  const queue = artefactNames.filter((name) => names.includes(name));
  const rows: string[] = [];
  const failures: string[] = [];
  const worker = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await build(name).then(
        (row) => rows.push(row),
        (error: unknown) =>
          failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  rows.push(line('all', startedAt, undefined));
  process.stdout.write(`${['name'.padEnd(26) + 's'.padStart(5) + 'MB'.padStart(6), ...rows].join('\n')}\n`);
  if (failures.length > 0) throw new Error(`could not be built:\n${failures.join('\n')}`);
}

async function build(name: string): Promise<string> {
  const startedAt = Date.now();
  const dir = await artefacts[name]?.();
  return line(name, startedAt, dir);
}

/** One row of the table. */
function line(name: string, startedAt: number, dir: string | undefined): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  const megabytes = dir === undefined ? '' : String(Math.round(measure(dir).bytes / 1e6));
  return `${name.padEnd(26)}${String(seconds).padStart(5)}${megabytes.padStart(6)}  ${dir ?? ''}`.trimEnd();
}
