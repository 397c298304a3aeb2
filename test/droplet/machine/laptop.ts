/**
 * A second computer on the small internet, with an address of its own: one whose network can fall silent. What is sent then is
 * lost, and nobody is told: no FIN, no RST, as in a train that enters a tunnel.
 */

import { removeNamespace } from './network.ts';
import { laptopAddress, type Places } from './paths.ts';
import { must } from './shell.ts';

export interface Laptop {
  readonly namespace: string;
  /** From now on nothing gets through, in either direction. */
  silence(): Promise<void>;
  /** It gets through again. */
  restore(): Promise<void>;
}

/** Makes it, or makes it anew. It goes with the droplet. */
export async function makeLaptop({
  internetNamespace: net,
  laptopNamespace: laptop,
}: Places): Promise<Laptop> {
  await removeNamespace(laptop);
  await must(['ip', 'netns', 'add', laptop]);
  const pair = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', laptop];
  await must(['ip', '-n', net, 'link', 'add', 'laptop0', ...pair]);
  await must(['ip', '-n', laptop, 'link', 'set', 'lo', 'up']);
  await must(['ip', '-n', laptop, 'addr', 'add', `${laptopAddress}/24`, 'dev', 'eth0']);
  await must(['ip', '-n', laptop, 'link', 'set', 'eth0', 'up']);
  const restore = async () =>
    void (await must(['ip', '-n', net, 'link', 'set', 'laptop0', 'master', 'net0', 'up']));
  await restore();
  return {
    namespace: laptop,
    silence: async () => void (await must(['ip', '-n', net, 'link', 'set', 'laptop0', 'nomaster'])),
    restore,
  };
}
