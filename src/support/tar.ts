/** A file of the bundle: text only. */
export interface BundleFile {
  /** 'otto-support-…/logs/hermes.log' */
  readonly path: string;
  readonly content: string;
}

const BLOCK = 512;

/**
 * The files as a tar archive (POSIX ustar), each 0600. As text: what is in it is UTF-8, and the format itself is ASCII.
 * Throws for a path of more than 100 bytes.
 */
export function tarOf(files: readonly BundleFile[], atMs: number): string {
  const parts = files.flatMap(({ path, content }) => {
    const size = Buffer.byteLength(content);
    return [header(path, size, atMs), content, '\0'.repeat((BLOCK - (size % BLOCK)) % BLOCK)];
  });
  return `${parts.join('')}${'\0'.repeat(2 * BLOCK)}`;
}

function header(path: string, size: number, atMs: number): string {
  if (Buffer.byteLength(path) > 100 || !/^[\x20-\x7e]+$/.test(path))
    throw new Error(`${path} is no name for an archive`);
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, '0')}\0`;
  const head = (sum: string) =>
    [
      path.padEnd(100, '\0'),
      octal(0o600, 8),
      octal(0, 8),
      octal(0, 8),
      octal(size, 12),
      octal(Math.floor(atMs / 1000), 12),
      sum,
      '0',
      ''.padEnd(100, '\0'),
      'ustar\0',
      '00',
      'root'.padEnd(32, '\0'),
      'root'.padEnd(32, '\0'),
    ]
      .join('')
      .padEnd(BLOCK, '\0');
  const sum = [...head(' '.repeat(8))].reduce((total, character) => total + character.charCodeAt(0), 0);
  return head(`${sum.toString(8).padStart(6, '0')}\0 `);
}

/** Reads such an archive. Throws when it is cut off or a header does not add up. */
export function filesIn(tar: string): readonly BundleFile[] {
  const bytes = Buffer.from(tar);
  const files: BundleFile[] = [];
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head.every((byte) => byte === 0)) return files;
    const field = (from: number, length: number) =>
      head
        .subarray(from, from + length)
        .toString('latin1')
        .replace(/\0.*$/s, '');
    const sum = head.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    const size = Number.parseInt(field(124, 12), 8);
    if (Number.parseInt(field(148, 8), 8) !== sum || at + BLOCK + size > bytes.length)
      throw new Error('the archive is damaged');
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size).toString('utf8');
    files.push({ path: field(0, 100), content });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error('the archive is cut off');
}
