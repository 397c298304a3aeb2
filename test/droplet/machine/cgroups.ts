/**
 * Each droplet gets a control group of its own, below that of the process that makes it. Without one, the
 * systemds of two droplets would manage the same tree. Works with version 1 (one tree per controller) and 2.
 */
import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pause } from './shell.ts';

const root = '/sys/fs/cgroup';

/** Whether this machine has version 1, where what runs inside needs some help (see `files.ts` and `boot.ts`). */
export function isVersion1(): boolean {
  return !existsSync(join(root, 'cgroup.controllers'));
}

/** The directories of the droplet's groups, whether they are there or not. */
export function cgroupsOf(name: string): string[] {
  const groups: string[] = [];
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n')) {
    const [, controllers = '', own = '/'] = line.split(':');
    const tree = isVersion1() ? join(root, controllers.replace('name=', '') || 'unified') : root;
    if (!existsSync(tree)) continue;
    // A droplet started from within a droplet's group must not nest: the part before ours is the parent.
    const parent = join(tree, own.split('/otto-droplet')[0] ?? '/', 'otto-droplet');
    groups.push(join(parent, name));
  }
  return groups;
}

/** Makes the groups. */
export async function makeCgroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    await mkdir(group, { recursive: true });
    if (existsSync(join(group, 'cpuset.cpus')) && isVersion1()) await inheritCpus(join(group, '..'), group);
  }
}

/** A version 1 cpuset starts empty, and no process can join it before it has processors and memory. */
async function inheritCpus(parent: string, group: string): Promise<void> {
  for (const dir of [parent, group]) {
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const above = readFileSync(join(dir, '..', file), 'utf8').trim();
      if (readFileSync(join(dir, file), 'utf8').trim() === '') await writeFile(join(dir, file), above);
    }
  }
}

/** Removes the droplet's groups and those that its systemd made inside; they are empty once it has ended. */
export async function removeCgroups(groups: readonly string[]): Promise<void> {
  for (const group of groups) {
    for (let attempt = 0; existsSync(group) && attempt < 20; attempt += 1) {
      if (!removeTree(group)) await pause(50);
    }
    // The common parent goes with its last droplet.
    removeOne(join(group, '..'));
  }
}

function removeTree(group: string): boolean {
  try {
    for (const entry of readdirSync(group, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(join(group, entry.name));
    }
  } catch {
    return !existsSync(group);
  }
  return removeOne(group);
}

function removeOne(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch {
    return false;
  }
}
