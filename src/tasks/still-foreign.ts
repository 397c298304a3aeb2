import type { Host } from '../host/host.ts';

/**
 * The path, when what is there really belongs to somebody else than `user`; undefined when not, or for ''. While Hermes
 * starts it replaces files by the hundred, and `find` then names one that has just gone as somebody else's (seen).
 */
export async function stillForeign(host: Host, path: string, user: string): Promise<string | undefined> {
  if (path === '') return undefined;
  const stat = await host.stat(path);
  return stat !== undefined && stat.owner !== user ? path : undefined;
}
