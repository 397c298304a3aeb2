/** Taking droplets away: one that is no longer wanted, and whatever crashed runs have left. */
import { readdir } from 'node:fs/promises';
import { cgroupsOf, removeCgroups } from './cgroups.ts';
import { forgetOwnerless, removeLeftovers, removeTree } from './disk.ts';
import { dropletNamespaces, removeNamespace } from './network.ts';
import { diskRoot, placesOf, runRoot, stateRoot } from './paths.ts';
import { end, isAlive, killGroup, processesInNamespace } from './processes.ts';
import { dropletNames, readRecord } from './record.ts';

/**
 * Removes a droplet, whatever state it is in: its machine, its internet, any process left in its namespaces, the
 * namespaces, its control groups and disk, and, last, the run directory by which it can be found.
 */
export async function removeDroplet(name: string): Promise<void> {
  const places = placesOf(name);
  const record = await readRecord(name);
  await end(record?.machine?.init, 0);
  await end(record?.machine?.nspawn, 5_000);
  if (record?.internet != null && isAlive(record.internet)) {
    await end(record.internet, 10_000);
    // It led a group of its own; nothing that it started may stay.
    killGroup(record.internet.pid);
  }
  for (const namespace of [places.boxNamespace, places.laptopNamespace, places.internetNamespace]) {
    const left = await processesInNamespace(namespace);
    await Promise.all(left.filter(({ pid }) => pid !== process.pid).map((process) => end(process, 0)));
    await removeNamespace(namespace);
  }
  await removeCgroups(record?.cgroups ?? cgroupsOf(name));
  await removeTree(places.disk);
  await removeTree(places.runDir);
}

/**
 * Removes what crashed runs have left: droplets whose owner is gone, and namespaces and disks without a run directory.
 * Droplets of living owners, and those that `up` handed to the user, are left alone.
 */
export async function sweep(): Promise<void> {
  for (const name of await dropletNames()) {
    const record = await readRecord(name);
    const abandoned = record === undefined || (record.owner !== null && !isAlive(record.owner));
    if (abandoned) {
      process.stderr.write(`removing what a crashed run left of the droplet '${name}'\n`);
      await removeDroplet(name);
    }
  }
  const orphans = new Set<string>(await readdir(diskRoot()).catch(() => []));
  for (const namespace of await dropletNamespaces()) {
    orphans.add(namespace.replace(/^otto-/, '').replace(/-(net|box|lap)$/, ''));
  }
  // Looked at last: a name is claimed before anything else of a droplet is made.
  const known = new Set(await dropletNames());
  for (const name of orphans) {
    if (!name.startsWith('.') && !known.has(name)) await removeDroplet(name);
  }
  for (const dir of [runRoot, diskRoot(), stateRoot()]) await removeLeftovers(dir);
  await forgetOwnerless();
}
