import type { Argv } from '../../host/host.ts';

/** Reads a file inside a container, running or not, as a tar archive on stdout. */
export const copyOut = (container: string, path: string): Argv => [
  'docker',
  'cp',
  `${container}:${path}`,
  '-',
];

/** The content of the first file in a tar archive of text; undefined when there is none. */
export function firstFileInTar(archive: string): string | undefined {
  for (let at = 0; at + 512 <= archive.length; ) {
    const size = Number.parseInt(archive.slice(at + 124, at + 136).replace(/\0.*$/, ''), 8);
    const type = archive[at + 156];
    if (Number.isNaN(size) || archive[at] === '\0') return undefined;
    if (type === '0' || type === '\0') return archive.slice(at + 512, at + 512 + size);
    // Headers of tar's own (long names, times) come before the file.
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}
