import type { Argv } from '../../host/host.ts';
import { reveal } from '../../secret/secret.ts';
import type { CreatedWith, Overrides } from './created-with.ts';
import type { Container, PublishedPort } from './docker.ts';
import { isOfAnImage, mayBeSecret } from './unspoken.ts';

/** What a container is created with. */
export interface CreationSpec {
  readonly name: string;
  /** The image's id where the version must stay what it is; its name where it may be another. */
  readonly image: string;
  /** '127.0.0.1:8080:8080': with the loopback address, since Docker's published ports bypass UFW. */
  readonly publish: readonly string[];
  /** '/opt/cleo/open-webui:/app/backend/data' */
  readonly volumes: readonly string[];
  /** Secrets are in here, and not on the command line. */
  readonly envFile: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly network?: string | undefined;
  readonly extraHosts?: readonly string[] | undefined;
  readonly memoryLimit?: number | undefined;
  /** How its log is kept small, where the one before had no way of its own. */
  readonly log?: readonly string[] | undefined;
  /** What else the one before was created with. */
  readonly createdWith?: CreatedWith | undefined;
  /** What the one before was told otherwise than its image. */
  readonly overrides?: Overrides | undefined;
}

/** The words after `docker network connect`, for each network that the one before was connected to besides its own. */
export const connections = ({ name, network, createdWith }: CreationSpec): readonly (readonly string[])[] =>
  network === 'none'
    ? []
    : (createdWith?.otherNetworks ?? []).map((other) => [...other.words, other.name, name]);

/** The same, where nobody on this machine but root can reach it, and not coming back by itself after a power cut. */
export const unreachable = (spec: CreationSpec): CreationSpec => ({
  ...spec,
  // Without a published port every local user could still ask it at its address on Docker's bridge.
  publish: [],
  network: 'none',
  restart: 'no',
});

/** `docker run -d` of such a container. */
export const dockerRun = (spec: CreationSpec): Argv => ['docker', 'run', ...runWords(spec)];

/** `docker create` of such a container: it is made, and does not run. */
export const dockerCreate = (spec: CreationSpec): Argv => ['docker', 'create', ...createWords(spec)];

/** The words after `docker run`. */
export const runWords = (spec: CreationSpec): readonly string[] => ['-d', ...createWords(spec)];

function createWords(spec: CreationSpec): readonly string[] {
  const each = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  const { network = 'default', memoryLimit = 0, createdWith, overrides } = spec;
  return [
    '--name',
    spec.name,
    ...(network === 'default' || network === 'bridge' ? [] : ['--network', network]),
    '--restart',
    spec.restart,
    ...each(
      '--label',
      Object.entries(spec.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...(spec.log ?? []),
    ...each('-p', spec.publish),
    ...each('-v', spec.volumes),
    ...each('--add-host', spec.extraHosts ?? []),
    // Off every network it has no names in one.
    ...(network === 'none' ? [] : (createdWith?.inNetwork ?? [])),
    ...(createdWith?.words ?? []),
    ...(overrides?.words ?? []),
    ...(memoryLimit > 0 ? ['--memory', String(memoryLimit)] : []),
    '--env-file',
    spec.envFile,
    spec.image,
    ...(overrides?.behindImage ?? []),
  ];
}

/**
 * A new container like an old one: the same image by its id, so that no version changes, the same folders, networks, limits, rights
 * and ports; of the ports, the one inside is published at `at` alone. Labels that came with the image come with it again.
 */
export function likeContainer(
  container: Container,
  {
    name,
    envFile,
    labels,
    port,
  }: {
    readonly name: string;
    readonly envFile: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly port: { readonly inside: number; readonly at: string };
  },
): CreationSpec {
  const bound = container.bound ?? container.published;
  const others = bound.filter(({ containerPort }) => containerPort !== port.inside);
  return {
    name,
    image: container.imageId,
    publish: [`${port.at}:${port.inside}`, ...new Set(others.map(published))],
    volumes: container.mounts
      // A tmpfs is created again with the container.
      .filter(({ source }) => source !== '')
      .map(({ source, target, volume, readOnly, label }) => {
        const options = [...(readOnly === true ? ['ro'] : []), ...(label === undefined ? [] : [label])];
        return [volume ?? source, target, ...(options.length === 0 ? [] : [options.join(',')])].join(':');
      }),
    envFile,
    labels: { ...ownLabels(container), ...labels },
    // Nobody wants a container that stays down after a restart of the machine.
    restart: ['', 'no'].includes(container.restartPolicy) ? 'always' : container.restartPolicy,
    network: container.networkMode,
    extraHosts: container.extraHosts,
    memoryLimit: container.memoryLimit,
    createdWith: container.createdWith,
  };
}

function published({ address, hostPort, containerPort, protocol }: PublishedPort): string {
  const at = `${address.includes(':') ? `[${address}]` : address}:${hostPort}:${containerPort}`;
  return protocol === undefined ? at : `${at}/${protocol}`;
}

/** Docker Compose, proxies and programs that update containers know theirs by them. Without those that everybody could then read. */
function ownLabels({ labels }: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) =>
      isOfAnImage(key) || mayBeSecret(key, reveal(value)) ? [] : [[key, reveal(value)]],
    ),
  );
}
