import type { KnownFailure, Run } from '../../engine/contracts/action.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Argv } from '../../host/host.ts';
import { template } from '../templates.ts';
import type { Container, PublishedPort } from './docker.ts';
import { RUN_FAILURES } from './docker-failures.ts';

/** A container that takes the place of another one. */
export interface ContainerAnew {
  readonly name: string;
  /** The image's id where the version must stay what it is; its name where it may be another. */
  readonly image: string;
  /** '127.0.0.1:8080:8080' */
  readonly publish: readonly string[];
  /** '/opt/cleo/open-webui:/app/backend/data' */
  readonly volumes: readonly string[];
  readonly envFile: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly restart: string;
  readonly network?: string | undefined;
  readonly extraHosts?: readonly string[] | undefined;
  readonly memoryLimit?: number | undefined;
}

/** How it is known that the new one works. */
export interface ProofOfLife {
  readonly url: string;
  /** A text in the answer. */
  readonly expected: string;
  /** After so many seconds the old one is put back. */
  readonly patienceSeconds: number;
}

/** What the old container is called until the new one answers. */
export const setAside = (name: string): string => `${name}-before`;

/**
 * Puts a new container in the place of the one of its name: the old one is stopped and kept until the new one answers,
 * and comes back when it does not. The data has to be outside of it. Interrupts what it serves.
 */
export function makeContainerAnew(wish: ContainerAnew, proof: ProofOfLife, purpose: string): Run {
  const { url, expected, patienceSeconds } = proof;
  return {
    kind: 'run',
    argv: [
      'sh',
      '-s',
      '--',
      wish.name,
      String(patienceSeconds),
      url,
      expected,
      wish.restart,
      ...runWords(wish),
    ],
    input: template('container-anew.sh', {}),
    purpose,
    makes: things('container', wish.name),
    // Stopping, and starting the old one again, take their time too.
    timeoutMs: (patienceSeconds + 240) * 1000,
    knownFailures: ANEW_FAILURES,
    // Ended half-way, neither of the two would run.
    uninterruptible: true,
  };
}

const ANEW_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'did not answer\\. The container from before runs again',
    because: 'The new container started and never answered. The one from before is back in its place.',
    next: 'Its last lines are above: they say why. Nothing was lost.',
  },
  {
    pattern: 'could not be made\\. The container from before runs again',
    because: 'Docker refused to make the new container. The one from before is back in its place.',
    next: "Docker's words are above. Nothing was lost.",
  },
  {
    pattern: 'The container from before could not be started',
    because: 'Neither the new container nor the one from before could be started.',
    next: 'Look again: what is there is judged anew. The data is outside of both.',
  },
  ...RUN_FAILURES,
];

/** The words after `docker run`. Secrets are in the env file, not in here. */
export function runWords(wish: ContainerAnew): readonly string[] {
  const each = (flag: string, values: readonly string[]) => values.flatMap((value) => [flag, value]);
  const { network = 'default', memoryLimit = 0 } = wish;
  return [
    '-d',
    '--name',
    wish.name,
    '--restart',
    wish.restart,
    ...each(
      '--label',
      Object.entries(wish.labels).map(([key, value]) => `${key}=${value}`),
    ),
    ...each('-p', wish.publish),
    ...each('-v', wish.volumes),
    ...(network === 'default' || network === 'bridge' ? [] : ['--network', network]),
    ...each('--add-host', wish.extraHosts ?? []),
    ...(memoryLimit > 0 ? ['--memory', String(memoryLimit)] : []),
    '--env-file',
    wish.envFile,
    wish.image,
  ];
}

/**
 * A new container like an old one: the same image by its id, so that no version changes, the same folders, networks and
 * ports; of the ports, the one inside is published at `at` alone. Labels that came with the image come with it again.
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
): ContainerAnew {
  const bound = container.bound ?? container.published;
  const others = bound.filter(({ containerPort }) => containerPort !== port.inside);
  return {
    name,
    image: container.imageId,
    publish: [`${port.at}:${port.inside}`, ...new Set(others.map(published))],
    volumes: container.mounts
      // What is in memory comes anew with the container.
      .filter(({ source }) => source !== '')
      .map(
        ({ source, target, volume, readOnly }) =>
          `${volume ?? source}:${target}${readOnly === true ? ':ro' : ''}`,
      ),
    envFile,
    labels: { ...composeLabels(container), ...labels },
    // A container that stays down after a restart of the machine is a fault that nobody asked for.
    restart: ['', 'no'].includes(container.restartPolicy) ? 'always' : container.restartPolicy,
    network: container.networkMode,
    extraHosts: container.extraHosts,
    memoryLimit: container.memoryLimit,
  };
}

function published({ address, hostPort, containerPort }: PublishedPort): string {
  return `${address.includes(':') ? `[${address}]` : address}:${hostPort}:${containerPort}`;
}

/** Docker Compose knows its containers by them. */
function composeLabels({ labels }: Container): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith('com.docker.compose.')));
}

/** Reads a file inside a container, running or not, as a tar archive on stdout. */
export const copyOut = (container: string, path: string): Argv => [
  'docker',
  'cp',
  `${container}:${path}`,
  '-',
];

/** The content of the first file in a tar archive of text; undefined when there is none. */
export function firstFileInTar(archive: string): string | undefined {
  for (let at = 0; at + 512 <= archive.length; ) {
    const size = Number.parseInt(archive.slice(at + 124, at + 136).replace(/\0.*$/, ''), 8);
    const type = archive[at + 156];
    if (Number.isNaN(size) || archive[at] === '\0') return undefined;
    if (type === '0' || type === '\0') return archive.slice(at + 512, at + 512 + size);
    // Headers of tar's own (long names, times) come before the file.
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}
