import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Argv } from '../../host/host.ts';

/**
 * git, over https with gh as its credential helper. Always run as the owner of the checkout: as root git refuses with
 * "dubious ownership", and what it writes would then belong to root.
 */

/**
 * Never asks on a terminal, and ends a transfer that for 30 s is too slow to come to an end in the time that a command gets, instead
 * of waiting for that (facts: gh, git).
 */
export const GIT_ENV = {
  GIT_TERMINAL_PROMPT: '0',
  GIT_HTTP_LOW_SPEED_LIMIT: '5000',
  GIT_HTTP_LOW_SPEED_TIME: '30',
  LANG: 'C.UTF-8',
} as const;

/** For looking: `git status` must not even refresh its index. */
export const GIT_LOOK_ENV = { ...GIT_ENV, GIT_OPTIONAL_LOCKS: '0' } as const;

/** 'https://github.com/owner/name.git' */
function githubUrl(repository: string): string {
  return `https://github.com/${repository}.git`;
}

/** A clone of one branch (or tag), shallow unless `whole`; without a branch, of the repository's default one. */
export function cloneArgv(
  repository: string,
  branch: string | undefined,
  into: string,
  { whole = false } = {},
): Argv {
  const branchWords = branch === undefined ? [] : ['--branch', branch];
  // What the repository names as a part of it (.gitmodules) comes along; without any these words do nothing.
  const parts = ['--recurse-submodules', '--shallow-submodules'];
  return [
    'git',
    'clone',
    '--progress',
    ...parts,
    ...(whole ? [] : ['--depth', '1']),
    ...branchWords,
    '--',
    githubUrl(repository),
    into,
  ];
}

/** Brings the parts that the repository names to where the code that is checked out wants them; nothing where there are none. */
export const updateSubmodules = (checkout: string): Argv => [
  'git',
  '-C',
  checkout,
  'submodule',
  'update',
  '--init',
  '--recursive',
  '--force',
];

/** Fetches all that the remote has. `--force`: a tag that was moved there is moved here, too; nothing else is forced by it. */
export const fetchArgv = (checkout: string): Argv => [
  ...(['git', '-C', checkout] as const),
  ...['fetch', '--quiet', '--tags', '--force', 'origin'],
];

/** Fails where what answers has no HEAD, as a portal page has none: a fetch succeeds there, with nothing. Changes nothing. */
export const remoteHeadArgv = (checkout: string): Argv => [
  ...(['git', '-C', checkout] as const),
  ...['fetch', '--quiet', '--dry-run', 'origin', 'HEAD'],
];

export const statusArgv = (checkout: string): Argv => [
  'git',
  '-C',
  checkout,
  'status',
  '--porcelain=v2',
  '--branch',
  '--untracked-files=no',
];

/** What `git status --porcelain=v2 --branch` says. */
export interface GitStatus {
  /** Undefined in a repository without a commit. */
  readonly commit: string | undefined;
  /** Undefined when HEAD is detached. */
  readonly branch: string | undefined;
  /** 'origin/main' */
  readonly upstream: string | undefined;
  /** Commits that only this checkout has, as of the last fetch. */
  readonly ahead: number;
  readonly behind: number;
  /** Tracked files that differ from the commit. */
  readonly changed: readonly string[];
  /** Files with merge conflicts. */
  readonly conflicts: readonly string[];
}

/** Reads the output of {@link statusArgv}. */
export function parseStatus(output: string): GitStatus {
  const lines = output.split('\n');
  const header = (name: string) =>
    lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3);
  const commit = header('branch.oid');
  const branch = header('branch.head');
  const counts = /^\+(\d+) -(\d+)$/.exec(header('branch.ab') ?? '');
  return {
    commit: commit === '(initial)' ? undefined : commit,
    branch: branch === '(detached)' ? undefined : branch,
    upstream: header('branch.upstream'),
    ahead: Number(counts?.[1] ?? 0),
    behind: Number(counts?.[2] ?? 0),
    // '1 XY sub mH mI mW hH hI path', '2 …  X100 path\told path', 'u XY sub m1 m2 m3 mW h1 h2 h3 path'
    changed: lines.flatMap((line) => {
      const fields = line.split(' ');
      if (fields[0] === '1') return [fields.slice(8).join(' ')];
      if (fields[0] === '2') return [fields.slice(9).join(' ').split('\t')[0] ?? ''];
      return [];
    }),
    conflicts: lines.flatMap((line) => (line.startsWith('u ') ? [line.split(' ').slice(10).join(' ')] : [])),
  };
}

/** A remote's address without the user name and password that may stand in it. */
export function withoutCredentials(url: string): string {
  return url.replace(/^(https?:\/\/)[^/@]*@/, '$1');
}

/** 'owner/name' of a GitHub address, https or ssh; undefined for another place. */
export function githubRepository(url: string): string | undefined {
  return /^(?:https?:\/\/|ssh:\/\/git@|git@)github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/i.exec(
    withoutCredentials(url),
  )?.[1];
}

/** What git prints when it cannot fetch (tried with git 2.39 and 2.47; facts: gh, git). */
export const GIT_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'could not read Username|terminal prompts disabled',
    reason: 'git has no credentials for github.com: gh is not set up as its helper for this user.',
    next: 'Look at "GitHub access" again; it sets the helper up.',
  },
  {
    pattern: 'Authentication failed for',
    reason: 'GitHub did not accept the token that is stored for this user.',
    next: 'Sign in to GitHub again (GitHub access).',
  },
  {
    pattern: "repository '[^']*' not found",
    reason:
      'GitHub says there is no such repository: either its name is wrong, or this account has no access to it.',
    next: 'Check the name, and ask an owner of the repository to give this account access.',
  },
  {
    pattern: 'Remote branch .* not found',
    reason: 'The repository has no branch or tag of that name.',
    next: 'Check the branch in the answers, or leave it out to use the default branch.',
  },
  {
    pattern: 'requested URL returned error: 403',
    reason: 'GitHub refuses access. Often the token must first be authorised for the organisation (SSO).',
    next: 'Open github.com/settings/tokens, choose "Configure SSO" next to the token, then try again.',
  },
  {
    pattern: 'requested URL returned error: (429|5\\d\\d)',
    reason: 'GitHub is overloaded or is limiting this address right now.',
    next: 'Wait a few minutes and try again; githubstatus.com shows more.',
  },
  {
    pattern: 'Could not resolve host',
    reason: 'This machine could not find github.com in DNS.',
    next: 'Check the resolvers (resolvectl status) and try again.',
  },
  {
    pattern: 'CONNECT tunnel failed|Proxy Authentication Required',
    reason: 'The proxy between this machine and the internet refuses the connection.',
    next: 'Check https_proxy and its user name and password.',
  },
  {
    pattern: 'server (certificate )?verification failed|certificate signed by unknown authority',
    reason:
      'The certificate shown for github.com is not trusted here: a proxy decrypts the traffic, or the clock is wrong.',
    next: 'Check the clock (timedatectl); behind such a proxy, install its certificate with update-ca-certificates.',
  },
  {
    pattern:
      'Operation too slow|RPC failed|early EOF|unexpected disconnect|[Cc]onnection (refused|reset|timed out|timeout)|Failed to connect|gnutls_handshake|SSL_ERROR_SYSCALL|Empty reply|TLS connection was non-properly terminated',
    reason: 'The connection to GitHub was refused, is too slow, stalled or was cut.',
    next: 'Try again. What was downloaded so far is discarded; nothing else is lost.',
  },
  {
    pattern: 'No space left on device|write error',
    reason: 'The disk is full.',
    next: 'Free some space (df -h, docker system df) and try again.',
  },
  {
    // A page of one line is read as a repository without a branch, also by a fetch, which then says nothing at all; one of several
    // lines is none (tried with git 2.39).
    pattern:
      "appear to have cloned an empty repository|invalid object name .HEAD|couldn't find remote ref HEAD|info/refs not valid",
    reason:
      'What answered for github.com was not GitHub but probably a portal page, or the repository is empty.',
    next: 'Open https://github.com with curl on this machine and see what answers.',
  },
  {
    pattern: 'dubious ownership',
    reason: 'The checkout does not belong to the user that git runs as.',
    next: 'Give the checkout back to the deploy user, then try again.',
  },
  {
    pattern: 'already exists and is not an empty directory',
    reason: 'Something is in the way where the clone should go.',
    next: 'Look again; the wizard then shows what is there.',
  },
];
