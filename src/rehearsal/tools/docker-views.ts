import { dockerId, findContainer, findImage } from '../containers.ts';
import type { Machine, Outcome } from '../machine.ts';

/** What Docker's command line says of what there is. */

export const noContainer = (name: string): Outcome => ({
  exitCode: 1,
  stderr: `Error: No such container: ${name}\n`,
});

export const print = (value: unknown): Outcome => ({ exitCode: 0, stdout: `${JSON.stringify(value)}\n` });

export function listRunning(machine: Machine): Outcome {
  const running = [...machine.containers.values()].filter((container) => container.running);
  return { exitCode: 0, stdout: running.map(({ id }) => `${id.slice(0, 12)}\n`).join('') };
}

export function listAll(machine: Machine): Outcome {
  return { exitCode: 0, stdout: [...machine.containers.values()].map(({ id }) => `${id}\n`).join('') };
}

/** Several at once; of these all are there. */
export function inspectAll(machine: Machine, names: readonly string[]): Outcome {
  return print(names.flatMap((name) => JSON.parse(inspect(machine, name).stdout ?? '[]') as unknown[]));
}

export function inspect(machine: Machine, name: string): Outcome {
  const container = findContainer(machine, name);
  if (container === undefined) return { ...noContainer(name), stdout: '[]\n' };
  const ports = container.ports.map((published) => {
    const [HostIp, HostPort, inner] = published.split(':');
    return [`${inner}/tcp`, [{ HostIp, HostPort }]];
  });
  return print([
    {
      Id: container.id,
      Name: `/${container.name}`,
      Image: container.made.digest,
      RestartCount: 0,
      State: {
        Status: container.running ? 'running' : container.startedMs === 0 ? 'created' : 'exited',
        Running: container.running,
        Restarting: false,
        OOMKilled: false,
        ExitCode: 0,
        Error: '',
        StartedAt: new Date(container.startedMs).toISOString(),
      },
      Config: {
        Image: container.image,
        Env: Object.entries(container.env).map(([key, value]) => `${key}=${value}`),
        Labels: container.labels,
      },
      HostConfig: {
        RestartPolicy: { Name: container.restart },
        PortBindings: Object.fromEntries(ports),
        NetworkMode: container.ports.length === 0 && !container.connected ? 'none' : 'default',
      },
      Mounts: Object.entries(container.mounts).map(([Destination, Source]) => ({ Source, Destination })),
      NetworkSettings: {
        // A container that does not run publishes nothing.
        Ports: container.running && container.connected ? Object.fromEntries(ports) : {},
        Networks: container.connected
          ? {
              bridge: {
                NetworkID: dockerId('bridge'),
                Gateway: machine.bridge,
                IPAddress: container.running ? '172.17.0.2' : '',
              },
            }
          : {},
      },
    },
  ]);
}

/** What Docker says of an image that is not there. */
export const noImage = (name: string): Outcome => ({
  exitCode: 1,
  stdout: '\n',
  stderr: `Error: No such image: ${name}\n`,
});

/** With a format, only its id; without one, also the names by which it can be had. */
export function inspectImage(machine: Machine, args: readonly string[]): Outcome {
  const name = args.at(-1) ?? '';
  const image = findImage(machine, name);
  if (image === undefined) return noImage(name);
  if (args.includes('--format')) return { exitCode: 0, stdout: `${image.digest}\n` };
  const tags = [...machine.images].flatMap(([tag, one]) =>
    one === image && tag !== one.digest ? [tag] : [],
  );
  const digests = tags.map((tag) => `${tag.slice(0, tag.lastIndexOf(':'))}@${image.digest}`);
  return print([{ Id: image.digest, RepoTags: tags, RepoDigests: digests, Config: { Env: [] } }]);
}

/** Its processes as ps(1) lists them: root, and the user that its environment names. */
export function top(machine: Machine, name: string): Outcome {
  const container = findContainer(machine, name);
  if (container === undefined) return noContainer(name);
  return { exitCode: 0, stdout: `PID UID\n${machine.nextPid()} ${container.env.USER_UID ?? '0'}\n` };
}
