import { unseenProblem } from './characters.ts';

/** What belongs to the system as a whole: data of ours is neither in it nor around it. */
const SYSTEM_TREES: readonly string[] = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/lost+found',
  '/proc',
  '/run',
  '/sbin',
  '/snap',
  '/sys',
  '/tmp',
  '/usr',
];

/** Folders in which others keep theirs: a folder in them can be ours, they themselves cannot. */
const SHARED: readonly string[] = ['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/var'];

/** Below /var these are the system's, as is /var/lib itself. */
const VAR_OF_SYSTEM =
  /^\/var\/(?:(?:backups|cache|crash|lock|log|mail|metrics|run|snap|spool|tmp)(?:\/|$)|(?:lib|local|opt|www)$)/;

/** Keys, settings and the agent itself, in a home. */
const OF_A_HOME = new Set([
  '.ssh',
  '.hermes',
  '.claude',
  '.config',
  '.gnupg',
  '.local',
  '.cache',
  '.npm',
  '.docker',
]);

/** Of /var/lib what packages keep there. Docker's volumes are somebody's data. */
const PACKAGES_STATE = new Set([
  ...['apt', 'dpkg', 'systemd', 'docker', 'containerd', 'letsencrypt', 'nginx', 'ufw', 'ucf', 'pam', 'sudo'],
  ...['polkit-1', 'dbus', 'misc', 'snapd', 'cloud', 'ubuntu-advantage', 'update-notifier', 'private'],
  ...['logrotate', 'man-db', 'NetworkManager', 'initramfs-tools', 'grub', 'python', 'git', 'AccountsService'],
  ...['postgresql', 'mysql', 'mariadb', 'redis', 'fail2ban', 'unattended-upgrades', 'otto-install'],
]);
const DOCKER_VOLUME = /^\/var\/lib\/docker\/volumes\/[^/]+\/_data(?:\/|$)/;

const LONGEST = 200;

/**
 * What is wrong with a folder for data; undefined when it can be one. It is mounted into a container, given to its user
 * as a whole and removed with an Otto, so it must not be, hold or lie in what is somebody else's. Pure.
 */
export function folderProblem(value: string): string | undefined {
  const unseen = unseenProblem(value);
  if (unseen !== undefined) return unseen;
  if (!value.startsWith('/')) return 'Give the full path, like /opt/cleo/open-webui.';
  if (value.length > LONGEST) return `A path has at most ${LONGEST} characters here.`;
  const parts = value.slice(1).split('/');
  if (value !== '/' && parts.some((part) => part === '' || part === '.' || part === '..'))
    return 'Write the path without //, without . or .. as a part, and without / at the end.';
  // Docker takes it as SOURCE:TARGET, and lists are separated by commas.
  if (value !== '/' && parts.some((part) => !/^[\p{L}\p{N}._+@~][\p{L}\p{N}._+@~-]*$/u.test(part)))
    return 'Each part of the path can have letters, digits and . _ - + @ ~, and cannot start with a hyphen.';
  return placeProblem(value, parts);
}

function placeProblem(value: string, parts: readonly string[]): string | undefined {
  const tree = SYSTEM_TREES.find((system) => value === system || value.startsWith(`${system}/`));
  if (tree !== undefined) return `${tree} belongs to the system. Use a separate folder, like ${EXAMPLE}.`;
  if (SHARED.includes(value)) return `${value} holds other things too. Use a separate folder in it.`;
  const [top, second = '', third] = parts;
  if (top === 'home' && third === undefined) return `${value} is a home folder. Use a separate folder in it.`;
  const inHome = top === 'home' ? third : top === 'root' ? second : undefined;
  if (inHome !== undefined && OF_A_HOME.has(inHome))
    return `/${parts.slice(0, top === 'home' ? 3 : 2).join('/')} holds its user's settings. Use another folder, like ${EXAMPLE}.`;
  if (top !== 'var' || DOCKER_VOLUME.test(value)) return undefined;
  if (VAR_OF_SYSTEM.test(value) || (second === 'lib' && isPackages(third ?? '')))
    return `${value} belongs to the system. Use a separate folder, like ${EXAMPLE}.`;
  return undefined;
}

const isPackages = (name: string) => PACKAGES_STATE.has(name) || name.startsWith('systemd-');

const EXAMPLE = '/opt/cleo/open-webui';

/** Whether the two folders are the same, or one is inside the other. */
function overlap(one: string, other: string): boolean {
  return one === other || one.startsWith(`${other}/`) || other.startsWith(`${one}/`);
}

/**
 * What is wrong with where the data folders lie to each other and to the rest of an Otto: each is removed and put back
 * by itself. Pure.
 */
export function foldersProblem(answers: {
  readonly user: string;
  readonly openWebuiData?: string | undefined;
  readonly paperclipData?: string | undefined;
}): { readonly key: 'openWebuiData' | 'paperclipData'; readonly problem: string } | undefined {
  const { user, openWebuiData, paperclipData } = answers;
  const rest = [`/opt/${user}/claude-cli`, `/home/${user}/.hermes`];
  for (const [key, folder] of [
    ['openWebuiData', openWebuiData],
    ['paperclipData', paperclipData],
  ] as const) {
    const taken = folder === undefined ? undefined : rest.find((place) => overlap(folder, place));
    if (taken !== undefined)
      return { key, problem: `${folder} would overlap ${taken}, which is used for something else.` };
  }
  const one = openWebuiData ?? `/opt/${user}/open-webui`;
  const other = paperclipData ?? `/opt/${user}/paperclip`;
  if (!overlap(one, other)) return undefined;
  return {
    key: paperclipData === undefined ? 'openWebuiData' : 'paperclipData',
    problem: `Open WebUI's data (${one}) and Paperclip's (${other}) need separate folders, neither one inside the other.`,
  };
}
