import { createHash } from 'node:crypto';
import {
  type Container,
  type FetchedImage,
  type Handler,
  type Machine,
  NotRehearsed,
  type Request,
  type Response,
} from './machine.ts';
import { Unreachable } from './network.ts';
import { endProcess, startProcess } from './processes.ts';
import { openWebui } from './services/open-webui.ts';
import { paperclip } from './services/paperclip.ts';

/** What is in an image. */
interface Image {
  /** As it comes over the network. */
  readonly bytes: number;
  /** The version of each release. */
  readonly versions: readonly string[];
  readonly program: (machine: Machine, container: Container, version: string) => Handler;
  /** What a container of it logs, each line some ms after its start; from real ones. */
  readonly log: readonly (readonly [number, string])[];
}

const IMAGES: Readonly<Record<string, Image>> = {
  'open-webui': {
    bytes: 830_000_000,
    versions: ['0.12.4', '0.12.6'],
    program: openWebui,
    log: [
      [3_000, 'INFO  [alembic.runtime.migration] Context impl SQLiteImpl.'],
      [5_000, 'INFO  [alembic.runtime.migration] Will assume non-transactional DDL.'],
      [14_000, 'INFO:     Started server process [1]'],
      [14_500, 'INFO:     Waiting for application startup.'],
    ],
  },
  paperclip: {
    bytes: 434_000_000,
    versions: ['2026.916.0', '2026.930.0'],
    program: paperclip,
    log: [
      [1_000, '{"level":30,"pid":1,"msg":"Using embedded PostgreSQL because no DATABASE_URL set"}'],
      [7_500, '{"level":30,"pid":1,"msg":"Created embedded PostgreSQL database: paperclip"}'],
      [12_000, '{"level":30,"pid":1,"msg":"Embedded PostgreSQL ready"}'],
    ],
  },
};

/** What an image holds, whatever its tag. Throws NotRehearsed for other images. */
export function imageContent(image: string): Image {
  const name = Object.keys(IMAGES).find((known) => image.includes(known));
  const content = name === undefined ? undefined : IMAGES[name];
  if (content === undefined) throw new NotRehearsed(`image ${image}`);
  return content;
}

/** What an image says of its version. */
export function versionOf(image: string, { release }: { readonly release: number }): string {
  return imageContent(image).versions[release] ?? '';
}

/** An image by its name, or by its digest. */
export function findImage(machine: Machine, name: string): FetchedImage | undefined {
  return machine.images.get(name) ?? [...machine.images.values()].find(({ digest }) => digest === name);
}

/** sha256 in hex: Docker's names for images and containers. */
export function dockerId(of: string): string {
  return createHash('sha256').update(of).digest('hex');
}

/** The container of that name, or whose id begins so. */
export function findContainer(machine: Machine, name: string): Container | undefined {
  return (
    machine.containers.get(name) ??
    [...machine.containers.values()].find(({ id }) => name.length >= 6 && id.startsWith(name))
  );
}

/** What answers inside each container that runs. */
const handlers = new WeakMap<Container, Handler>();

/** Asks a container in its own network, which root can always enter. Throws Unreachable when it does not run. */
export function sendInside(container: Container, request: Request): Response | Promise<Response> {
  const handle = handlers.get(container);
  if (!container.running || handle === undefined)
    throw new Unreachable('refused', `connect ECONNREFUSED ${request.url.host}`);
  return handle(request);
}

/** Starts a container: its program begins to work and its ports are published. */
export function openContainer(machine: Machine, container: Container): void {
  container.running = true;
  container.startedMs = machine.now();
  const handle = imageContent(container.image).program(
    machine,
    container,
    versionOf(container.image, container.made),
  );
  handlers.set(container, handle);
  if (container.connected) publishPorts(machine, container, handle);
}

function publishPorts(machine: Machine, container: Container, handle: Handler): void {
  for (const published of container.ports) {
    const [address = '0.0.0.0', hostPort] = published.split(':');
    const port = Number(hostPort);
    const command = ['/usr/bin/docker-proxy', '-proto', 'tcp', '-host-ip', address, '-host-port', `${port}`];
    const pid = startProcess(machine, { user: 'root', command, unit: 'docker.service', locks: [] });
    machine.listeners.set(port, { address, port, process: 'docker-proxy', pid, handle });
  }
}

export function closeContainer(machine: Machine, container: Container): void {
  // One that was set aside has no port: by now it is another one's.
  if (!container.running) return;
  container.running = false;
  closePorts(machine, container);
}

/** Takes a container off Docker's bridge: its ports are closed, and what runs in it keeps running. */
export function disconnect(machine: Machine, container: Container): void {
  container.connected = false;
  closePorts(machine, container);
}

/** Puts a container on Docker's bridge: the ports of one that runs are published. */
export function connect(machine: Machine, container: Container): void {
  container.connected = true;
  const handle = handlers.get(container);
  if (container.running && handle !== undefined) publishPorts(machine, container, handle);
}

function closePorts(machine: Machine, container: Container): void {
  for (const published of container.ports) {
    const listener = machine.listeners.get(Number(published.split(':')[1]));
    if (listener) endProcess(machine, listener.pid);
  }
}

/** When Docker starts: containers that are to be restarted run again. */
export function openContainers(machine: Machine): void {
  for (const container of machine.containers.values())
    if (container.restart === 'always') openContainer(machine, container);
}

/** When Docker stops, all containers do. */
export function closeContainers(machine: Machine): void {
  for (const container of machine.containers.values()) closeContainer(machine, container);
}

/** What a container has logged by now, oldest first. */
export function containerLog(
  machine: Machine,
  { image, startedMs }: Container,
  withTimes = false,
): readonly string[] {
  const age = machine.now() - startedMs;
  const time = (afterMs: number) => (withTimes ? `${new Date(startedMs + afterMs).toISOString()} ` : '');
  return imageContent(image).log.flatMap(([afterMs, line]) =>
    afterMs <= age ? [`${time(afterMs)}${line}`] : [],
  );
}
