import type { Argv, Host } from '../host/host.ts';
import type { Container } from '../system/docker/docker.ts';
import { askDocker } from './containers.ts';

/**
 * Which users the processes of a container really run as, as this machine numbers them: what an image says about itself is not
 * asked. Root in a container is not in the list: it has no more than Docker leaves it, and nobody who is not root here has that
 * number. So Open WebUI, which runs as root in its container with its data in a folder of root's, shares nothing with a person.
 */
export async function processIds(host: Host, container: Container): Promise<readonly number[]> {
  if (container.status !== 'running' || container.restarting) return [];
  return parseProcessIds((await askDocker(host, listProcesses(container))).stdout);
}

/** ps(1) on the host, for the processes of one container. */
const listProcesses = ({ id }: Pick<Container, 'id'>): Argv => [
  'docker',
  'top',
  id.slice(0, 12),
  '-o',
  'pid,uid',
];

/** Reads {@link listProcesses}: numbers of users other than root, each once. */
export function parseProcessIds(output: string): readonly number[] {
  const found = output.split('\n').flatMap((line) => {
    const uid = /^\s*\d+\s+(\d+)\s*$/.exec(line)?.[1];
    return uid === undefined || uid === '0' ? [] : [Number(uid)];
  });
  return [...new Set(found)].sort((one, other) => one - other);
}
