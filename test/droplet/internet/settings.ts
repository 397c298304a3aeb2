/** What the process of the small internet is told, and where it puts what others read. */
import { join } from 'node:path';

/** The directories of what was built beforehand; what is missing is simply not served. */
export interface Artefacts {
  /** The bare git repository of Hermes. */
  readonly hermes?: string;
  readonly python?: string;
  readonly npm?: string;
  readonly apt?: string;
  /** The storage directory of docker-registry. */
  readonly images?: string;
}

/** The settings of world.ts. */
export interface WorldSettings {
  /** The folder of this run's own files: `internetDirOf` of the droplet's run directory. */
  readonly dir: string;
  readonly authorityDir: string;
  readonly artefacts: Artefacts;
}

/** The folder in a droplet's run directory that holds everything of its small internet: socket, logs, git. */
export const internetDirOf = (runDir: string): string => join(runDir, 'small-internet');

/** Where the root certificate is that pebble made for this run. */
export const pebbleRootOf = (dir: string): string => join(dir, 'pebble-root.pem');
