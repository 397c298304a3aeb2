// Puts the one file together: the header, which is a shell script, and behind its last line a compressed archive.
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export interface RunFileParts {
  /** Text of header.sh. */
  readonly header: string;
  /** Folder of the package, as it is published. */
  readonly program: string;
  /** The Node that runs it, and its notices. */
  readonly node: string;
  readonly nodeLicence: string;
  /** npm's tarball, as it is published. */
  readonly npm: string;
  readonly arch: 'x64' | 'arm64';
  /** A folder for what is packed; it is emptied first, and stays. */
  readonly stage: string;
  readonly target: string;
}

/**
 * Writes `target` and returns its size in bytes. The same input gives the same bytes: names are sorted, and times, owners and
 * modes of this machine stay out.
 */
export async function makeRunFile(parts: RunFileParts): Promise<number> {
  const { header, program, node, nodeLicence, npm, arch, stage, target } = parts;
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  cpSync(program, stage, { recursive: true });
  cpSync(node, join(stage, 'node'));
  cpSync(nodeLicence, join(stage, 'LICENCE-of-Node.txt'));
  cpSync(npm, join(stage, 'npm.tgz'));
  const files = filesBelow(stage);
  const manifest = files.map((name) => `${sha256(readFileSync(join(stage, name)))}  ${name}\n`).join('');
  writeFileSync(join(stage, 'SHA256SUMS'), manifest);

  const payload = await compressed(stage);
  const { version } = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'));
  const unpacked = [...files, 'SHA256SUMS'].reduce((sum, name) => sum + statSync(join(stage, name)).size, 0);
  const filled = fill(header, {
    VERSION: version,
    ARCH: arch,
    PAYLOAD_SHA256: sha256(payload),
    MANIFEST_SHA256: sha256(manifest),
    // While it is unpacked the archive is there too; a little more for the folders and the disk's blocks.
    NEEDED_KB: String(Math.ceil(((unpacked + payload.length) * 1.02) / 1024)),
    HELP: readFileSync(join(stage, 'dist/help.txt'), 'utf8').trimEnd(),
  });
  const bytes = Buffer.concat([withOwnSize(filled, payload.length), payload]);
  writeFileSync(target, bytes, { mode: 0o755 });
  return bytes.length;
}

/** Names of all files, sorted by their bytes and not by this machine's language. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

async function compressed(stage: string): Promise<Uint8Array> {
  const asBytes = { encoding: 'buffer', maxBuffer: 1e9, env: { LC_ALL: 'C' } } as const;
  const tar = await execa(
    'tar',
    [
      '--create',
      '--format=ustar',
      '--sort=name',
      // As npm does it: some unpackers refuse 1970.
      '--mtime=1985-10-26T08:15:00Z',
      '--owner=root:0',
      '--group=root:0',
      '--mode=a=rX,u+w',
      `--directory=${stage}`,
      '.',
    ],
    asBytes,
  );
  // One thread: with several the bytes depend on how many there are. -6 needs 9 MB to unpack; -9 is 1 % smaller and needs 65.
  const xz = await execa('xz', ['--threads=1', '-6', '--check=sha256', '--stdout'], {
    ...asBytes,
    input: tar.stdout,
  });
  return xz.stdout;
}

function fill(header: string, values: Readonly<Record<string, string>>): string {
  // By a function, since a text may hold `$&`, which replaceAll would take for its own.
  return Object.entries(values).reduce(
    (text, [name, value]) => text.replaceAll(`@${name}@`, () => value),
    header,
  );
}

/** The header says how long it is itself: tried until it is true. */
function withOwnSize(header: string, payloadBytes: number): Uint8Array {
  for (let size = 0; ; ) {
    const bytes = Buffer.from(
      fill(header, { HEADER_BYTES: String(size), FILE_BYTES: String(size + payloadBytes) }),
    );
    if (bytes.length === size) return bytes;
    size = bytes.length;
  }
}
