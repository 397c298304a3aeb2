import type { Host } from '../../host/host.ts';
import { bridgeInterface, type Container, type ContainerNetwork } from '../../system/docker/docker.ts';
import { lookAtBridge, lookAtContainer } from '../containers.ts';
import type { ContainerWay } from './facts.ts';

/** How containers come to this machine. Docker that cannot be asked leaves the usual way: its own task says what is wrong. */
export async function lookAtWays(host: Host, name: string): Promise<readonly ContainerWay[]> {
  const [container, bridge] = await Promise.all([
    lookAtContainer(host, name).catch(() => undefined),
    lookAtBridge(host).catch(() => undefined),
  ]);
  return containerWays(container, bridge);
}

/** docker0 always, since the runbook's container is there; beside it the networks of Open WebUI's container. */
export function containerWays(
  container: Container | undefined,
  bridge: string | undefined,
): readonly ContainerWay[] {
  const networks = container?.status === 'running' ? container.networks : [];
  const onBridge = networks.find(({ name }) => name === 'bridge');
  // A container that shares the host's network, or has none, has no gateway.
  const others = networks.filter(({ name, gateway }) => name !== 'bridge' && gateway !== '');
  return [
    onBridge === undefined ? { device: 'docker0', network: 'bridge', to: bridge } : wayOf(onBridge),
    // With a leg in docker0 the container goes to this machine over that one.
    ...(onBridge === undefined ? others.map(wayOf) : []),
  ];
}

function wayOf(network: ContainerNetwork): ContainerWay {
  const { address = '', gateway, prefix = 0 } = network;
  return {
    device: bridgeInterface(network),
    network: network.name,
    ...(address === '' ? {} : { from: address }),
    ...(gateway === '' ? {} : { to: gateway }),
    ...(address === '' || prefix === 0 ? {} : { subnet: networkOf(address, prefix) }),
  };
}

/** '172.18.0.2', 16 → '172.18.0.0/16' */
function networkOf(address: string, prefix: number): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  const base = Math.floor(number / size) * size;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256);
  return `${parts.join('.')}/${prefix}`;
}
