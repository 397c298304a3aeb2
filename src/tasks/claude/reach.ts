import type { FetchResult, Host, ResolveResult } from '../../host/host.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** Answers come from here. */
export const API_HOST = 'api.anthropic.com';
/** Sign-ins are renewed here, every eight hours. */
export const SIGN_IN_HOST = 'platform.claude.com';

/** What is between this machine and a host of Claude. */
type Obstacle =
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
  const obstacles = [...new Set(unreached.map(({ obstacle }) => obstacle))];
  return obstacles.map((obstacle) => {
    const same = unreached.filter((one) => one.obstacle === obstacle);
    const { kind, said } = OBSTACLES[obstacle];
    const details = [...new Set(same.map(({ detail }) => detail))].join('; ');
    return found(kind, {
      evidence: `${same.map(({ host }) => host).join(' and ')}: ${said} (${details}).`,
      adds: same.some(({ host }) => host === API_HOST) ? NO_ANSWERS : NO_RENEWAL,
      watch: { everyMs: 5_000, forMs: 30_000 },
    });
  });
}

const NO_ANSWERS =
  'Hermes gets no answer from Claude until then. It needs no restart: the next message goes through once Claude can be reached.';
const NO_RENEWAL =
  'Hermes renews the sign-in there every eight hours; when that fails, every message fails. Nothing needs a restart once the address can be reached.';

const OBSTACLES = {
  'unknown-name': { kind: FINDINGS['claude-name-unknown'], said: 'DNS says that there is no such name' },
  'silent-dns': {
    kind: FINDINGS['claude-dns-silent'],
    said: "this machine's name servers do not answer for it",
  },
  refused: { kind: FINDINGS['claude-connection-refused'], said: 'connections to it are refused' },
  'no-route': { kind: FINDINGS['claude-no-route'], said: 'there is no route to its address' },
  'no-answer': { kind: FINDINGS['claude-does-not-answer'], said: 'nothing came back within four seconds' },
  'not-trusted': {
    kind: FINDINGS['claude-certificate-not-trusted'],
    said: 'its certificate is not trusted on this machine',
  },
  cut: { kind: FINDINGS['claude-connection-cut'], said: 'connections to it are cut off' },
  other: { kind: FINDINGS['claude-not-reached'], said: 'it cannot be reached' },
} as const satisfies Readonly<Record<Obstacle, unknown>>;
