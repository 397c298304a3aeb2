import type { Argv } from '../host/host.ts';

/** What /etc/os-release says (os-release(5)); the fields that we judge by. */
export interface OsRelease {
  /** 'ubuntu', 'debian' */
  readonly id: string;
  /** '24.04', '12'; empty on a rolling release. */
  readonly versionId: string;
  /** 'noble', 'bookworm' */
  readonly codename: string;
  /** 'Ubuntu 24.04.2 LTS' */
  readonly prettyName: string;
  /** The families it says it belongs to: ['debian'] */
  readonly like: readonly string[];
}

/** Reads /etc/os-release. */
export function parseOsRelease(text: string): OsRelease {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value.replace(/^(["'])(.*)\1$/, '$2'));
  }
  const id = values.get('ID') ?? 'linux';
  return {
    id,
    versionId: values.get('VERSION_ID') ?? '',
    codename: values.get('VERSION_CODENAME') ?? '',
    prettyName: values.get('PRETTY_NAME') ?? id,
    like: (values.get('ID_LIKE') ?? '').split(/\s+/).filter((family) => family !== ''),
  };
}

/** Whether apt and dpkg manage this system. */
export function isDebianFamily(os: OsRelease): boolean {
  return [os.id, ...os.like].some((family) => family === 'debian' || family === 'ubuntu');
}

/** Reads /proc/meminfo: bytes of memory and of swap. */
export function parseMeminfo(text: string): { readonly memory: number; readonly swap: number } {
  const bytes = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { memory: bytes('MemTotal'), swap: bytes('SwapTotal') };
}

/** Space of a file system, bytes. */
export interface Disk {
  readonly size: number;
  readonly free: number;
}

/** Reads `df -B1 --output=size,avail PATH`; undefined when df could not tell. */
export function parseDf(output: string): Disk | undefined {
  const [size, free] = (output.trim().split('\n')[1] ?? '').trim().split(/\s+/).map(Number);
  return size !== undefined && free !== undefined && size > 0 ? { size, free } : undefined;
}

/** A file system and its space. */
export interface FileSystem extends Disk {
  /** Where it is mounted: '/', '/var/lib/docker'. */
  readonly target: string;
  /** Each file needs one; undefined where they are made as they are needed (btrfs). */
  readonly inodes?: Disk | undefined;
}

/** Asks for the file systems on which these paths lie. Output: {@link parseFileSystems}. */
export function showFileSystems(paths: readonly string[]): Argv {
  return ['df', '-B1', '--output=size,avail,itotal,iavail,target', ...paths];
}

/** Reads {@link showFileSystems}: each file system once. */
export function parseFileSystems(output: string): readonly FileSystem[] {
  const lines = output.trim().split('\n').slice(1);
  const all = lines.flatMap((line): FileSystem[] => {
    const [, size, free, inodes, freeInodes, target] =
      /^\s*(\d+)\s+(\d+)\s+(\d+|-)\s+(\d+|-)\s+(.+)$/.exec(line) ?? [];
    if (target === undefined) return [];
    const counted = Number(inodes) > 0 ? { size: Number(inodes), free: Number(freeInodes) } : undefined;
    return [{ target, size: Number(size), free: Number(free), inodes: counted }];
  });
  return [...new Map(all.map((one) => [one.target, one])).values()];
}

/** 'NAME=value' lines, as `timedatectl show` and `systemctl show` print them. */
export function parseProperties(output: string): ReadonlyMap<string, string> {
  return new Map(
    output.split('\n').flatMap((line): [string, string][] => {
      const cut = line.indexOf('=');
      return cut > 0 ? [[line.slice(0, cut), line.slice(cut + 1).trim()]] : [];
    }),
  );
}
