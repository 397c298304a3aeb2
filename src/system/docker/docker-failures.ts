import type { KnownFailure } from '../../engine/contracts/action.ts';

/** The ways in which every docker command is known to fail. */
export const DAEMON_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'Cannot connect to the Docker daemon',
    reason: 'Docker is installed and its daemon does not run.',
    next: 'Look at `journalctl -u docker -n 30`. Mended, look again.',
  },
  {
    pattern: 'containerd\\.sock: (timeout|connect: connection refused)|containerd.*is not running',
    reason: 'Docker answers, but containerd, which does the work for it, does not.',
    next: 'Run `systemctl restart containerd`, then look again.',
  },
  {
    pattern: 'No such container',
    reason: 'The container is not there any more: somebody removed it just now.',
    next: 'Look again: what is there is judged anew.',
  },
  {
    pattern: 'no space left on device',
    reason: 'The disk is full.',
    next: 'Make room (`docker system df` shows what images and containers take), then look again.',
  },
];

/** The ways in which fetching an image is known to fail (facts: docker-ufw, Docker's states). */
export const PULL_FAILURES: readonly KnownFailure[] = [
  ...DAEMON_FAILURES,
  {
    pattern: 'manifest unknown|manifest for .* not found|name unknown',
    reason: 'The registry has no image of this name and tag.',
    next: 'Check the image in the answers: owner, name and tag after the colon.',
  },
  {
    pattern: 'server misbehaving|no such host|Temporary failure in name resolution',
    reason: "The registry's name could not be resolved: DNS does not answer on this machine.",
    next: 'Check `resolvectl status`, then look again.',
  },
  {
    pattern: 'denied|unauthorized|authentication required',
    reason: 'The registry does not give this image without a login.',
    next: 'Log in with `docker login` for that registry, or name a public image.',
  },
  {
    pattern: 'toomanyrequests|429 Too Many Requests',
    reason: 'The registry limits how often this address may fetch.',
    next: 'Wait some minutes, then look again.',
  },
  {
    pattern: 'i/o timeout|TLS handshake timeout|connection refused|unexpected EOF|connection reset',
    reason: 'The connection to the registry broke.',
    next: 'Look again; layers that arrived whole are kept.',
  },
];

/** The ways in which `docker run` is known to fail. */
export const RUN_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'Conflict\\. The container name',
    reason: 'A container of this name is there already, perhaps left by a start that failed.',
    next: 'Look again: what it is gets judged first.',
  },
  {
    pattern: 'port is already allocated',
    reason: 'Another container has the port.',
    next: '`docker ps` shows which one in the column PORTS.',
  },
  {
    pattern: 'address already in use',
    reason: 'Another program listens on the port.',
    next: '`ss -tlnp` shows which one. End it or move it, then look again.',
  },
  ...PULL_FAILURES,
];
