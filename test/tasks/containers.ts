import type { Container, NamedContainer } from '../../src/system/docker/docker.ts';

export const NOW = Date.UTC(2026, 10, 22, 12);

/** A container that this wizard made and that runs, as `docker inspect` describes it; `changes` win. */
export function container(changes: Partial<Container> = {}): Container {
  return {
    id: '0123456789abcdef',
    status: 'running',
    restarting: false,
    exitCode: 0,
    error: '',
    outOfMemory: false,
    startedMs: NOW - 40_000,
    restarts: 0,
    image: 'ghcr.io/open-webui/open-webui:main',
    imageId: 'sha256:1',
    env: {},
    labels: { 'otto-install': 'x' },
    mounts: [],
    published: [],
    networks: [{ name: 'bridge', id: 'abcdef0123456789', gateway: '172.17.0.1' }],
    restartPolicy: 'always',
    ...changes,
  };
}

/** One with its name, of somebody else's. */
export const named = (name: string, changes: Partial<NamedContainer> = {}): NamedContainer => ({
  ...container({ labels: {}, id: name.padEnd(64, '0') }),
  project: undefined,
  ...changes,
  name,
});
