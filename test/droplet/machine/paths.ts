import { join } from 'node:path';
import { cacheRoot } from '../cache.ts';

/** Where the droplets' run directories are: process numbers, ssh keys, logs. */
export const runRoot = '/run/otto-droplet';

/** The droplet's public address and that of its internet (RFC 5737); the same in every pair of namespaces. */
export const dropletAddress = '203.0.113.10';
export const internetAddress = '203.0.113.1';
export const laptopAddress = '203.0.113.77';

/** The places of one droplet. */
export interface Places {
  readonly runDir: string;
  /** Its disk: upper/, work/, root/ (the mount point, empty from outside), docker/. */
  readonly disk: string;
  /** Network namespaces: the internet's and the droplet's. */
  readonly internetNamespace: string;
  readonly boxNamespace: string;
  /** That of a second computer on that internet, when there is one. */
  readonly laptopNamespace: string;
}

/** Where the disks of droplets are; beside the cached base, because an overlay needs a real file system. */
export function diskRoot(): string {
  return join(cacheRoot(), 'droplets');
}

/** Where saved states are. */
export function stateRoot(): string {
  return join(cacheRoot(), 'states');
}

/** The places that belong to a droplet's name. Throws when the name is not 1–20 of a-z, 0-9 and '-'. */
export function placesOf(name: string): Places {
  if (!/^[a-z][a-z0-9-]{0,19}$/.test(name)) {
    throw new Error(`'${name}' cannot name a droplet: use up to 20 of a-z, 0-9 and '-', a letter first`);
  }
  return {
    runDir: join(runRoot, name),
    disk: join(diskRoot(), name),
    internetNamespace: `otto-${name}-net`,
    boxNamespace: `otto-${name}-box`,
    laptopNamespace: `otto-${name}-lap`,
  };
}
