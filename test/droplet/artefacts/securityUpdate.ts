import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../machine/shell.ts';

/** What is updated right after the first start of a droplet like Ubuntu: a library that sshd and cron have open. */
const PACKAGE = 'libpam0g';

/** How long installing it takes: on a real droplet the first updates are some minutes of unpacking and configuring. */
const SECONDS = 40;

/** What the update is made from. */
export const updateRecipe = { package: PACKAGE, seconds: SECONDS };

/**
 * Fetches the package and packs it again as a newer version of itself, into `pool`: the same files, and a script that takes its
 * time.
 * @param apt     apt-get, for the system of the droplet
 * @param scratch a directory to work in, which is removed
 */
export async function addSecurityUpdate(
  apt: readonly string[],
  pool: string,
  scratch: string,
): Promise<void> {
  await mkdir(scratch, { recursive: true });
  await must([...apt, 'download', PACKAGE], { cwd: scratch });
  const [deb] = await readdir(scratch);
  if (deb === undefined) throw new Error(`apt fetched no ${PACKAGE}`);
  const unpacked = join(scratch, 'unpacked');
  await must(['dpkg-deb', '--raw-extract', join(scratch, deb), unpacked]);
  const control = join(unpacked, 'DEBIAN/control');
  const text = await readFile(control, 'utf8');
  await writeFile(control, text.replace(/^(Version: .*)$/m, '$1+security1'));
  const script = `#!/bin/sh\n[ "$1" != configure ] || sleep ${SECONDS}\n`;
  await writeFile(join(unpacked, 'DEBIAN/postinst'), script, { mode: 0o755 });
  await must(['dpkg-deb', '--root-owner-group', '--build', unpacked, pool]);
  await rm(scratch, { recursive: true });
}
