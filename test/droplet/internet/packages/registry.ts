/** ghcr.io: Debian's docker-registry behind the TLS front, reading the storage that was built once. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild, until } from '../child.ts';
import { type Exchange, type Handler, json, send } from '../exchange.ts';
import { relay } from '../proxy.ts';

const ADDRESS = '127.0.0.1:5000';

/** What ghcr.io does: `normal`, or one failure of every manifest. */
export const REGISTRY_PLAYS = ['normal', 'denied', 'rate-limited', 'unknown', 'server-error'] as const;
export type RegistryPlay = (typeof REGISTRY_PLAYS)[number];

/** What scenarios may tell ghcr.io to do. */
export interface ImagesControl {
  /** Makes a tag of a repository mean another ("open-webui/open-webui", "main", "v0.8.12"). */
  point(repository: string, tag: string, to: string): Promise<void>;
  play(name: RegistryPlay): Promise<void>;
}

/** The handler of ghcr.io, and its control. */
export interface Registry {
  readonly handler: Handler;
  readonly control: ImagesControl;
}

/** Starts docker-registry over `storage` (its storage directory, left as it is) and waits until it answers. */
export async function startRegistry(
  storage: string,
  dir: string,
  onExit: (text: string) => void,
): Promise<Registry> {
  const config = join(dir, 'registry.json');
  await writeFile(
    config,
    JSON.stringify({
      version: '0.1',
      log: { level: 'warn' },
      storage: {
        cache: { blobdescriptor: 'inmemory' },
        filesystem: { rootdirectory: storage },
        maintenance: { readonly: { enabled: true } },
      },
      http: { addr: ADDRESS, relativeurls: true },
    }),
  );
  const env = { OTEL_TRACES_EXPORTER: 'none' };
  startChild(['docker-registry', 'serve', config], { logFile: join(dir, 'registry.log'), env, onExit });
  await until('docker-registry', 20_000, () => fetch(`http://${ADDRESS}/v2/`));
  return createRegistry(`http://${ADDRESS}`);
}

/**
 * Makes ghcr.io in front of a registry at `origin`. As at the real one everything wants a bearer token, which anybody
 * gets at /token without signing in.
 */
export function createRegistry(origin: string): Registry {
  const pointers = new Map<string, string>();
  let play: RegistryPlay = 'normal';
  return {
    handler: (exchange) => {
      const { url, headers } = exchange;
      if (url.pathname === '/token') return send(exchange, json(200, { token: 'anonymous' }));
      if (!headers.authorization) return send(exchange, challenge(exchange));
      const [, repository = '', tag = ''] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(url.pathname) ?? [];
      const failed = repository === '' ? undefined : failureOf(play);
      if (failed) return send(exchange, failed);
      const pointed = pointers.get(`${repository}:${tag}`);
      if (pointed === undefined) return relay(exchange, { origin });
      return relay(exchange, { origin, path: `/v2/${repository}/manifests/${pointed}` });
    },
    control: {
      point: async (repository, tag, to) => void pointers.set(`${repository}:${tag}`, to),
      play: async (name) => {
        play = name;
      },
    },
  };
}

const registryError = (status: number, code: string, message: string) =>
  json(status, { errors: [{ code, message }] }, { 'docker-distribution-api-version': 'registry/2.0' });

function challenge({ url }: Exchange) {
  const repository = /^\/v2\/(.+)\/(?:manifests|blobs|tags)\//.exec(url.pathname)?.[1] ?? 'user/image';
  const realm = `Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:${repository}:pull"`;
  const answer = registryError(401, 'UNAUTHORIZED', 'authentication required');
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': realm } };
}

function failureOf(play: RegistryPlay) {
  switch (play) {
    case 'denied':
      return registryError(403, 'DENIED', 'denied');
    case 'rate-limited':
      return registryError(429, 'TOOMANYREQUESTS', 'retry-after: 60s, allowed: 44000/minute');
    case 'unknown':
      return registryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown');
    case 'server-error':
      return registryError(503, 'UNAVAILABLE', 'service unavailable');
    case 'normal':
      return undefined;
  }
}
