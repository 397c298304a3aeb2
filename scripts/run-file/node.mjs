// The Node that goes into the one file, for either architecture: from the npm registry that this machine is set up for, as the
// launcher would fetch it, and compared with package-lock.json and with the checksum that the launcher knows.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';

const { VERSION, CHECKSUMS } = createRequire(import.meta.url)('../../bin/runtime.js');

const digest = (algorithm, file, encoding) =>
  createHash(algorithm).update(readFileSync(file)).digest(encoding);

/**
 * The folder that holds `bin/node` and `LICENSE` for 'x64' or 'arm64'. Fetched once and kept in node_modules/.cache; its checksum
 * is compared every time. Throws when what the registry delivers is not what was reviewed.
 */
export async function nodeFor(arch, root) {
  const cache = join(root, 'node_modules/.cache/otto-install');
  const kept = join(cache, `node-${VERSION}-${arch}`);
  if (
    existsSync(join(kept, 'bin/node')) &&
    digest('sha256', join(kept, 'bin/node'), 'hex') === CHECKSUMS[arch]
  )
    return kept;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'fetching-'));
  try {
    const tarball = await fetchTarball(`node-linux-${arch}`, temporary, root);
    await execa('tar', ['-xzf', tarball, '-C', temporary]);
    const node = join(temporary, 'package/bin/node');
    const found = digest('sha256', node, 'hex');
    if (found !== CHECKSUMS[arch])
      throw new Error(
        `bin/node of ${arch} has sha256 ${found}, and bin/runtime.js expects ${CHECKSUMS[arch]}`,
      );
    rmSync(kept, { recursive: true, force: true });
    renameSync(join(temporary, 'package'), kept);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return kept;
}

async function fetchTarball(name, folder, root) {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { integrity } = lock.packages[`node_modules/${name}`];
  const { stdout } = await execa('npm', [
    'pack',
    '--json',
    '--pack-destination',
    folder,
    `${name}@${VERSION}`,
  ]);
  const tarball = join(folder, JSON.parse(stdout)[0].filename);
  const found = `sha512-${digest('sha512', tarball, 'base64')}`;
  if (found !== integrity)
    throw new Error(`${name}@${VERSION} has ${found}, and package-lock.json expects ${integrity}`);
  return tarball;
}
