import type { Finding } from '../../engine/contracts/task.ts';
import type { FetchResult, Host, ResolveResult } from '../../host/host.ts';

/** Answers come from here. */
export const API_HOST = 'api.anthropic.com';
/** Sign-ins are renewed here, every eight hours. */
export const SIGN_IN_HOST = 'platform.claude.com';

/** What stands between this machine and a host of Claude. */
export type Obstacle =
  | 'unknown-name'
  | 'silent-dns'
  | 'refused'
  | 'no-route'
  | 'no-answer'
  | 'not-trusted'
  | 'cut'
  | 'other';

/** A host of Claude that this machine does not reach. */
export interface Unreached {
  readonly host: string;
  readonly obstacle: Obstacle;
  /** The system's own words. */
  readonly detail: string;
}

/** Long enough for a slow line, short enough to be there before Hermes has given up. */
const LIMIT_MS = 4_000;

/**
 * Tries each host, all at the same time, over DNS, TCP and TLS: Hermes says "Connection error." to all of them, after
 * half a minute. Any HTTP answer, a 404 too, means that it is reached. Returns those that are not.
 */
export async function unreachedHosts(host: Host, names: readonly string[]): Promise<readonly Unreached[]> {
  const tried = await Promise.all(
    names.map(async (name) => {
      const reached = await host.fetch(`https://${name}/`, { timeoutMs: LIMIT_MS });
      if (reached.ok) return [];
      const known = await host.resolve(name, 'A');
      return [{ host: name, obstacle: obstacleOf(reached, known), detail: reached.detail }];
    }),
  );
  return tried.flat();
}

/**
 * What a failed request and a question to the name servers say together. A name server that is silent looks like a
 * host that is, so DNS has the first word.
 */
export function obstacleOf(reached: Extract<FetchResult, { ok: false }>, known: ResolveResult): Obstacle {
  if (reached.failure === 'refused') return 'refused';
  if (reached.failure === 'tls') return 'not-trusted';
  if (reached.failure === 'reset') return 'cut';
  if (/EHOSTUNREACH|ENETUNREACH/.test(reached.detail)) return 'no-route';
  const dns = reached.failure === 'dns' || (!known.ok && reached.failure === 'timeout');
  if (dns)
    return known.ok || known.failure === 'nxdomain' || known.failure === 'nodata'
      ? 'unknown-name'
      : 'silent-dns';
  return reached.failure === 'timeout' ? 'no-answer' : 'other';
}

/** A finding for each kind of obstacle; hosts with the same one share it. */
export function judgeReach(unreached: readonly Unreached[]): readonly Finding[] {
  const kinds = [...new Set(unreached.map(({ obstacle }) => obstacle))];
  return kinds.map((kind) => {
    const same = unreached.filter(({ obstacle }) => obstacle === kind);
    const { code, saw, because } = WORDS[kind];
    const details = [...new Set(same.map(({ detail }) => detail))].join('; ');
    return {
      code,
      severity: 'blocked',
      saw: `${same.map(({ host }) => host).join(' and ')}: ${saw} (${details}).`,
      because: `${because} ${same.some(({ host }) => host === API_HOST) ? NO_ANSWERS : NO_RENEWAL}`,
      fixes: [],
      ifSkipped: 'Every message is answered with "Connection error", after half a minute.',
      watch: { everyMs: 5_000, forMs: 30_000 },
    };
  });
}

const NO_ANSWERS =
  'Hermes gets no answer from Claude until then. It needs no restart: the next message goes through when the way is free.';
const NO_RENEWAL =
  'The sign-in is renewed there every eight hours; when that fails, every message fails. Nothing has to be restarted when the way is free.';

interface Words {
  readonly code: string;
  readonly saw: string;
  readonly because: string;
}

const WORDS: Readonly<Record<Obstacle, Words>> = {
  'unknown-name': {
    code: 'claude-name-unknown',
    saw: 'DNS says that there is no such name',
    because:
      'The name exists, so this machine asks a name server that hides it (a filter of the network or of the provider) or that is wrong. Look at /etc/resolv.conf and `resolvectl status`, and compare with `dig @1.1.1.1 api.anthropic.com`.',
  },
  'silent-dns': {
    code: 'claude-dns-silent',
    saw: 'the name servers of this machine do not answer for it',
    because:
      'Without DNS nothing on the internet is found, Claude included. Look at /etc/resolv.conf and `resolvectl status`, and whether a firewall holds back port 53.',
  },
  refused: {
    code: 'claude-connection-refused',
    saw: 'connections to it are refused',
    because:
      'The name is found, but something answers "no" in place of Claude: a rule of a firewall that rejects outgoing traffic, a proxy, or a line in /etc/hosts that leads the name elsewhere. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  'no-route': {
    code: 'claude-no-route',
    saw: 'there is no way to its address',
    because:
      'This machine’s routing table, or a router on the way, has no path there. `ip route get` with the address shows which route is taken; a route that says "unreachable" or a missing default route is the cause.',
  },
  'no-answer': {
    code: 'claude-does-not-answer',
    saw: 'nothing came back within four seconds',
    because:
      'A filter for outgoing traffic swallows the connection, or Claude is down. status.claude.com shows outages; if there is none, let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  'not-trusted': {
    code: 'claude-certificate-not-trusted',
    saw: 'its certificate is not trusted on this machine',
    because:
      'Something on the way opens encrypted traffic and shows a certificate of its own (then that authority has to be installed with update-ca-certificates, and Hermes restarted), the clock is wrong (`timedatectl`), or the package ca-certificates is missing or old.',
  },
  cut: {
    code: 'claude-connection-cut',
    saw: 'connections to it are cut off',
    because:
      'They begin and are then ended by something on the way: a filter that reads the name in encrypted traffic, or a proxy. Let this machine reach api.anthropic.com and platform.claude.com on port 443.',
  },
  other: {
    code: 'claude-not-reached',
    saw: 'it cannot be reached',
    because: '`curl -v https://api.anthropic.com/` on this machine shows how far it gets.',
  },
};
