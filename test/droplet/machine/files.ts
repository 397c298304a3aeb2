/** The files that are laid over a droplet's root before it boots, as a tar archive. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nobleSeed } from '../base/noble.ts';
import { isVersion1 } from './cgroups.ts';
import { isLikeNoble, type Release, suiteOf } from './release.ts';
import { must } from './shell.ts';

/** A file of the droplet: an absolute path, its text, and its permission bits. */
export interface DropletFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * On a machine with control groups version 1 systemd-nspawn leaves the controllers read-only inside, and runc then
 * fails with "read-only file system". A virtual machine, which a droplet is, has no such thing.
 */
const writableControllers = `[Unit]
Description=Makes the control groups writable for Docker (test droplet on a machine with cgroup v1)
DefaultDependencies=no
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for c in cpu cpuacct cpuset memory devices freezer blkio pids; do mount -o remount,bind,rw /sys/fs/cgroup/$c; done'
`;

/** What every droplet gets: its name, a new machine-id, and the key that lets its maker in as root. */
export function ownFiles(name: string, release: Release, publicKey: string): DropletFile[] {
  const unit = 'otto-droplet-cgroups.service';
  const legacy: DropletFile[] = [
    { path: `/usr/lib/systemd/system/${unit}`, content: writableControllers, mode: 0o644 },
    {
      path: `/usr/lib/systemd/system/sysinit.target.d/${unit.replace('.service', '.conf')}`,
      content: `[Unit]\nWants=${unit}\n`,
      mode: 0o644,
    },
  ];
  return [
    { path: '/etc/hostname', content: `otto-${name}\n`, mode: 0o644 },
    {
      path: '/etc/hosts',
      content: `127.0.0.1 localhost\n127.0.1.1 otto-${name}\n::1 localhost ip6-localhost\n`,
      mode: 0o644,
    },
    { path: '/etc/machine-id', content: `${randomBytes(16).toString('hex')}\n`, mode: 0o444 },
    { path: '/root/.ssh/authorized_keys', content: publicKey, mode: 0o600 },
    ...(isLikeNoble(release)
      ? nobleSeed(name).map(([path, content]) => ({ path, content, mode: 0o644 }))
      : []),
    // forky has version 2 inside in any case (boot.ts).
    ...(isVersion1() && suiteOf(release) !== 'forky' ? legacy : []),
  ];
}

/** Writes the archive. Directories that the droplet has already keep their owner and mode. */
export async function writeArchive(archive: string, files: readonly DropletFile[]): Promise<void> {
  const stage = `${archive}.d`;
  await rm(stage, { recursive: true, force: true });
  for (const { path, content, mode } of files) {
    const target = join(stage, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, mode);
  }
  await chmod(join(stage, 'root/.ssh'), 0o700);
  await must(['tar', '-C', stage, '--owner=0', '--group=0', '-cf', archive, '.']);
  await rm(stage, { recursive: true, force: true });
}
