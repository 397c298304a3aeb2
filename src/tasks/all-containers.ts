import type { Action, Command } from '../engine/contracts/action.ts';
import { command } from '../engine/contracts/command.ts';
import { notOurs, stops } from '../engine/contracts/effect.ts';
import type { Fix } from '../engine/contracts/task.ts';
import type { Argv, Host } from '../host/host.ts';
import { type Container, type NamedContainer, parseContainers } from '../system/docker/docker.ts';
import { DAEMON_FAILURES } from '../system/docker/docker-failures.ts';
import { askDocker } from './containers.ts';

const LIST: Argv = ['docker', 'ps', '--all', '--quiet', '--no-trunc'];

/** All containers of this machine, running or not, whoever made them. Throws HostError when Docker is stopped. */
export async function lookAtAllContainers(host: Host): Promise<readonly NamedContainer[]> {
  const { stdout } = await askDocker(host, LIST);
  const ids = stdout.split('\n').filter((id) => /^[0-9a-f]{12,64}$/.test(id));
  if (ids.length === 0) return [];
  const inspected = await askDocker(host, ['docker', 'inspect', '--type', 'container', ...ids]);
  return parseContainers(inspected.stdout);
}

/** Image names of Open WebUI, also of a mirror: 'ghcr.io/open-webui/open-webui:main', 'registry.example/open-webui@sha256:…'. */
const IMAGE = /(^|\/)open-webui(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/;
const INSIDE = '/app/backend/data';

type Looks = Pick<Container, 'image' | 'mounts' | 'autoRemove' | 'bound'>;

/** A program that is run with an image and its data for a moment, as looks do it: it offers nothing and is gone when it ends. */
const isForAMoment = ({ autoRemove, bound = [] }: Looks): boolean =>
  autoRemove === true && bound.length === 0;

/** Whether Open WebUI is in it: by its image or, where that has a name of somebody's own, by where it keeps its data. */
export const isOpenWebui = (one: Looks): boolean =>
  !isForAMoment(one) && (IMAGE.test(one.image) || one.mounts.some(({ target }) => target === INSIDE));

/** Whether Paperclip is in it, told the same way. */
export const isPaperclip = (one: Looks): boolean =>
  !isForAMoment(one) &&
  (/(^|\/)paperclip(:[\w.-]+)?(@sha256:[0-9a-f]+)?$/.test(one.image) ||
    one.mounts.some(({ target }) => target === '/paperclip'));

/** Whether it is such a program, run with the image or the data of a part of the Otto. */
export const isLookAtPart = (one: Looks): boolean =>
  isForAMoment(one) && [isOpenWebui, isPaperclip].some((is) => is({ ...one, autoRemove: false }));

/** The container that publishes this port of the machine now. */
export const publisherOf = (
  containers: readonly NamedContainer[],
  port: number,
): NamedContainer | undefined =>
  containers.find(({ published }) => published.some(({ hostPort }) => hostPort === port));

/** The container that a process is in, by its cgroup: on the machine's own network the process itself has the port. */
export function containerOfProcess(
  containers: readonly NamedContainer[],
  cgroup: string,
): NamedContainer | undefined {
  const id = /(?:docker[-/]|\/)([0-9a-f]{64})(?:\.scope)?/.exec(cgroup)?.[1];
  return id === undefined ? undefined : containers.find((one) => one.id === id);
}

/** What is said of a container that is in the way: 'the container web (image nginx:1, compose project shop, restart policy always)'. */
export function containerWords({ name, image, project, restartPolicy }: NamedContainer): string {
  const policy = restartPolicy === '' || restartPolicy === 'no' ? [] : [`restart policy ${restartPolicy}`];
  const of = project === undefined ? [] : [`compose project ${project}`];
  return `the container ${name} (${[`image ${image}`, ...of, ...policy].join(', ')})`;
}

/** Whether what answers on this port of the machine is this container: it runs, and the port is its own. */
export const hasPort = (container: Container | undefined, port: number): boolean =>
  container !== undefined &&
  container.status === 'running' &&
  (container.networkMode === 'host' || container.published.some(({ hostPort }) => hostPort === port));

/** Stops somebody's container and keeps Docker from starting it again, its data and settings as they are. Only after asking. */
const stopForeignContainer = ({ name }: NamedContainer): readonly Command[] => [
  command(
    ['docker', 'update', '--restart', 'no', name],
    `Keep Docker from starting the container ${name} again`,
    {
      timeoutMs: 60_000,
      knownFailures: DAEMON_FAILURES,
      effects: stops(`the container ${name} at the next boot`, notOurs),
    },
  ),
  command(['docker', 'stop', name], `Stop the container ${name}`, {
    timeoutMs: 120_000,
    knownFailures: DAEMON_FAILURES,
    effects: stops(`the container ${name}`, notOurs),
  }),
];

/** The fix that does so, for a port that it has. */
export const stopContainerFix = (
  container: NamedContainer,
  port: number,
  then: readonly Action[] = [],
): Fix => ({
  id: 'stop-container',
  title: `Stop the container ${container.name}, and do not start it again`,
  consequence: `What the container ${container.name} serves is unavailable until somebody gives it a port other than ${port}. Its data and settings stay; \`docker start ${container.name}\` starts it again.`,
  actions: [...stopForeignContainer(container), ...then],
});
