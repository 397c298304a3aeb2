import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderWith, ownVersion } from './own-version.ts';

/** This very program, as it could be put elsewhere. */
export interface OwnProgram {
  readonly version: string;
  /** The folder of its package. */
  readonly root: string;
  /** What `sha256sum` would say of its files and of the Node that it is published with, which is called 'node'. */
  readonly manifest: string;
  /** That Node, when it is the one that runs this. */
  readonly node: string | undefined;
  /** npm as it is published, where this came as one file: for a server that has none. Needs {@link node}. */
  readonly npm?: string | undefined;
  /** Fetches that Node, when it is another one; and where it is then. */
  readonly fetch: { readonly argv: readonly [string, string]; readonly node: string };
}

/** What bin/runtime.js, which decides about Node, says of it. */
interface Runtime {
  readonly CHECKSUMS: Readonly<Record<string, string | undefined>>;
  readonly fetched: () => string;
}

let known: Promise<OwnProgram | undefined> | undefined;

/** Read once: it does not change while it runs. Undefined for a checkout, and where no Node is published for the processor. */
export function ownProgram(): Promise<OwnProgram | undefined> {
  known ??= programIn(fileURLToPath(folderWith('package.json')), process.execPath);
  return known;
}

/** What runs on a server that is only rehearsed, however it was started here: as npx would have brought it there. */
export function rehearsedProgram(): OwnProgram {
  const root = '/root/.npm/_npx/0123456789abcdef/node_modules/otto-install';
  const node = '/var/lib/otto-install/node/24.21.0-x64/node';
  return {
    version: ownVersion(),
    root,
    manifest: `${'0'.repeat(64)}  bin/otto-install\n${'0'.repeat(64)}  node\n`,
    node,
    fetch: { argv: [node, `${root}/bin/fetch-node.js`], node },
  };
}

/** {@link ownProgram} of the package in `root`, run by the Node at `execPath`. */
export async function programIn(root: string, execPath: string): Promise<OwnProgram | undefined> {
  const runtime = join(root, 'bin/runtime.js');
  if (existsSync(join(root, 'src')) || !existsSync(runtime)) return undefined;
  const { CHECKSUMS, fetched }: Runtime = createRequire(import.meta.url)(runtime);
  const pinned = CHECKSUMS[process.arch];
  if (pinned === undefined) return undefined;
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !BESIDE.test(name) && statSync(join(root, name)).isFile())
    .sort();
  const sums = await Promise.all(names.map(async (name) => `${await sha256(join(root, name))}  ${name}\n`));
  return {
    version: ownVersion(),
    root: root.replace(/(.)\/$/, '$1'),
    manifest: `${sums.join('')}${pinned}  node\n`,
    node: (await sha256(execPath)) === pinned ? execPath : undefined,
    npm: names.includes(NPM) ? join(root, NPM) : undefined,
    fetch: { argv: [execPath, join(root, 'bin/fetch-node.js')], node: fetched() },
  };
}

/** Only what came as one file has it. */
const NPM = 'npm.tgz';

/** Whether two lists of checksums are those of the same program, with npm beside it or not. */
export function isSameProgram(manifest: string | undefined, other: string): boolean {
  const own = (text: string) => text.replace(/^.* npm\.tgz\n/m, '');
  return manifest !== undefined && own(manifest) === own(other);
}

/** What lies in the folder where it was unpacked from the one file, and where it was put before. */
const BESIDE = /^(?:node|SHA256SUMS|LICENCE-of-Node\.txt|node_modules(?:\/.*)?)$/;

/** With one buffer for all of it: Node itself has more than 100 MB. */
async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const file = await open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
