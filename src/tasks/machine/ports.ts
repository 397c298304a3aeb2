import { PORTS } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { notOurs, stops } from '../../engine/contracts/effect.ts';
import type { Fix } from '../../engine/contracts/task.ts';
import type { Host } from '../../host/host.ts';
import { startTicksOf } from '../../host/start-ticks.ts';
import type { NamedContainer } from '../../system/docker/docker.ts';
import { LIST_LISTENERS, parseListeners } from '../../system/network/sockets.ts';
import { endProcess } from '../../system/services/end-process.ts';
import { isInContainer, systemctl, unitOfCgroup } from '../../system/services/systemd.ts';
import {
  containerOfProcess,
  containerWords,
  lookAtAllContainers,
  publisherOf,
  stopContainerFix,
} from '../all-containers.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding, RUNBOOK_PORTS, type RunbookPort } from './findings.ts';

/** A process that listens on one of our ports. */
export interface PortHolder {
  readonly port: RunbookPort;
  readonly address: string;
  readonly name: string;
  readonly pid: number;
  /** Its arguments, joined by blanks. */
  readonly command: string;
  /** 'apache2.service' */
  readonly unit: string | undefined;
  readonly inContainer: boolean;
  /** The container that has the port, by itself or through Docker's proxy. */
  readonly container?: NamedContainer | undefined;
  /** When it was started, in clock ticks since boot: with its number that is this process and no later one. */
  readonly started?: string;
}

/** Who listens on the ports of the runbook. */
export async function lookAtPorts(host: Host): Promise<readonly PortHolder[]> {
  const listeners = parseListeners((await host.exec(LIST_LISTENERS)).stdout);
  const sockets = listeners.flatMap(({ port: number, address, holders }) => {
    const port = RUNBOOK_PORTS.find((one) => one === number);
    if (port === undefined) return [];
    return (holders.length > 0 ? holders : [{ name: '', pid: 0 }]).map((holder) => ({
      port,
      address,
      ...holder,
    }));
  });
  // A server shows up once per worker and per address family: one of each is enough.
  const distinct = sockets.filter(
    (one, index) =>
      sockets.findIndex((other) => other.port === one.port && other.name === one.name) === index,
  );
  const containers = await theirContainers(host, distinct);
  return Promise.all(
    distinct.map(async (socket): Promise<PortHolder> => {
      const [command = '', cgroup = '', stat] = await Promise.all([
        host.readFile(`/proc/${socket.pid}/cmdline`),
        host.readFile(`/proc/${socket.pid}/cgroup`),
        host.readFile(`/proc/${socket.pid}/stat`),
      ]);
      const started = startTicksOf(stat);
      return {
        ...socket,
        command: command.replaceAll('\0', ' ').trim(),
        unit: unitOfCgroup(cgroup),
        inContainer: isInContainer(cgroup),
        container:
          containerOfProcess(containers, cgroup) ??
          (isDocker(socket.name) ? publisherOf(containers, socket.port) : undefined),
        started,
      };
    }),
  );
}

/** Asked only where a port of ours is not held by what belongs there. Where Docker does not say, nobody knows. */
async function theirContainers(
  host: Host,
  sockets: readonly { readonly port: RunbookPort; readonly name: string }[],
): Promise<readonly NamedContainer[]> {
  const usual: readonly number[] = [PORTS.openWebui, PORTS.paperclip];
  const inTheWay = sockets.some(({ port, name }) =>
    isDocker(name) ? !usual.includes(port) : name !== 'nginx',
  );
  return inTheWay ? lookAtAllContainers(host).catch(() => []) : [];
}

const isDocker = (name: string): boolean => /^(docker-proxy|dockerd|rootlessport)$/.test(name);

/** Whether the port is held by the very part of an Otto that belongs there; its own task then looks at it closely. */
function isOurs(holder: PortHolder): boolean {
  const docker = holder.inContainer || isDocker(holder.name);
  switch (holder.port) {
    case PORTS.http:
    case PORTS.https:
      return holder.name === 'nginx' && !holder.inContainer;
    case PORTS.paperclip:
    case PORTS.openWebui:
      return docker;
    case PORTS.hermes:
      return !docker && /hermes_cli|hermes-agent|\bhermes\b/.test(holder.command);
    default:
      return false;
  }
}

/** A finding for each port that something else holds. */
export function judgePorts(
  holders: readonly PortHolder[],
  answers: Pick<Answers, 'paperclip'>,
): readonly Finding[] {
  const wrong = holders.filter(
    (holder) => !isOurs(holder) && !(holder.port === PORTS.paperclip && answers.paperclip === 'skip'),
  );
  return wrong
    .filter(({ port }, index) => wrong.findIndex((other) => other.port === port) === index)
    .map((holder) =>
      found(FINDINGS[`port-${holder.port}-held`], {
        evidence: `Port ${holder.port} is held by ${holderWords(holder)}.`,
        fixes: stopFixes(holder),
        watch: { everyMs: 3_000, forMs: 0 },
      }),
    );
}

function holderWords({ name, pid, unit, inContainer, command, container }: PortHolder): string {
  if (container !== undefined) return containerWords(container);
  if (pid === 0) return 'a process that the system does not name';
  const where = inContainer ? ', in a container' : unit === undefined ? '' : `, service ${unit}`;
  const what = command === '' ? '' : `: ${command.length > 80 ? `${command.slice(0, 79)}…` : command}`;
  return `${name} (pid ${pid}${where}${what})`;
}

function stopFixes({ port, name, unit, inContainer, pid, started, container }: PortHolder): readonly Fix[] {
  if (container !== undefined) return [stopContainerFix(container, port)];
  // Docker's proxy is not what holds the port: ending it leaves a container that nobody reaches.
  if (unit === undefined && !inContainer && !isDocker(name) && pid > 1 && started !== undefined)
    return [
      {
        id: 'end-process',
        title: `Stop ${name} (pid ${pid})`,
        consequence: `${name} stops, and so does what it serves. Somebody started it by hand, or another program did, which may start it again.`,
        actions: [endProcess({ pid, started }, `End ${name}, process ${pid}`, notOurs)],
      },
    ];
  if (unit === undefined || inContainer || /^(docker|containerd|nginx|ssh|sshd)\.service$/.test(unit))
    return [];
  return [
    {
      id: 'stop-unit',
      title: `Stop ${unit} and keep it from starting again`,
      consequence: `${name} stops, and so does what it serves, until somebody moves it to another port.`,
      actions: [
        systemctl(`Stop ${unit}`, ['disable', '--now', unit], {
          effects: stops(`the service ${unit}`, notOurs),
        }),
      ],
    },
  ];
}
