import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import type { Argv, Host } from '../../host/host.ts';
import { parseOwners, whoOwns } from '../../system/packages/dpkg.ts';
import { pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** System files that anyone can write. */
export interface ModesFacts {
  /** What belongs to a package or is in a folder of one: only root has to write there. */
  readonly system: readonly string[];
  /** The rest: somebody may have intended it. */
  readonly other: readonly string[];
}

/** Folders that root runs programs and reads settings from. */
const ROOTS = ['/etc', '/usr'] as const;

/** One writable path among many is enough to know; an endless list helps nobody. */
const MOST = 2_000;

/**
 * Files and folders below {@link ROOTS} that everybody may write, each ended by NUL. Left out: links, sockets, pipes and
 * devices, folders in which only owners remove (1777), and what lies where others cannot get at it.
 */
const FIND_OPEN: Argv = [
  'find',
  ...ROOTS,
  ...['-xdev', '-type', 'd', '!', '-perm', '-001', '-prune', '-o'],
  ...['(', '-type', 'f', '-o', '-type', 'd', '!', '-perm', '-1000', ')', '-perm', '-002', '-print0'],
];

/** Looks for what umask 000, or a `chmod -R 777`, has left open. */
export async function lookAtModes(host: Host): Promise<ModesFacts> {
  const { stdout } = await host.exec(FIND_OPEN, { timeoutMs: 20_000 });
  const open = stdout.split('\0').filter((path) => path !== '');
  if (open.length === 0) return { system: [], other: [] };
  const asked = open.slice(0, MOST);
  const { stdout: owned } = await host.exec(whoOwns([...asked, ...asked.map(folderOf)]), {
    timeoutMs: 20_000,
  });
  const owners = parseOwners(owned);
  const isSystem = (path: string) => owners.has(path) || isOnePackages(folderOf(path), owners);
  return { system: asked.filter(isSystem), other: asked.filter((path) => !isSystem(path)) };
}

/**
 * Whether what lies in a folder is of one package: nobody else has it, or it has the package's name (nginx lays a profile into
 * /etc/ufw). A folder of many packages (/etc, /usr/lib) says nothing about a file in it.
 */
function isOnePackages(folder: string, owners: ReadonlyMap<string, readonly string[]>): boolean {
  const having = owners.get(folder) ?? [];
  return having.length === 1 || having.includes(folder.slice(folder.lastIndexOf('/') + 1));
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Empty when nobody but root can write there. */
export function judgeModes({ system, other }: ModesFacts): readonly Finding[] {
  return [
    ...(system.length === 0
      ? []
      : [
          found(FINDINGS['system-files-writable'], {
            evidence: `Anyone on this machine can change ${named(system)}.`,
            fixes: [
              {
                id: 'close-to-others',
                title: 'Let only root write to these paths',
                actions: [closeToOthers(system)],
              },
            ],
          }),
        ]),
    ...(other.length === 0
      ? []
      : [
          found(FINDINGS['own-files-writable'], {
            evidence: `Anyone on this machine can change ${named(other)}, which belongs to no package.`,
            fixes: [
              {
                id: 'close-to-others',
                title: 'Let only the owner write to these paths',
                consequence: 'A program that writes there as another user can no longer do so.',
                actions: [closeToOthers(other)],
              },
            ],
          }),
        ]),
  ];
}

function named(paths: readonly string[]): string {
  const more = paths.length - 3;
  return `${paths.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const closeToOthers = (paths: readonly string[]): Command =>
  command(
    ['python3', '-I', '-'],
    `Remove write permission for others from ${paths.length === 1 ? paths[0] : `${paths.length} paths`}`,
    {
      input: template('close-to-others.py', { paths: pythonString(JSON.stringify(paths)) }),
      timeoutMs: 60_000,
    },
  );
