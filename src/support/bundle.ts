import { gzipSync } from 'node:zlib';
import type { Host } from '../host/host.ts';
import { holdsSecret } from '../secret/secret.ts';
import { messageOf } from '../text/error-message.ts';
import { fileTime } from '../text/time.ts';
import type { Item } from './collect.ts';
import { tarOf } from './tar.ts';

/** What a bundle would be, ready to be written. */
export interface Bundle {
  /** The folder in the archive. */
  readonly name: string;
  readonly items: readonly Item[];
  readonly atMs: number;
}

/** What came of writing it. */
export type Written =
  | { readonly ok: true; readonly path: string; readonly bytes: number }
  | { readonly ok: false; readonly problem: string };

/** 'otto-support-20261122T235000Z' */
export function bundleName(atMs: number): string {
  return `otto-support-${fileTime(atMs)}`;
}

/** The files that would still contain a known secret, in whatever form: then nothing must be written. */
export function leaks(items: readonly Item[]): readonly string[] {
  return items
    .filter(({ name, content }) => holdsSecret(content) || holdsSecret(name))
    .map(({ name }) => name);
}

/** Writes the bundle, 0600, and reads it back. Leaves nothing behind when it fails. */
export async function writeBundle(host: Host, { name, items, atMs }: Bundle, path: string): Promise<Written> {
  const found = leaks(items);
  if (found.length > 0)
    return {
      ok: false,
      problem: `A secret of this machine would be in ${found.join(', ')}. Nothing was written.`,
    };
  if (host.kind === 'rehearsal')
    return { ok: false, problem: 'a rehearsal shows what would be in it, and writes nothing' };
  let written = false;
  try {
    const files = items.map((item) => ({ path: `${name}/${item.name}`, content: item.content }));
    const tar = tarOf(files, atMs);
    const packed = gzipSync(tar);
    // By the host, not by a program: the operator may have named somebody else's folder.
    await host.writeFile(path, packed, { mode: 0o600 });
    written = true;
    await verify(host, path, tar);
    return { ok: true, path, bytes: packed.length };
  } catch (error) {
    if (written) await host.removeFile(path).catch(() => undefined);
    return { ok: false, problem: messageOf(error) };
  }
}

/** Reads the archive back and compares. Throws when something differs from what was meant. */
async function verify(host: Host, path: string, tar: string): Promise<void> {
  const [unpacked, stat] = await Promise.all([
    host.exec(['gzip', '-dc'], { inputFile: path, timeoutMs: 60_000 }),
    host.stat(path),
  ]);
  if (unpacked.exitCode !== 0) throw new Error('what was written could not be read back');
  if (stat?.mode !== 0o600) throw new Error('what was written can be read by others');
  if (unpacked.stdout !== tar) throw new Error('what was read back is not what was written');
  if (holdsSecret(tar)) throw new Error('a secret of this machine was in it');
}
