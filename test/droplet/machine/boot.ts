/** Starting and ending the machine itself: systemd-nspawn in a mount namespace of its own. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isVersion1 } from './cgroups.ts';
import { makeBoxNamespace } from './network.ts';
import { placesOf } from './paths.ts';
import { identify, initBelow, isAlive } from './processes.ts';
import type { DropletRecord, Machine } from './record.ts';
import { suiteOf } from './release.ts';
import { until } from './shell.ts';

const script = fileURLToPath(new URL('boot.sh', import.meta.url));

/**
 * Boots the droplet's disk and returns as soon as its systemd runs; sshd comes a second later. `note` is told of its
 * processes as they come, so that they are on record before anything is waited for.
 * Its console goes to <runDir>/console.log. Throws with the end of that when it does not come up.
 */
export async function bootMachine(
  record: DropletRecord,
  note: (machine: Machine) => Promise<void>,
): Promise<void> {
  const places = placesOf(record.name);
  await makeBoxNamespace(places);
  const consoleLog = join(places.runDir, 'console.log');
  const output = openSync(consoleLog, 'a', 0o600);
  const suite = suiteOf(record.release);
  const child = spawn('unshare', ['--mount', '--propagation', 'slave', 'sh', script], {
    // A session of its own: it outlives the command that started it, and Ctrl-C is not for it.
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      PATH: process.env.PATH,
      DROPLET: record.name,
      LAYERS: record.layers.join(':'),
      DISK: places.disk,
      FILES: join(places.runDir, 'files.tar'),
      NETNS: join('/run/netns', places.boxNamespace),
      CGROUPS: record.cgroups.join('\n'),
      // systemd 256 and later refuse version 1 unless told (trixie); 258 and later refuse it altogether (forky). That one gets
      // version 2: on a machine with version 1 a tree without controllers, since that has them all.
      INIT_ARGUMENTS: isVersion1() && suite === 'trixie' ? 'SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1' : '',
      ...(suite === 'forky' ? { SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1', OWN_CONTAINERD: '1' } : {}),
    },
  });
  closeSync(output);
  child.unref();
  const nspawn = child.pid === undefined ? undefined : identify(child.pid);
  if (nspawn === undefined) throw new Error("'unshare' could not be started");
  await note({ nspawn, init: null });
  const init = await until(
    'the droplet to boot',
    30_000,
    async () => {
      if (!isAlive(nspawn)) {
        const tail = (await readFile(consoleLog, 'utf8')).trim().split('\n').slice(-8).join('\n');
        throw new Error(`the droplet '${record.name}' did not boot: ${tail}`);
      }
      return initBelow(nspawn.pid);
    },
    20,
  );
  await note({ nspawn, init });
}
