import type { Finding } from '../../engine/task.ts';
import type { Host } from '../../host/host.ts';
import { type Container, inspectContainer, parseContainer } from '../../system/docker.ts';

/** Which of these containers run without the network that they were made with. */
export async function findCutOff(host: Host, names: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    names.map(async (name) => ({
      name,
      container: parseContainer((await host.exec(inspectContainer(name))).stdout),
    })),
  );
  return found.flatMap(({ name, container }) =>
    container !== undefined && isCutOff(container) ? [name] : [],
  );
}

/** Whether it runs, belongs on docker0, and has no address there. */
export function isCutOff({ status, restarting, networkMode, networks }: Container): boolean {
  const onBridge = networkMode === 'default' || networkMode === 'bridge';
  return (
    status === 'running' && !restarting && onBridge && networks.every(({ address = '' }) => address === '')
  );
}

/** Containers that run without a network: connected again as they are, which opens their ports, too. */
export function judgeCutOff(names: readonly string[]): readonly Finding[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'container-without-network',
      severity: 'broken',
      saw: `${names.join(' and ')} ${names.length === 1 ? 'runs' : 'run'}, but without any network.`,
      because:
        'A container that was started while Docker had no bridge stays without network and ports when the bridge is back, also after a restart: Docker shows it as running, and nothing answers. It has to be connected again.',
      ifSkipped: 'What runs in it cannot be reached.',
      fixes: [
        {
          title: `Connect ${names.join(' and ')} to Docker's bridge again`,
          actions: names.map((name) => ({
            kind: 'run',
            argv: ['docker', 'network', 'connect', 'bridge', name],
            purpose: `Connect ${name}, and open its ports`,
            timeoutMs: 30_000,
          })),
        },
      ],
    },
  ];
}
