import {
  type Call,
  type Container,
  type Machine,
  NotRehearsed,
  type Outcome,
  type Tool,
} from '../machine.ts';
import { environment } from '../services/hermes.ts';
import { type OpenWebuiData, openWebui } from '../services/open-webui.ts';
import { type PaperclipData, paperclip } from '../services/paperclip.ts';

/** What the images hold: their size, and what answers on the published port once a container runs. */
const IMAGE_BYTES: Readonly<Record<string, number>> = { 'open-webui': 830_000_000, paperclip: 434_000_000 };
const BYTES_PER_SECOND = 90_000_000;

/** The databases in the data folders; they outlive the containers. */
export interface Databases {
  readonly openWebui: Map<string, OpenWebuiData>;
  readonly paperclip: Map<string, PaperclipData>;
}

/** Runs a script that came on stdin inside a container. */
export type InsideContainer = (container: Container, call: Call) => Outcome | Promise<Outcome>;

function imageKind(image: string): 'open-webui' | 'paperclip' {
  if (image.includes('open-webui')) return 'open-webui';
  if (image.includes('paperclip')) return 'paperclip';
  throw new NotRehearsed(`image ${image}`);
}

function isDown({ machine }: Call): boolean {
  return machine.units.get('docker.service')?.active !== true;
}

const daemonDown: Outcome = {
  exitCode: 1,
  stderr:
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
};

/** Docker's command line. `inside` runs `docker exec … python3 -`. */
export function docker(databases: Databases, inside: InsideContainer): Tool {
  return (call) => {
    if (isDown(call)) return daemonDown;
    const [verb, ...rest] = call.args;
    switch (verb) {
      case 'inspect':
        return inspect(call.machine, rest.at(-1) ?? '');
      case 'image':
        return inspectImage(call.machine, rest.at(-1) ?? '');
      case 'network':
        return {
          exitCode: 0,
          stdout: JSON.stringify([{ Name: 'bridge', IPAM: { Config: [{ Gateway: call.machine.bridge }] } }]),
        };
      case 'ps':
        return {
          exitCode: 0,
          stdout: [...call.machine.containers.keys()].map((name) => `${name}\n`).join(''),
        };
      case 'pull':
        return pull(call, rest.at(-1) ?? '');
      case 'run':
        return run(call, rest, databases);
      case 'start':
      case 'restart':
        return startAgain(call, rest.at(-1) ?? '', databases);
      case 'stop':
        return stop(call.machine, rest.at(-1) ?? '');
      case 'rm':
        return remove(call.machine, rest.at(-1) ?? '');
      case 'logs':
        return {
          exitCode: 0,
          stdout: (call.machine.containers.get(rest.at(-1) ?? '')?.log ?? [])
            .map((line) => `${line}\n`)
            .join(''),
        };
      case 'exec': {
        const container = call.machine.containers.get(rest.find((arg) => !arg.startsWith('-')) ?? '');
        if (!container?.running)
          return { exitCode: 1, stderr: 'Error response from daemon: container is not running\n' };
        return inside(container, call);
      }
      default:
        throw new NotRehearsed(`docker ${call.args.join(' ')}`);
    }
  };
}

function inspect(machine: Machine, name: string): Outcome {
  const container = machine.containers.get(name);
  if (container === undefined)
    return { exitCode: 1, stdout: '[]\n', stderr: `Error: No such container: ${name}\n` };
  const ports = Object.fromEntries(
    container.ports.map((published) => {
      const [HostIp, HostPort, inner] = published.split(':');
      return [`${inner}/tcp`, [{ HostIp, HostPort }]];
    }),
  );
  const described = {
    Id: `id-of-${name}`,
    Image: machine.images.get(container.image)?.digest,
    RestartCount: 0,
    State: {
      Status: container.running ? 'running' : 'exited',
      Running: container.running,
      Restarting: false,
      ExitCode: 0,
      Error: '',
      OOMKilled: false,
      StartedAt: new Date(container.startedMs).toISOString(),
    },
    Config: {
      Image: container.image,
      Env: Object.entries(container.env).map(([key, value]) => `${key}=${value}`),
      Labels: container.labels,
    },
    HostConfig: { RestartPolicy: { Name: container.restart } },
    Mounts: Object.entries(container.mounts).map(([Destination, Source]) => ({ Source, Destination })),
    NetworkSettings: { Ports: ports, Networks: { bridge: { NetworkID: 'bridge', Gateway: machine.bridge } } },
  };
  return { exitCode: 0, stdout: JSON.stringify([described]) };
}

function inspectImage(machine: Machine, name: string): Outcome {
  const image = machine.images.get(name);
  return image
    ? { exitCode: 0, stdout: `${image.digest}\n` }
    : { exitCode: 1, stderr: `Error: No such image: ${name}\n` };
}

async function pull({ machine, line }: Call, image: string): Promise<Outcome> {
  if (!machine.images.has(image)) await fetchImage(machine, image, () => {});
  line(`Status: Image is up to date for ${image}`);
  return { exitCode: 0 };
}

/** Fetches an image layer by layer; `report` gets the Engine API's lines. */
export async function fetchImage(
  machine: Machine,
  image: string,
  report: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const bytes = IMAGE_BYTES[imageKind(image)] ?? 0;
  const layers = [0.15, 0.6, 0.25].map((share, index) => ({
    id: `layer${index}`,
    total: Math.round(bytes * share),
  }));
  for (const { id, total } of layers) {
    for (let current = 0; current < total; current += BYTES_PER_SECOND / 4) {
      report(JSON.stringify({ status: 'Downloading', progressDetail: { current, total }, id }));
      await machine.wait(250, signal);
      if (signal?.aborted) return;
    }
    report(JSON.stringify({ status: 'Download complete', progressDetail: {}, id }));
    await machine.wait(1500, signal);
    report(JSON.stringify({ status: 'Pull complete', progressDetail: {}, id }));
  }
  machine.images.set(image, { bytes, digest: `sha256:${imageKind(image)}` });
}

async function run(call: Call, args: readonly string[], databases: Databases): Promise<Outcome> {
  const { machine } = call;
  const value = (flag: string) => args[args.indexOf(flag) + 1] ?? '';
  const name = value('--name');
  const image = args.at(-1) ?? '';
  if (machine.containers.has(name)) {
    return {
      exitCode: 125,
      stderr: `docker: Error response from daemon: Conflict. The container name "/${name}" is already in use.\n`,
    };
  }
  await pull({ ...call, line: () => {} }, image);
  const volumes = args.filter((_, index) => args[index - 1] === '-v').map((volume) => volume.split(':'));
  const labels = args.filter((_, index) => args[index - 1] === '--label').map((label) => label.split('='));
  const container: Container = {
    name,
    image,
    env: environment(machine.files.read(value('--env-file')) ?? ''),
    labels: Object.fromEntries(labels),
    ports: args.filter((_, index) => args[index - 1] === '-p'),
    mounts: Object.fromEntries(volumes.map(([source = '', target = '']) => [target, source])),
    restart: value('--restart'),
    running: true,
    startedMs: machine.now(),
    log: ['Started server process', 'Waiting for application startup.'],
  };
  machine.containers.set(name, container);
  await open(machine, container, databases);
  return { exitCode: 0, stdout: `id-of-${name}\n` };
}

/** Opens a container's published ports for what its image is. */
async function open(machine: Machine, container: Container, databases: Databases): Promise<void> {
  await machine.wait(800);
  const handle =
    imageKind(container.image) === 'open-webui'
      ? openWebui(machine, container, databases.openWebui)
      : paperclip(machine, container, databases.paperclip);
  const pid = machine.nextPid();
  for (const published of container.ports) {
    const [address = '0.0.0.0', port] = published.split(':');
    machine.listeners.set(Number(port), {
      address,
      port: Number(port),
      process: 'docker-proxy',
      pid,
      handle,
    });
  }
}

async function startAgain({ machine }: Call, name: string, databases: Databases): Promise<Outcome> {
  const container = machine.containers.get(name);
  if (container === undefined) return { exitCode: 1, stderr: `Error: No such container: ${name}\n` };
  container.running = true;
  container.startedMs = machine.now();
  await open(machine, container, databases);
  return { exitCode: 0, stdout: `${name}\n` };
}

function close(machine: Machine, container: Container): void {
  container.running = false;
  for (const published of container.ports) machine.listeners.delete(Number(published.split(':')[1]));
}

function stop(machine: Machine, name: string): Outcome {
  const container = machine.containers.get(name);
  if (container) close(machine, container);
  return { exitCode: container ? 0 : 1 };
}

function remove(machine: Machine, name: string): Outcome {
  const container = machine.containers.get(name);
  if (container) close(machine, container);
  machine.containers.delete(name);
  return { exitCode: 0 };
}
