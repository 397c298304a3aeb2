/**
 * The two network namespaces of a droplet. Nothing leaves them: there is no link to the machine's own network.
 * The internet's address sits on a bridge, so that the droplet's end can be recreated for each boot (a network
 * namespace keeps its firewall rules) without the servers of the internet losing their address.
 */
import { readdir } from 'node:fs/promises';
import { dropletAddress, internetAddress, type Places } from './paths.ts';
import { must, run } from './shell.ts';

/**
 * The hardware address of the internet's bridge. Without one of its own it takes the lowest of what is plugged in, and when that
 * cable is pulled, the droplet sends to nobody until it asks again, half a minute later.
 */
const BRIDGE_ADDRESS = '02:00:cb:00:71:01';

/** Makes the internet's namespace, with 203.0.113.1 on its bridge `net0`. */
export async function makeInternetNamespace(places: Places): Promise<void> {
  const ns = places.internetNamespace;
  await must(['ip', 'netns', 'add', ns]);
  await must(['ip', '-n', ns, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', ns, 'link', 'add', 'net0', 'address', BRIDGE_ADDRESS, 'type', 'bridge']);
  await must(['ip', '-n', ns, 'addr', 'add', `${internetAddress}/24`, 'dev', 'net0']);
  await must(['ip', '-n', ns, 'link', 'set', 'net0', 'up']);
}

/** Recreates the droplet's namespace, with 203.0.113.10 on `eth0` and the way out through 203.0.113.1. */
export async function makeBoxNamespace(places: Places): Promise<void> {
  const { boxNamespace: box, internetNamespace: net } = places;
  await removeNamespace(box);
  // The other end of the pair dies with the old namespace, but the kernel takes a moment for it.
  await run(['ip', '-n', net, 'link', 'del', 'droplet0']);
  await must(['ip', 'netns', 'add', box]);
  await must([
    'ip',
    '-n',
    net,
    'link',
    'add',
    'droplet0',
    'type',
    'veth',
    'peer',
    'name',
    'eth0',
    'netns',
    box,
  ]);
  await must(['ip', '-n', net, 'link', 'set', 'droplet0', 'master', 'net0', 'up']);
  // With a second computer on the bridge its carrier stays, and the hardware address of the old end would be believed for half a minute.
  await must(['ip', '-n', net, 'neigh', 'flush', 'dev', 'net0']);
  await must(['ip', '-n', box, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', box, 'addr', 'add', `${dropletAddress}/24`, 'dev', 'eth0']);
  await must(['ip', '-n', box, 'link', 'set', 'eth0', 'up']);
  await must(['ip', '-n', box, 'route', 'add', 'default', 'via', internetAddress]);
}

/** Pulls the droplet's cable, or puts it back: its own addresses stay, and nothing else can be reached. */
export async function setCable({ internetNamespace }: Places, state: 'up' | 'down'): Promise<void> {
  await must(['ip', '-n', internetNamespace, 'link', 'set', 'droplet0', state]);
}

/** Removes a namespace by name; one that is not there is fine. */
export async function removeNamespace(name: string): Promise<void> {
  await run(['ip', 'netns', 'del', name]);
}

/** The names of all namespaces that droplets have, or had before a crash. */
export async function dropletNamespaces(): Promise<string[]> {
  const names = await readdir('/run/netns').catch(() => []);
  return names.filter((name) => /^otto-.*-(net|box|lap)$/.test(name));
}
