import type { Argv } from '../../host/host.ts';
import { sameText } from '../../secret/secret.ts';
import { type Env, readEnv } from '../formats/env-file.ts';
import { list, object, parseJson, text } from '../formats/json.ts';
import { type ContainerProcess, type CreatedWith, createdWith, processOf } from './created-with.ts';

/** A container as `docker inspect` describes it. */
export interface Container {
  readonly id: string;
  /** 'running' also while it restarts in a loop: read `restarting` with it (facts: docker-ufw, Docker's states). */
  readonly status: 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
  readonly restarting: boolean;
  readonly exitCode: number;
  /** Why it could not be started: a port that is taken, a mount that does not exist. '' otherwise. */
  readonly error: string;
  /** The kernel ended it because memory ran out. */
  readonly outOfMemory: boolean;
  /** ms since 1970; undefined when it never ran. */
  readonly startedMs: number | undefined;
  readonly restarts: number;
  /** As it was named when the container was made: 'ghcr.io/open-webui/open-webui:main'. */
  readonly image: string;
  /** sha256:… of the image. */
  readonly imageId: string;
  readonly env: Env;
  /** Name → value. */
  readonly labels: Env;
  readonly mounts: readonly ContainerMount[];
  /** The ports that it publishes now: none while it does not run. */
  readonly published: readonly PublishedPort[];
  /** The ports that it is to publish. */
  readonly bound?: readonly PublishedPort[];
  readonly networks: readonly ContainerNetwork[];
  /** 'no', 'always', 'unless-stopped', 'on-failure'. */
  readonly restartPolicy: string;
  /** It is removed when it ends (`--rm`). */
  readonly autoRemove?: boolean;
  /** 'default', 'bridge', 'host', 'none', or the name of a network. */
  readonly networkMode?: string;
  /** 'host.docker.internal:host-gateway' */
  readonly extraHosts?: readonly string[];
  /** Bytes; 0 without a limit. */
  readonly memoryLimit?: number;
  /** What else a new one in its place has to be created with. */
  readonly createdWith?: CreatedWith;
}

/** A folder of the host, or a volume of Docker's, inside a container. */
interface ContainerMount {
  /** The path on the host, of a volume too. */
  readonly source: string;
  readonly target: string;
  /** The volume's name; undefined for a folder. */
  readonly volume?: string | undefined;
  readonly readOnly?: boolean;
  /** Shared with SELinux's label, as `-v …:z` does: 'z' or 'Z'. */
  readonly label?: string | undefined;
}

/** A port of a container that can be reached on the host. */
export interface PublishedPort {
  /** '127.0.0.1', '0.0.0.0', '::'. */
  readonly address: string;
  readonly hostPort: number;
  readonly containerPort: number;
  /** Only where it is not TCP: 'udp'. */
  readonly protocol?: string | undefined;
}

/** A network that a container is part of. */
export interface ContainerNetwork {
  /** 'bridge' is docker0. */
  readonly name: string;
  readonly id: string;
  /** The host's address as this container sees it; '' without one. */
  readonly gateway: string;
  /** The container's own address; '' while it does not run. */
  readonly address?: string;
  /** How many leading bits of that address are the network's; 0 while it does not run. */
  readonly prefix?: number;
}

export const inspectContainer = (name: string): Argv => ['docker', 'inspect', '--type', 'container', name];

export const inspectImage = (image: string): Argv => [
  'docker',
  'image',
  'inspect',
  '--format',
  '{{.Id}}',
  image,
];

/** The names by which an image can be had, tags and digests, and the environment that is built into it. */
export const inspectImageNames = (image: string): Argv => ['docker', 'image', 'inspect', image];

/** What {@link inspectImageNames} says. */
export interface ImageNames {
  /** 'sha256:…' */
  readonly id: string;
  /** 'ghcr.io/open-webui/open-webui:main' */
  readonly tags: readonly string[];
  /** 'ghcr.io/open-webui/open-webui@sha256:…' */
  readonly digests: readonly string[];
  readonly env: Env;
  readonly process: ContainerProcess;
}

/** Reads `docker image inspect`'s JSON; undefined when there is no such image. */
export function parseImageNames(stdout: string): ImageNames | undefined {
  const found = firstObject(stdout);
  if (found === undefined) return undefined;
  return {
    id: text(found.Id),
    tags: strings(found.RepoTags),
    digests: strings(found.RepoDigests),
    env: readEnv(strings(object(found.Config).Env).map(splitEnv)),
    process: processOf(object(found.Config)),
  };
}

/** What a container was given besides what is built into its image. */
export function ownEnv(container: Pick<Container, 'env'>, image: ImageNames | undefined): Env {
  const built = image?.env ?? {};
  return Object.fromEntries(
    Object.entries(container.env).filter(
      ([name, value]) => built[name] === undefined || !sameText(built[name], value),
    ),
  );
}

/** An image's digest for people to compare, 'sha256:69ca7de71ff9…'; of one that was never fetched its id. */
export function shortDigest(names: ImageNames | undefined, id: string): string {
  const digest = names?.digests[0]?.split('@')[1] ?? id;
  return `${digest.slice(0, 19)}…`;
}

/** docker0's network. Its gateway is the address at which a container reaches the host (facts: docker-ufw). */
export const inspectBridge: Argv = ['docker', 'network', 'inspect', 'bridge'];

/** The last lines that a container wrote since its last start; both streams, so read stdout and stderr. */
export const containerLog = (container: Pick<Container, 'id' | 'startedMs'>, lines: number): Argv => [
  'docker',
  'logs',
  '--tail',
  String(lines),
  // The log keeps what earlier starts wrote.
  ...(container.startedMs === undefined ? [] : ['--since', new Date(container.startedMs).toISOString()]),
  container.id.slice(0, 12),
];

/** Removes a container, running or not. Exits 0 when there is none. */
export const removeContainer = (name: string): Argv => ['docker', 'rm', '-f', name];

export const startContainer = (name: string): Argv => ['docker', 'start', name];

/** Runs Python inside a container; the program comes on stdin. -I: nothing of the application is imported. */
export const pythonInside = (container: string): Argv => [
  'docker',
  'exec',
  '-i',
  container,
  'python3',
  '-I',
  '-',
];

/** A container with its name: of several, or of one that may have any. */
export interface NamedContainer extends Container {
  /** 'open-webui' */
  readonly name: string;
  /** The compose project that it belongs to; undefined when compose did not make it. */
  readonly project: string | undefined;
}

/** Reads `docker inspect` of several containers. */
export function parseContainers(stdout: string): readonly NamedContainer[] {
  return list(parseJson(stdout)).map((one) => {
    const found = object(one);
    const labels = object(object(found.Config).Labels);
    const project = text(labels['com.docker.compose.project']);
    return {
      ...containerOf(found),
      name: text(found.Name).replace(/^\//, ''),
      project: project === '' ? undefined : project,
    };
  });
}

/** Reads `docker inspect`'s JSON; undefined when there is no such container (`[]`, exit 1). */
export function parseContainer(stdout: string): Container | undefined {
  const found = firstObject(stdout);
  return found === undefined ? undefined : containerOf(found);
}

function containerOf(found: Readonly<Record<string, unknown>>): Container {
  const state = object(found.State);
  const config = object(found.Config);
  const network = object(found.NetworkSettings);
  const hostConfig = object(found.HostConfig);
  const startedMs = Date.parse(text(state.StartedAt));
  return {
    id: text(found.Id),
    status: text(state.Status) as Container['status'],
    restarting: state.Restarting === true,
    exitCode: Number(state.ExitCode ?? 0),
    error: text(state.Error),
    outOfMemory: state.OOMKilled === true,
    // Docker writes the year 1 for 'never'.
    startedMs: Number.isNaN(startedMs) || startedMs <= 0 ? undefined : startedMs,
    restarts: Number(found.RestartCount ?? 0),
    image: text(config.Image),
    imageId: text(found.Image),
    env: readEnv(strings(config.Env).map(splitEnv)),
    labels: readEnv(Object.entries(object(config.Labels)).map(([key, value]) => [key, text(value)])),
    mounts: list(found.Mounts).map((mount) => ({
      source: text(object(mount).Source),
      target: text(object(mount).Destination),
      volume: text(object(mount).Type) === 'volume' ? text(object(mount).Name) : undefined,
      readOnly: object(mount).RW === false,
      label: /(?:^|,)(z|Z)(?:,|$)/.exec(text(object(mount).Mode))?.[1],
    })),
    published: publishedPorts(object(network.Ports)),
    bound: publishedPorts(object(hostConfig.PortBindings)),
    networks: Object.entries(object(network.Networks)).map(([name, value]) => ({
      name,
      id: text(object(value).NetworkID),
      gateway: text(object(value).Gateway),
      address: text(object(value).IPAddress),
      prefix: Number(object(value).IPPrefixLen ?? 0),
    })),
    restartPolicy: restartPolicyOf(object(hostConfig.RestartPolicy)),
    ...(hostConfig.AutoRemove === true ? { autoRemove: true } : {}),
    networkMode: text(hostConfig.NetworkMode),
    extraHosts: strings(hostConfig.ExtraHosts),
    memoryLimit: Number(hostConfig.Memory ?? 0),
    createdWith: createdWith(found),
  };
}

/** 'on-failure:5' where it gives up at some time. */
function restartPolicyOf({ Name, MaximumRetryCount }: Readonly<Record<string, unknown>>): string {
  const most = Number(MaximumRetryCount ?? 0);
  return `${text(Name)}${most > 0 ? `:${most}` : ''}`;
}

/** The gateway in `docker network inspect bridge`; undefined without one (docker not there, `"bridge":"none"`). */
export function parseBridgeAddress(stdout: string): string | undefined {
  const found = firstObject(stdout);
  const configurations = list(object(found?.IPAM).Config).map(object);
  return configurations
    .map((configuration) => text(configuration.Gateway))
    .find((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address));
}

/** The name of the interface that a network of Docker's has on the host: docker0, or br- and twelve digits. */
export function bridgeInterface(network: ContainerNetwork): string {
  return network.name === 'bridge' ? 'docker0' : `br-${network.id.slice(0, 12)}`;
}

/** Whether a published port can be reached from other machines. UFW does not filter it (facts: docker-ufw). */
export function openToOthers(port: PublishedPort): boolean {
  return !port.address.startsWith('127.') && port.address !== '::1';
}

function publishedPorts(ports: Readonly<Record<string, unknown>>): readonly PublishedPort[] {
  return Object.entries(ports).flatMap(([port, bindings]) =>
    list(bindings).map((binding) => ({
      address: text(object(binding).HostIp) || '0.0.0.0',
      hostPort: Number(object(binding).HostPort),
      containerPort: Number.parseInt(port, 10),
      ...(/\/(?!tcp)/.test(port) ? { protocol: port.split('/')[1] } : {}),
    })),
  );
}

function splitEnv(line: string): [string, string] {
  const at = line.indexOf('=');
  return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
}

function firstObject(json: string): Readonly<Record<string, unknown>> | undefined {
  const first = list(parseJson(json))[0];
  return first === undefined ? undefined : object(first);
}

function strings(value: unknown): readonly string[] {
  return list(value).filter((item) => typeof item === 'string');
}
