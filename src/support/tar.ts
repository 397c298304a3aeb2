/** A file of the bundle: text only. */
interface BundleFile {
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
