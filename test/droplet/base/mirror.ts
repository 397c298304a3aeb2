/** Where this machine gets Debian's packages from, so that a root file system is made from the same mirror. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Sources {
  /** Its ending tells apt the form: `.sources` or `.list`. */
  readonly fileName: string;
  readonly text: string;
}

/**
 * The machine's own apt sources, rewritten for another release; undefined when they are not Debian's
 * (mmdebstrap then uses its default). The release of the machine is read from /etc/os-release.
 */
export async function mirrorSources(release: string): Promise<Sources | undefined> {
  const osRelease = await readFile('/etc/os-release', 'utf8');
  const own = /^VERSION_CODENAME=(.*)$/m.exec(osRelease)?.[1] ?? '';
  if (!/^ID=debian$/m.test(osRelease) || own === '') return undefined;
  const files = ['/etc/apt/sources.list'];
  for (const name of await readdir('/etc/apt/sources.list.d').catch(() => [])) {
    files.push(join('/etc/apt/sources.list.d', name));
  }
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const rewritten = file.endsWith('.sources')
      ? stanzasFor(text, own, release)
      : linesFor(text, own, release);
    if (rewritten !== '')
      return { fileName: file.endsWith('.sources') ? 'debian.sources' : 'debian.list', text: rewritten };
  }
  return undefined;
}

/** From deb822 text: the stanzas of the release `own` and its -updates and -security, for `release` instead. */
export function stanzasFor(text: string, own: string, release: string): string {
  return text
    .split(/\n\s*\n/)
    .map((stanza) => stanza.replace(/^#.*\n?/gm, '').trim())
    .filter((stanza) => isOfRelease(/^Suites:\s*(.*)$/m.exec(stanza)?.[1] ?? '', own))
    .map((stanza) => stanza.replace(/^(Suites:.*)$/m, (line) => thoseThereAre(line.replaceAll(own, release))))
    .filter((stanza) => !/^Suites:$/m.test(stanza))
    .map((stanza) => `${stanza}\n`)
    .join('\n');
}

/** The same for one-line sources. */
export function linesFor(text: string, own: string, release: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) =>
        line.startsWith('deb ') && isOfRelease(line.replace(/^deb (\[[^\]]*\] )?\S+ (\S+).*$/, '$2'), own),
    )
    .map((line) => line.replaceAll(own, release))
    .filter((line) => line === thoseThereAre(line))
    .map((line) => `${line}\n`)
    .join('');
}

/** Without the suites that unstable does not have: what is new or mended comes to sid itself. */
function thoseThereAre(line: string): string {
  return line.replace(/ sid-(?:updates|security)\b/g, '');
}

function isOfRelease(suites: string, own: string): boolean {
  const names = suites.split(/\s+/).filter(Boolean);
  return names.length > 0 && names.every((name) => [own, `${own}-updates`, `${own}-security`].includes(name));
}
