import type { Layout } from '../../answers/layout.ts';
import type { Host } from '../../host/host.ts';
import { startTicksOf } from '../../host/start-ticks.ts';
import type { NamedContainer } from '../../system/docker/docker.ts';
import type { Listener } from '../../system/network/sockets.ts';
import type { ProcessId } from '../../system/services/end-process.ts';
import { parseFlocks, parseOpeners } from '../../system/services/file-locks.ts';
import {
  isHermesGateway,
  type ProcessInfo,
  parseProcesses,
  showProcessesArgv,
} from '../../system/services/processes.ts';
import { isInContainer, unitOfCgroup } from '../../system/services/systemd.ts';
import { containerOfProcess, lookAtAllContainers, publisherOf } from '../all-containers.ts';

/** A process that keeps our service from its lock or its port. */
export interface Rival extends ProcessInfo, ProcessId {
  readonly holds: 'lock' | 'port';
  readonly isGateway: boolean;
  /** The system unit that it belongs to; undefined when it was started in another way. */
  readonly unit: string | undefined;
  /** It belongs to the deploy user's own systemd. */
  readonly ofUserManager: boolean;
  /** The container that has the port, by itself or through Docker's proxy. */
  readonly container?: NamedContainer | undefined;
}

/** A second service for the same gateway. */
export type SecondUnit =
  | { readonly kind: 'system'; readonly path: string; readonly name: string }
  | {
      /** Of the deploy user's own systemd, which runs while that user is signed in, or always when it may linger. */
      readonly kind: 'user';
      readonly path: string;
      readonly atWork: boolean;
      /** /run/user/1000 */
      readonly runtimeFolder: string;
    };

/** Who has the lock file open and holds a flock; where the kernel's list cannot be read, who has it open. */
export function lockHolders(openers: string, flocks: string | undefined): readonly number[] {
  const open = parseOpeners(openers);
  if (flocks === undefined) return open;
  const locking = parseFlocks(flocks);
  return open.filter((pid) => locking.includes(pid));
}

/** Processes that hold the lock or the port and do not belong to our service. */
export async function findRivals(
  host: Host,
  place: Layout,
  listeners: readonly Listener[],
  lockPids: readonly number[],
): Promise<readonly Rival[]> {
  const portPids = listeners.flatMap(({ holders }) => holders.map(({ pid }) => pid));
  const pids = [...new Set([...lockPids, ...portPids])];
  if (pids.length === 0) return [];
  const shown = await host.exec(showProcessesArgv(pids), { timeoutMs: 10_000 });
  const found = await Promise.all(
    parseProcesses(shown.stdout).map(async (process): Promise<Rival | undefined> => {
      const [cgroup = '', stat] = await Promise.all(
        ['cgroup', 'stat'].map((name) =>
          host.readFile(`/proc/${process.pid}/${name}`).catch(() => undefined),
        ),
      );
      const started = startTicksOf(stat);
      // It ended while we looked.
      if (started === undefined) return undefined;
      return {
        ...process,
        started,
        holds: lockPids.includes(process.pid) ? 'lock' : 'port',
        isGateway: isHermesGateway(process.command),
        unit: unitOfCgroup(cgroup),
        container: await containerBehind(host, process.command, cgroup, place.hermes.port),
        ofUserManager: /\/user@\d+\.service\/.*\.service/.test(cgroup),
      };
    }),
  );
  return found.filter((rival) => rival !== undefined && rival.unit !== place.hermes.unitName) as Rival[];
}

/** The container that a process belongs to, or that Docker's proxy stands for. Docker is asked only about such a process. */
async function containerBehind(
  host: Host,
  command: string,
  cgroup: string,
  port: number,
): Promise<NamedContainer | undefined> {
  const isProxy = /\b(docker-proxy|dockerd|rootlessport)\b/.test(command);
  if (!isProxy && !isInContainer(cgroup)) return undefined;
  const containers = await lookAtAllContainers(host).catch(() => []);
  return containerOfProcess(containers, cgroup) ?? (isProxy ? publisherOf(containers, port) : undefined);
}

/** Hermes's own installer makes a unit of the user's systemd; very old ones had another name (facts: hermes 3). */
export async function findSecondUnit(host: Host, place: Layout): Promise<SecondUnit | undefined> {
  const ofUser = `${place.home}/.config/systemd/user/default.target.wants/${place.hermes.unitName}`;
  const old = '/etc/systemd/system/multi-user.target.wants/hermes.service';
  const [user, system, home] = await Promise.all([host.stat(ofUser), host.stat(old), host.stat(place.home)]);
  if (user !== undefined && home !== undefined) {
    const runtimeFolder = `/run/user/${home.uid}`;
    const socket = await host.stat(`${runtimeFolder}/systemd/private`);
    return { kind: 'user', path: ofUser, atWork: socket !== undefined, runtimeFolder };
  }
  return system === undefined ? undefined : { kind: 'system', path: old, name: 'hermes.service' };
}
