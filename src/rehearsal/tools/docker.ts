import {
  closeContainer,
  connect,
  containerLog,
  disconnect,
  dockerId,
  findContainer,
  findImage,
  imageContent,
  openContainer,
  versionOf,
} from '../containers.ts';
import {
  type Call,
  type Container,
  type FetchedImage,
  type Machine,
  NotRehearsed,
  type Outcome,
  type Tool,
} from '../machine.ts';
import { environment } from '../services/hermes.ts';
import {
  inspect,
  inspectAll,
  inspectImage,
  listAll,
  listRunning,
  noContainer,
  noImage,
  print,
  top,
} from './docker-views.ts';
import { lookAtPaperclip } from './paperclip-inside.ts';
import { pythonBeside } from './python-beside.ts';
import { pythonInside } from './python-inside.ts';

const BYTES_PER_SECOND = 20_000_000;

const daemonDown: Outcome = {
  exitCode: 1,
  stderr:
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
};

/** Docker's command line. */
export const docker: Tool = async (call) => {
  const { machine } = call;
  if (machine.units.get('docker.service')?.active !== true) return daemonDown;
  const [verb, ...rest] = call.args;
  const name = rest.at(-1) ?? '';
  switch (verb) {
    case 'inspect':
      return rest[0] === '--type' && rest.length > 3
        ? inspectAll(machine, rest.slice(2))
        : inspect(machine, name);
    case 'image':
      return rest[0] === 'rm' ? takeName(machine, name) : inspectImage(machine, rest);
    case 'tag':
      return giveName(machine, rest[0] ?? '', name);
    case 'network':
      if (rest[0] === 'disconnect') return takeOff(machine, name);
      if (rest[0] === 'connect') return putOn(machine, name);
      return print([{ Name: 'bridge', IPAM: { Config: [{ Gateway: machine.bridge }] } }]);
    case 'ps':
      return rest.includes('--all') ? listAll(machine) : listRunning(machine);
    case 'events':
      return { exitCode: 0, stdout: '' };
    case 'pull':
      return pull(call, name);
    case 'run':
      return rest.includes('--entrypoint') ? beside(call, rest) : run(call, rest);
    case 'create':
      return create(call, rest);
    case 'rename':
      return rename(machine, rest);
    case 'update':
      return update(machine, rest);
    case 'logs': {
      const container = findContainer(machine, name);
      if (container === undefined) return noContainer(name);
      return {
        exitCode: 0,
        stdout: containerLog(machine, container, rest.includes('--timestamps'))
          .map((line) => `${line}\n`)
          .join(''),
      };
    }
    case 'top':
      return top(machine, rest[0] ?? '');
    case 'exec':
      return exec(
        call,
        rest.find((arg, index) => !arg.startsWith('-') && rest[index - 1] !== '--user') ?? '',
      );
    case 'start':
    case 'restart':
    case 'stop':
      return change(machine, verb, name);
    case 'rm':
      return remove(machine, name);
    default:
      throw new NotRehearsed(`docker ${call.args.join(' ')}`);
  }
};

async function pull({ machine, line, signal }: Call, image: string): Promise<Outcome> {
  if (findImage(machine, image) === undefined) await fetchImage(machine, image, () => {}, signal);
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
  const { bytes } = imageContent(image);
  const layers = [0.15, 0.6, 0.25].map((share, index) => ({
    id: dockerId(`${image}${index}`).slice(0, 12),
    total: Math.round(bytes * share),
  }));
  for (const { id, total } of layers) {
    for (let current = 0; current < total; current += BYTES_PER_SECOND) {
      report(JSON.stringify({ status: 'Downloading', progressDetail: { current, total }, id }));
      await machine.wait(1000, signal);
      if (signal?.aborted) return;
    }
    report(JSON.stringify({ status: 'Download complete', progressDetail: {}, id }));
    await machine.wait(1500, signal);
    report(JSON.stringify({ status: 'Pull complete', progressDetail: {}, id }));
  }
  const before = machine.images.get(image);
  // Whoever fetches it once more gets what came out meanwhile; the old one stays, without its name.
  const release = before === undefined ? 0 : 1;
  if (before !== undefined && before.release === 0) machine.images.set(before.digest, before);
  machine.images.set(image, { bytes, digest: `sha256:${dockerId(`${image}${release || ''}`)}`, release });
}

async function run(call: Call, args: readonly string[]): Promise<Outcome> {
  if (!args.includes('-d')) throw new NotRehearsed(`docker ${call.args.join(' ')}`);
  const outcome = await create(call, args);
  const container = findContainer(call.machine, (outcome.stdout ?? '').trim());
  if (outcome.exitCode === 0 && container !== undefined) openContainer(call.machine, container);
  return outcome;
}

async function create(call: Call, args: readonly string[]): Promise<Outcome> {
  const { machine } = call;
  const all = (flag: string) => args.filter((_, index) => args[index - 1] === flag);
  const [name = ''] = all('--name');
  const image = imageName(machine, args.at(-1) ?? '');
  if (machine.containers.has(name))
    return {
      exitCode: 125,
      stderr: `docker: Error response from daemon: Conflict. The container name "/${name}" is already in use by container "${dockerId(name)}".\n`,
    };
  await pull({ ...call, line: () => {} }, image);
  const made = findImage(machine, image);
  if (made === undefined) return { exitCode: 125, stderr: `docker: No such image: ${image}\n` };
  const container: Container = {
    id: dockerId(`${name}${machine.now()}`),
    name,
    image,
    made,
    env: environment(machine.files.read(all('--env-file')[0] ?? '') ?? ''),
    labels: Object.fromEntries(all('--label').map((label) => label.split('='))),
    ports: all('-p'),
    mounts: Object.fromEntries(all('-v').map((volume) => volume.split(':').reverse())),
    restart: all('--restart')[0] ?? 'no',
    connected: all('--network')[0] !== 'none',
    running: false,
    startedMs: 0,
  };
  await machine.wait(800);
  machine.containers.set(name, container);
  return { exitCode: 0, stdout: `${container.id}\n` };
}

/** Python in a separate container, on the data of an existing one; or what an image says of itself. */
function beside(call: Call, args: readonly string[]): Outcome | Promise<Outcome> {
  if (args.some((arg) => arg.includes('package.json'))) return printPackage(call.machine, args);
  const [data] = (args[args.indexOf('-v') + 1] ?? '').split(':');
  if (data === undefined || !args.includes('python3'))
    throw new NotRehearsed(`docker ${call.args.join(' ')}`);
  const owner = [...call.machine.containers.values()].find(({ mounts }) => {
    return Object.values(mounts).includes(data);
  });
  // Every release in memory knows the same database.
  if (call.input.startsWith('# otto-install: revisions')) return print([]);
  if (call.input.startsWith('# otto-install: look-at-release'))
    return lookAtRelease(call.machine, args, data);
  return pythonBeside(owner ?? onData(data), call);
}

/** The tag of an image that is named by its digest: what is in it follows from its name. */
const tagOf = (machine: Machine, image: FetchedImage): string =>
  [...machine.images].find(
    ([tag, { digest }]) => digest === image.digest && !tag.startsWith('sha256:'),
  )?.[0] ??
  [...machine.containers.values()].find(({ made }) => made.digest === image.digest)?.image ??
  '';

function imageIn(machine: Machine, args: readonly string[]): FetchedImage {
  const image = args.map((arg) => findImage(machine, arg)).find((one) => one !== undefined);
  if (image === undefined) throw new NotRehearsed(`docker run ${args.join(' ')}`);
  return image;
}

/** `sh -c` with a cat of the package.json that names the release. */
function printPackage(machine: Machine, args: readonly string[]): Outcome {
  const image = imageIn(machine, args);
  return print({ version: versionOf(tagOf(machine, image), image) });
}

/** templates/open-webui/look-at-release.py, from an image with the data of another. */
function lookAtRelease(machine: Machine, args: readonly string[], data: string): Outcome {
  const image = imageIn(machine, args);
  return print({
    version: versionOf(tagOf(machine, image), image),
    knowsDatabase: true,
    migrations: image.release === 0 ? 0 : 2,
    problem: '',
    databaseBytes: machine.files.stat(`${data}/webui.db`)?.size ?? 0,
  });
}

/** A separate container, on data that no other one is using. */
function onData(data: string): Container {
  return {
    ...{ id: dockerId(data), name: 'beside', image: 'open-webui', env: {}, labels: {}, ports: [] },
    made: { bytes: 0, digest: '', release: 0 },
    ...{
      mounts: { '/app/backend/data': data },
      restart: 'no',
      connected: false,
      running: true,
      startedMs: 0,
    },
  };
}

/** Also one that is already disconnected, which Docker reports as an error. */
function takeOff(machine: Machine, name: string): Outcome {
  const container = findContainer(machine, name);
  if (container === undefined) return noContainer(name);
  if (!container.connected)
    return {
      exitCode: 1,
      stderr: `Error response from daemon: container ${name} is not connected to network bridge\n`,
    };
  disconnect(machine, container);
  return { exitCode: 0 };
}

/** What runs in it hears nothing of the network that it gets. */
function putOn(machine: Machine, name: string): Outcome {
  const container = findContainer(machine, name);
  if (container === undefined) return noContainer(name);
  connect(machine, container);
  return { exitCode: 0 };
}

function rename(machine: Machine, [from = '', to = '']: readonly string[]): Outcome {
  const container = findContainer(machine, from);
  if (container === undefined) return noContainer(from);
  machine.containers.delete(container.name);
  container.name = to;
  machine.containers.set(to, container);
  return { exitCode: 0 };
}

/** Only `--restart POLICY NAME`. */
function update(machine: Machine, args: readonly string[]): Outcome {
  const [flag, policy = '', name = ''] = args;
  if (flag !== '--restart') throw new NotRehearsed(`docker update ${args.join(' ')}`);
  const container = findContainer(machine, name);
  if (container === undefined) return noContainer(name);
  container.restart = policy;
  return { exitCode: 0, stdout: `${name}\n` };
}

function giveName(machine: Machine, of: string, name: string): Outcome {
  const image = findImage(machine, of);
  if (image === undefined) return noImage(of);
  machine.images.set(name, image);
  return { exitCode: 0 };
}

function takeName(machine: Machine, name: string): Outcome {
  if (!machine.images.delete(name)) return noImage(name);
  return { exitCode: 0, stdout: `Untagged: ${name}\n` };
}

/** The name of an existing image, also when it is given by its id. */
function imageName(machine: Machine, image: string): string {
  const named = [...machine.images].find(([, { digest }]) => digest === image);
  return named?.[0] ?? image;
}

function exec(call: Call, name: string): Outcome | Promise<Outcome> {
  const container = findContainer(call.machine, name);
  if (container === undefined) return noContainer(name);
  if (!container.running)
    return {
      exitCode: 1,
      stderr: `Error response from daemon: Container ${container.id} is not running\n`,
    };
  if (call.input.startsWith('// otto-install: look-at-paperclip')) return lookAtPaperclip(container, call);
  return pythonInside(container, call);
}

async function change(machine: Machine, verb: 'start' | 'restart' | 'stop', name: string): Promise<Outcome> {
  const container = findContainer(machine, name);
  if (container === undefined) return noContainer(name);
  await machine.wait(800);
  if (verb !== 'start') closeContainer(machine, container);
  if (verb !== 'stop') openContainer(machine, container);
  return { exitCode: 0, stdout: `${name}\n` };
}

/** It is always called with -f: a missing one is not a failure. */
function remove(machine: Machine, name: string): Outcome {
  const container = findContainer(machine, name);
  if (container === undefined) return { ...noContainer(name), exitCode: 0 };
  closeContainer(machine, container);
  machine.containers.delete(container.name);
  return { exitCode: 0, stdout: `${name}\n` };
}
