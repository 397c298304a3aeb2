import { Resolver } from 'node:dns/promises';
import { messageOf } from '../text/error-message.ts';
import type { ResolveResult } from './host.ts';

const FAILURES: Readonly<Record<string, Extract<ResolveResult, { ok: false }>['failure']>> = {
  ENOTFOUND: 'nxdomain',
  ENODATA: 'nodata',
  ESERVFAIL: 'servfail',
  ETIMEOUT: 'timeout',
  ECANCELLED: 'timeout',
};

/**
 * Asks the resolvers of resolv.conf, never /etc/hosts. CAA records come back as '0 issue letsencrypt.org'.
 * The other
 * servers and the other limit are for tests.
 */
export async function resolveName(
  name: string,
  type: 'A' | 'AAAA' | 'CAA',
  { servers, limitMs = 5_000 }: { readonly servers?: readonly string[]; readonly limitMs?: number } = {},
): Promise<ResolveResult> {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers !== undefined) resolver.setServers(servers);
  const limit = setTimeout(() => resolver.cancel(), limitMs);
  try {
    const addresses = await query(resolver, name, type);
    return addresses.length === 0
      ? { ok: false, failure: 'nodata', detail: `${name} has no ${type} record` }
      : { ok: true, addresses };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const detail = messageOf(error);
    return { ok: false, failure: FAILURES[code] ?? 'other', detail };
  } finally {
    clearTimeout(limit);
  }
}

async function query(resolver: Resolver, name: string, type: 'A' | 'AAAA' | 'CAA'): Promise<string[]> {
  if (type === 'A') return resolver.resolve4(name);
  if (type === 'AAAA') return resolver.resolve6(name);
  const records = await resolver.resolveCaa(name);
  return records.map(({ critical, ...tags }) =>
    [
      critical,
      ...(Object.entries(tags)
        .find(([tag]) => tag !== 'type')
        ?.map(String) ?? []),
    ].join(' '),
  );
}
