import * as z from 'zod/mini';
import { layout } from '../answers/layout.ts';
import type { Answers } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { LIST_ADDRESSES, parseAddresses } from '../system/network/addresses.ts';
import { LIST_PACKAGES, parsePackages } from '../system/packages/dpkg.ts';
import { lookAtContainer } from '../tasks/containers.ts';
import { fileKey, saltedHash } from '../tasks/last-healthy.ts';
import { WATCHED_PACKAGES, type Watched, watchedFiles } from './watched.ts';

/** Something as it was found: a release, an address, a file. */
const Item = z.object({
  /** What an operator calls it. */
  what: z.string(),
  /** Ids of the tasks whose findings a change of it may cause. */
  tasks: z.array(z.string()),
  /** In words that may be shown; undefined where only a hash is kept. */
  value: z.optional(z.string()),
  /** Of a file: a salted hash of its content, so that nobody can try keys against it. */
  hash: z.optional(z.string()),
  /** Of a file: 'cleo:cleo 0600'. */
  owner: z.optional(z.string()),
  /** When it became like this, ms since 1970, if known. */
  at: z.optional(z.number()),
});
export type Item = z.infer<typeof Item>;

/** What is worth comparing of a droplet, by a stable key. What could not be read is left out and listed in `unknown`. */
export const Snapshot = z.object({
  items: z.record(z.string(), Item),
  unknown: z.array(z.string()),
});
export type Snapshot = z.infer<typeof Snapshot>;

type Found = readonly (readonly [string, Item])[];

/** Looks at all of it side by side, some 0.2 s; changes nothing. Never rejects. */
export async function takeSnapshot(host: Host, answers: Answers, salt: string): Promise<Snapshot> {
  const { hermes, openWebui, paperclip } = layout(answers);
  const parts: Readonly<Record<string, Promise<Found>>> = {
    hermes: hermesCommit(host, hermes.checkout),
    packages: packages(host),
    bridge: bridge(host),
    machine: machine(host),
    'container:open-webui': container(host, openWebui.container, [
      'open-webui',
      'open-webui-image',
      'bridge',
      'first-admin',
    ]),
    'container:paperclip': container(host, paperclip.container, ['paperclip']),
    ...Object.fromEntries(
      watchedFiles(answers).map((file) => [`file:${file.path}`, files(host, file, salt)]),
    ),
  };
  const names = Object.keys(parts);
  const ends = await Promise.allSettled(Object.values(parts));
  return {
    items: Object.fromEntries(ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))),
    unknown: names.filter((_, index) => ends[index]?.status === 'rejected'),
  };
}

/** The commit that is checked out, read from git's own files: git itself refuses folders of other users. */
async function hermesCommit(host: Host, checkout: string): Promise<Found> {
  const head = (await host.readFile(`${checkout}/.git/HEAD`))?.trim();
  if (head === undefined) return [];
  // The deploy user may have written anything there: it must not become a path to elsewhere.
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  const [loose, packed] =
    ref === undefined
      ? []
      : await Promise.all([
          host.readFile(`${checkout}/.git/${ref}`),
          host.readFile(`${checkout}/.git/packed-refs`),
        ]);
  const line = packed?.split('\n').find((one) => ref !== undefined && one.endsWith(` ${ref}`));
  const commit = ref === undefined ? head : (loose?.trim() ?? line?.split(' ')[0]);
  if (commit === undefined || !/^[0-9a-f]{7,64}$/.test(commit)) return [];
  return [
    [
      'hermes',
      {
        what: "Hermes's code",
        tasks: ['hermes-code', 'hermes-service', 'first-login'],
        value: commit.slice(0, 9),
      },
    ],
  ];
}

async function packages(host: Host): Promise<Found> {
  const { exitCode, stdout } = await host.exec(LIST_PACKAGES);
  if (exitCode !== 0) throw new Error('dpkg does not answer');
  const installed = parsePackages(stdout);
  return Object.entries(WATCHED_PACKAGES).flatMap(([name, tasks]) => {
    const found = installed.get(name);
    return found === undefined
      ? []
      : [[`package:${name}`, { what: `the package ${name}`, tasks: [...tasks], value: found.version }]];
  });
}

async function bridge(host: Host): Promise<Found> {
  const { exitCode, stdout } = await host.exec(LIST_ADDRESSES);
  if (exitCode !== 0) throw new Error('ip does not answer');
  const found = parseAddresses(stdout).find(
    ({ interface: name, family }) => name === 'docker0' && family === 4,
  );
  if (found === undefined) return [];
  return [
    [
      'bridge',
      {
        what: 'the address of docker0',
        tasks: ['bridge', 'docker', 'firewall'],
        value: found.address,
      },
    ],
  ];
}

async function machine(host: Host): Promise<Found> {
  const [boot, kernel, stat] = await Promise.all([
    host.readFile('/proc/sys/kernel/random/boot_id'),
    host.readFile('/proc/sys/kernel/osrelease'),
    host.readFile('/proc/stat'),
  ]);
  const seconds = Number(/^btime (\d+)$/m.exec(stat ?? '')?.[1]);
  const at = Number.isFinite(seconds) && seconds > 0 ? { at: seconds * 1_000 } : {};
  const found: [string, Item][] = [];
  if (boot !== undefined)
    found.push(['boot', { what: 'a restart of the machine', tasks: BOOT, hash: boot.trim(), ...at }]);
  if (kernel !== undefined)
    found.push(['kernel', { what: 'the kernel', tasks: KERNEL, value: kernel.trim() }]);
  return found;
}

/** What a restart may break: everything that must start by itself. */
const BOOT = ['machine', 'docker', 'hermes-service', 'open-webui', 'paperclip', 'nginx-site', 'firewall'];
const KERNEL = ['machine', 'firewall', 'docker'];

/** Throws when Docker does not answer: then a container is not known to be gone. */
async function container(host: Host, name: string, tasks: readonly string[]): Promise<Found> {
  const found = await lookAtContainer(host, name);
  if (found === undefined) return [];
  const image = found.imageId.replace(/^sha256:/, '').slice(0, 12);
  return [
    [`image:${name}`, { what: `the image of ${name}`, tasks: [...tasks], value: image }],
    [`container:${name}`, { what: `the container ${name}`, tasks: [...tasks], hash: found.id }],
  ];
}

async function files(host: Host, watched: Watched, salt: string): Promise<Found> {
  if (watched.folder !== true) return file(host, watched.path, watched, salt);
  const names = (await host.list(watched.path)) ?? [];
  return (
    await Promise.all(names.map((name) => file(host, `${watched.path}/${name}`, watched, salt)))
  ).flat();
}

async function file(host: Host, path: string, { tasks, onlyOwner }: Watched, salt: string): Promise<Found> {
  const [stat, content] = await Promise.all([host.stat(path), onlyOwner ? undefined : host.readFile(path)]);
  if (stat === undefined) return [];
  const hash = content === undefined ? {} : { hash: saltedHash(salt, content) };
  const owner = `${stat.owner}:${stat.group} ${stat.mode.toString(8).padStart(4, '0')}`;
  return [
    [fileKey(path), { what: path, tasks: [...tasks], ...hash, owner, at: Math.round(stat.modifiedMs) }],
  ];
}
