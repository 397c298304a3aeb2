import type { KnownFailure } from '../../engine/contracts/action.ts';

/** The ways in which every docker command is known to fail. */
export const DAEMON_FAILURES: readonly KnownFailure[] = [
  {
    // Docker 28 and 29 have new words for most of these (facts: docker-ufw, Words of the engines).
    pattern: 'Cannot connect to the Docker daemon|failed to connect to the docker API',
    reason: 'Docker is installed, but its daemon is not running.',
    next: '`journalctl -u docker -n 30` shows why. Fix that, then look again.',
  },
  {
    pattern: 'containerd\\.sock: (timeout|connect: connection refused)|containerd.*is not running',
    reason: 'Docker answers, but containerd, which does the work for it, does not.',
    next: 'Run `systemctl restart containerd`, then look again.',
  },
  {
    pattern: 'client version .* is too old|Minimum supported API version',
    reason: 'The docker command here is older than its daemon accepts.',
    next: 'Install the client that belongs to the daemon (package docker-ce-cli or docker-cli), then look again.',
  },
  {
    pattern: 'No such container',
    reason: 'The container no longer exists: somebody has just removed it.',
    next: 'Look again: otto-install then checks what is there.',
  },
  {
    pattern: 'no space left on device',
    reason: 'The disk is full, or its file system has no inode left for another file (`df -h`, `df -i`).',
    next: 'Free some space (`docker system df` shows what images and containers use), then look again.',
  },
];

/** The ways in which fetching an image is known to fail (facts: docker-ufw, Docker's states). */
export const PULL_FAILURES: readonly KnownFailure[] = [
  ...DAEMON_FAILURES,
  {
    // The page itself may be in the message, with any word in it. The second one is containerd's.
    pattern: "invalid character '<' looking for|unexpected media type text/html",
    reason: 'What answered for the registry was a web page: a portal or a proxy stands in between.',
    next: 'Open the registry (https:// and what stands before the first slash of the image, then /v2/) with curl on this machine and see what answers.',
  },
  {
    pattern:
      'manifest unknown|manifest for .* not found|name unknown|failed to resolve reference .*: not found',
    reason: 'The registry has no image with this name and tag.',
    next: 'Check the image in the answers: its owner, its name, and the tag after the colon.',
  },
  {
    pattern:
      'server misbehaving|no such host|Temporary failure in name resolution|failed to do request: .*lookup ',
    reason: "The registry's name could not be resolved: DNS does not answer on this machine.",
    next: 'Check `resolvectl status`, then look again.',
  },
  {
    pattern: 'toomanyrequests|429 Too Many Requests',
    reason: 'The registry limits how often this address can download.',
    next: 'Wait a few minutes, then look again.',
  },
  {
    pattern: 'i/o timeout|TLS handshake timeout|connection refused|unexpected EOF|connection reset',
    reason: 'The connection to the registry was lost.',
    next: 'Look again; complete layers are kept.',
  },
];

/** The registry in an image's name; undefined when the name leaves it to Docker. */
export function registryOf(image: string): string | undefined {
  const [first = '', ...rest] = image.split('/');
  return rest.length > 0 && /[.:]|^localhost$/.test(first) ? first : undefined;
}

/** The ways in which fetching this image is known to fail; what to type names its registry. */
export function pullFailures(image: string): readonly KnownFailure[] {
  const words = [registryOf(image)].filter((registry) => registry !== undefined).join('');
  const typed = (verb: string) => `\`docker ${verb}${words === '' ? '' : ` ${words}`}\``;
  const refused: KnownFailure = {
    pattern: 'denied|unauthorized|authentication required',
    reason:
      'The registry refuses this machine. For a public image, as Open WebUI’s and Paperclip’s are, that is a login that was saved here once and is no longer valid: Docker sends it, and is refused where it would be let in without one.',
    next: `For a public image: ${typed('logout')}, then try again. For a private one: ${typed('login')}.`,
  };
  // The page of a portal, which is looked for first, may have any word in it.
  return [...PULL_FAILURES, refused];
}

/** The ways in which `docker run` is known to fail. */
export const RUN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'Conflict\\. The container name',
    reason: 'A container with this name already exists, perhaps left behind by a failed start.',
    next: 'Look again: otto-install then checks what it is.',
  },
  {
    pattern: 'port is already allocated|failed to bind host port .*: port is already',
    reason: 'Another container uses the port.',
    next: '`docker ps` shows which one, in the column PORTS.',
  },
  {
    pattern: 'address already in use|failed to bind host port',
    reason: 'Another program listens on the port.',
    next: '`ss -tlnp` shows which one. Stop it or move it to another port, then look again.',
  },
  ...PULL_FAILURES,
];
