import type { KnownFailure } from '../../engine/contracts/action.ts';
import type { Progress, ProgressReader } from '../../engine/contracts/progress.ts';
import type { Argv } from '../../host/host.ts';

/** pip of a venv, never the system's (PEP 668). */
const pip = (python: string, ...words: string[]): Argv => [
  python,
  '-m',
  'pip',
  '--disable-pip-version-check',
  '--no-input',
  ...words,
];

/**
 * `pip install -e '.[extras]'`, to be run in the project's folder. Not compiled: Python does that with the tenth of the modules that
 * is ever loaded, when it loads them first (6 s less of an install, 2 s more of Hermes's first start; measured).
 */
export const installProjectArgv = (python: string, extras: readonly string[]): Argv =>
  pip(
    python,
    ...['install', '--no-compile', '--progress-bar', 'off'],
    ...['-e', extras.length === 0 ? '.' : `.[${extras.join(',')}]`],
  );

export const installPackagesArgv = (python: string, packages: readonly string[]): Argv =>
  pip(python, 'install', '--progress-bar', 'off', '--', ...packages);

/** Writes packages again that are there already, without looking at what they need. */
export const reinstallArgv = (python: string, packages: readonly string[]): Argv =>
  pip(python, 'install', '--progress-bar', 'off', '--force-reinstall', '--no-deps', '--', ...packages);

/**
 * Counts packages: first as they are found (their number is not known yet), then against the list that pip prints
 * before it installs them all, without a word, at the end.
 */
export const pipProgress: ProgressReader = () => {
  const found = new Set<string>();
  return (line): Progress | undefined => {
    const name = /^\s*(?:Collecting|Requirement already satisfied:) ([\w.-]+)/.exec(line)?.[1];
    if (name !== undefined) {
      found.add(name.toLowerCase());
      return { done: found.size, unit: 'packages found' };
    }
    const installing = /^\s*Installing collected packages: (.+)$/.exec(line)?.[1];
    if (installing !== undefined) return { done: 0, total: count(installing, ','), unit: 'packages' };
    const installed = /^\s*Successfully installed (.+)$/.exec(line)?.[1];
    if (installed !== undefined) {
      const total = count(installed, ' ');
      return { done: total, total, unit: 'packages' };
    }
    return undefined;
  };
};

const count = (text: string, separator: string) =>
  text.split(separator).filter((word) => word.trim() !== '').length;

/** How pip is known to fail. */
export const PIP_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'requires a different Python|requires Python',
    reason: 'This release of Hermes needs a different Python than the virtual environment has.',
    next: 'Look again; the wizard then shows which Python it needs and which ones are installed.',
  },
  {
    pattern: 'No space left on device',
    reason:
      'The disk is full: the environment needs about 200 MB, and as much again while it is being built.',
    next: 'Free some space (df -h) and try again; pip continues where it stopped.',
  },
  {
    // pip reads a page without links as a package without versions (tried with pip 23.2).
    pattern: 'from versions: none',
    reason:
      'What answered for the Python package index knows no version at all of a package: a portal page came instead of it, or a mirror does not have the package.',
    next: '`pip config list` shows which index pip uses (without an entry it is https://pypi.org/simple/). Open it with curl on this machine and see what answers.',
  },
  {
    pattern: 'Could not find a version that satisfies|No matching distribution found',
    reason: 'The Python package index that pip uses here lacks a package in the version that Hermes needs.',
    next: 'Check `pip config list`: a mirror may lag behind. If it is complete, this release of Hermes does not support this Python.',
  },
  {
    pattern:
      'Temporary failure in name resolution|Name or service not known|NameResolutionError|getaddrinfo failed',
    reason: 'The Python package index was not found in DNS.',
    next: 'Check the resolvers (resolvectl status) and pip config list, then try again.',
  },
  {
    pattern: 'CERTIFICATE_VERIFY_FAILED',
    reason:
      'The certificate of the Python package index is not trusted here: the clock is wrong, or a proxy decrypts the traffic.',
    next: 'Check timedatectl; behind such a proxy, run pip config set global.cert /etc/ssl/certs/ca-certificates.crt.',
  },
  {
    pattern: 'ProxyError|Cannot connect to proxy',
    reason: 'The proxy on the way to the Python package index refuses the connection.',
    next: 'Check https_proxy and pip config list.',
  },
  {
    pattern:
      'ReadTimeoutError|ConnectTimeoutError|NewConnectionError|Connection (refused|reset|aborted)|IncompleteRead|ProtocolError',
    reason: 'The connection to the Python package index failed or was cut.',
    next: 'Try again; downloaded packages are kept.',
  },
  {
    pattern: 'THESE PACKAGES DO NOT MATCH THE HASHES',
    reason: 'A package is not the expected one: the download is broken, or somebody tampered with the cache.',
    next: 'Run pip cache purge as the deploy user and try again.',
  },
  {
    pattern: 'error: command .*gcc.* failed|Python\\.h: No such file|Failed building wheel|Failed to build',
    reason: 'A package has no ready-made build for this Python and could not be compiled here.',
    next: 'Install build-essential, python3-dev and libffi-dev, then try again.',
  },
  {
    pattern: 'ensurepip is not available',
    reason:
      'Python’s venv module is incomplete: Debian and Ubuntu keep its part in the package python3-venv.',
    next: 'Install python3-venv (for another Python: python3.NN-venv) and try again.',
  },
  {
    pattern: 'Permission denied',
    reason:
      'Files in the virtual environment belong to another user, probably because somebody once ran a command there as root.',
    next: 'Look again; the wizard gives them back to the deploy user.',
  },
];
