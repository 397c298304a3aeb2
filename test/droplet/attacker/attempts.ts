/** Who attacks: the deploy user, whom everybody who may chat commands; any other user of the machine; or what an operator is given to type. */
export type Attacker = 'cleo' | 'mallory' | 'operator';

/** One way to get something that is root's, or to be taken for somebody else. */
export interface Attempt {
  /** As the watcher calls it (watch/watch.py); those of the harness itself have no watcher. */
  readonly name: string;
  readonly who: Attacker;
  /** What is tried, for the table. */
  readonly tries: string;
  /** The effects that it would have, by their words. */
  readonly signs: readonly RegExp[];
}

/** All attempts, in the order of the table. What nobody's signs tell is of the last one. */
export const ATTEMPTS: readonly Attempt[] = [
  {
    name: 'swap-hermes',
    who: 'cleo',
    tries:
      '~/.hermes against a link to /etc/systemd/system whenever root is at work, for 3 s when a restore puts things in place; the archive holds drop-ins for units',
    signs: [/pwned-unit/, /^(new|changed|marked|owned by \w+): \/etc\/systemd\/system\//],
  },
  {
    name: 'swap-hermes-in-two-steps',
    who: 'cleo',
    tries: '~/.hermes renamed, a link to /root in its place, and back: a moment with neither',
    signs: [/^(new|changed|marked|owned by \w+): \/root\//],
  },
  {
    name: 'swap-claude',
    who: 'cleo',
    tries: '~/.claude against a link to /root',
    signs: [/^(new|changed|marked|owned by \w+): \/root\//],
  },
  {
    name: 'swap-config-folder',
    who: 'cleo',
    tries: '~/.config against a link to /etc',
    signs: [/^(new|changed|marked|owned by \w+): \/etc\/(?!systemd)/],
  },
  {
    name: 'swap-checkout',
    who: 'cleo',
    tries: '~/.hermes/hermes-agent against a link to /etc/systemd',
    signs: [/^(new|changed|marked|owned by \w+): \/etc\/systemd\//],
  },
  {
    name: 'list-then-read',
    who: 'cleo',
    tries:
      'ten folders with files named shadow, each swapped for a link to /etc or /root at another moment between listing and reading',
    signs: [/holds a secret of root's/, /cleo sees .*sentinel/],
  },
  {
    name: 'swap-settings',
    who: 'cleo',
    tries:
      '.env, config.yaml, SOUL.md, auth.json against links to /etc/shadow, /root, /dev/zero, and a pipe that nobody fills',
    signs: [/\/etc\/victim-swap/, /holds a secret of root's/, /was not done after/],
  },
  {
    name: 'renamed-home',
    who: 'cleo',
    tries: 'the folders of the home renamed and back, one after the other',
    signs: [/^owned by/],
  },
  {
    name: 'home-renamed-by-root',
    who: 'operator',
    tries: '/home/cleo itself renamed and back while root looks',
    signs: [/^owned by/],
  },
  {
    name: 'git-config',
    who: 'cleo',
    tries:
      'core.fsmonitor, hooksPath, sshCommand, pager, filters, aliases, external diff and hooks in the checkout and in ~/.gitconfig',
    signs: [/pwned-git/],
  },
  {
    name: 'python-startup',
    who: 'cleo',
    tries:
      '.pth, sitecustomize, usercustomize in the environment and in ~/.local; modules named as Python’s own in ~ and ~/.hermes',
    signs: [/pwned-python/],
  },
  {
    name: 'tools-and-path',
    who: 'cleo',
    tries: '~/.npmrc, pip.conf, and python3, git, tar, sh and others of one’s own in ~/.local/bin',
    signs: [/pwned-tool/],
  },
  {
    name: 'npx-in-a-home',
    who: 'cleo',
    tries: '~/node_modules/.bin/otto-install, for root that types the documented command there',
    signs: [/pwned-npx/],
  },
  {
    name: 'forged-journal',
    who: 'cleo',
    tries: 'hot journals beside databases that name files of root’s as the journal above them',
    signs: [/victim-journal/],
  },
  {
    name: 'odd-names',
    who: 'cleo',
    tries:
      'files named -rf, --privileged, con, with newlines, escapes, bidi, invalid UTF-8, shell words, 255 letters',
    signs: [/pwned-name/, /privileged/],
  },
  {
    name: 'pipes-and-devices',
    who: 'cleo',
    tries:
      'pipes, a socket, links to /dev/zero, /dev/urandom, /proc/1/mem, /etc/shadow where files are looked for',
    signs: [/was not done after/, /holds a secret of root's/],
  },
  {
    name: 'hard-links',
    who: 'cleo',
    tries: 'more names for root’s files in ~/.hermes while faults there are fixed, copied and given to cleo',
    signs: [/\.victims\/secret/, /cleo reads a secret of root's/, /\/etc\/shadow/],
  },
  {
    name: 'huge-and-deep',
    who: 'cleo',
    tries: 'files of 1 TB without content, folders 700 deep',
    signs: [/was not done after/],
  },
  {
    name: 'terminal-escapes',
    who: 'cleo',
    tries:
      'title, clipboard, C1, bidi, DEL in the model’s name, config.yaml, the git remote, logs; an nginx site with such a name',
    signs: [/ raw$/],
  },
  {
    name: 'named-program',
    who: 'mallory',
    tries: 'listens on other ports under a name that is a terminal’s command',
    signs: [/ raw$/],
  },
  {
    name: 'data-of-containers',
    who: 'cleo',
    tries:
      'reads and writes the data of Open WebUI and Paperclip, their env files, processes, and Docker’s socket',
    signs: [/cleo (lists|reads|writes|may|sees .* in the environment of a container)/, /runs as (?!root)/],
  },
  {
    name: 'read-secrets',
    who: 'mallory',
    tries: 'command lines, environments and all readable files, for each key, password and token',
    signs: [/(mallory|cleo) sees/],
  },
  {
    name: 'claim-open-webui',
    who: 'mallory',
    tries:
      'signs up on 127.0.0.1, ::1 and the bridges’ addresses, port 8080, all the time; the power is cut when the container is up',
    signs: [/administrator of Open WebUI/],
  },
  {
    name: 'claim-paperclip',
    who: 'mallory',
    tries: 'signs up and claims on ports 3000 and 3100; the power is cut when the container is up',
    signs: [/administrator of Paperclip/],
  },
  {
    name: 'take-ports',
    who: 'mallory',
    tries: 'listens on 8080, 3000, 8642 of 127.0.0.1 while nobody else does, and reads what comes',
    signs: [/mallory is sent/],
  },
  {
    name: 'temporary-names',
    who: 'mallory',
    tries:
      'names that root uses in /tmp, /var/tmp, /run/lock, /dev/shm taken first, as links to root’s files; Python modules in /tmp',
    signs: [/victim-tmp/, /created-by-mallory/, /pwned-temporary/],
  },
  {
    name: 'umask-000',
    who: 'operator',
    tries: 'install and everything after it started under umask 000',
    signs: [/^everybody may write/],
  },
  {
    name: 'hostile-answers',
    who: 'operator',
    tries:
      'NUL, ESC, newlines in names, keys and passwords; --privileged as an image; ../.. as a repository; /etc as a data folder; /dev/full and a pipe as the file',
    signs: [/^the answer/, /was not done after/],
  },
  {
    name: 'anything-else',
    who: 'cleo',
    tries:
      'whatever of /etc, /root, /usr, /boot, /var/lib, /var/spool, /opt is changed, new, set-uid or somebody else’s afterwards; programs of root’s from a home',
    signs: [/./],
  },
];

/** The attempts that one name means. Throws on a name that means none. */
export function attemptNamed(name: string): Attempt {
  const found = ATTEMPTS.find((attempt) => attempt.name === name);
  if (found === undefined) throw new Error(`there is no attempt '${name}'`);
  return found;
}

/**
 * Pure. Whose effect each is: of those that were at work, the first whose signs tell it; else of any other whose do, since an attempt
 * may have left something lying; else of 'anything-else'.
 */
export function attributed(
  effects: readonly string[],
  atWork: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const whose = new Map<string, string[]>();
  const inOrder = [
    ...ATTEMPTS.filter(({ name }) => atWork.includes(name)),
    ...ATTEMPTS.filter(({ name }) => !atWork.includes(name)),
  ];
  for (const effect of effects) {
    const rest = inOrder.filter(({ name }) => name !== 'anything-else');
    const name = rest.find(({ signs }) => signs.some((sign) => sign.test(effect)))?.name ?? 'anything-else';
    whose.set(name, [...(whose.get(name) ?? []), effect]);
  }
  return whose;
}
