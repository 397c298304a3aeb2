import { createHash } from 'node:crypto';
import type { FetchResult, Host } from '../../host/host.ts';
import type { Server } from '../../system/nginx/nginx.ts';
import { PROOF_PATH } from './template.ts';

/**
 * ours: the site answers, or sends to https. upstream-down: nginx answers that Open WebUI does not. other: something
 * else answers for the name, as the default site does before a reload.
 */
export type SiteAnswer = 'ours' | 'upstream-down' | 'other' | 'none';

/** Different on every machine, the same on every look; says nothing about the machine. */
export function proofToken(machineId: string, domain: string): string {
  return createHash('sha256').update(`otto-install ${machineId.trim()} ${domain}`).digest('hex').slice(0, 32);
}

/** A new configuration is live up to a second after the reload returned (facts: certbot-nginx 11). */
export async function askUntilOurs(
  host: Host,
  domain: string,
  ours: readonly Server[],
  token: string,
): Promise<SiteAnswer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await ask(host, domain, ours, token);
    if (answer === 'ours' || answer === 'upstream-down' || tries === 6) return answer;
    await host.sleep(300);
  }
}

async function ask(host: Host, domain: string, ours: readonly Server[], token: string): Promise<SiteAnswer> {
  const proves = ours.some(({ fixedAnswers }) => fixedAnswers[PROOF_PATH] === token);
  // A site that somebody else wrote is known by what Open WebUI answers (facts: certbot-nginx 12).
  const path = proves ? PROOF_PATH : '/health';
  const http = ours.flatMap(({ listens }) => listens).find(({ port, ssl }) => port === 80 && !ssl);
  if (http === undefined) return 'ours';
  const local = /^\d/.test(http.address) && http.address !== '0.0.0.0' ? http.address : '127.0.0.1';
  const result = await host.fetch(`http://${domain}${path}`, { connectTo: local, timeoutMs: 3_000 });
  return judgeAnswer(result, domain, token);
}

/** What an answer for the name, over http, says about who gave it. */
export function judgeAnswer(result: FetchResult, domain: string, token: string): SiteAnswer {
  if (!result.ok) return 'none';
  const { status, headers, body } = result;
  if (status >= 301 && status <= 308)
    return headers.location?.startsWith(`https://${domain}`) ? 'ours' : 'other';
  if (status === 502 || status === 503 || status === 504) return 'upstream-down';
  if (status === 200 && (body.trim() === token || /"status"\s*:\s*true/.test(body))) return 'ours';
  return 'other';
}
