import { createHash } from 'node:crypto';
import type { FetchResult, Host } from '../../host/host.ts';
import type { Listen, Server } from '../../system/nginx/nginx.ts';
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
  const result = await host.fetch(`http://${domain}${path}`, {
    connectTo: addressOf(http),
    timeoutMs: 3_000,
  });
  return judgeAnswer(result, domain, token);
}

const addressOf = ({ address }: Listen): string =>
  /^\d/.test(address) && address !== '0.0.0.0' ? address : '127.0.0.1';

/**
 * Whether nginx passes a visitor on to Open WebUI, over https where the site has it. After a reload the workers of before go on
 * answering for up to a second, here that nobody is let in yet.
 */
export async function passesVisitorsOn(
  host: Host,
  domain: string,
  ours: readonly Server[],
): Promise<boolean> {
  const listens = ours.flatMap((server) => server.listens);
  const listen = listens.find(({ ssl }) => ssl) ?? listens[0];
  if (listen === undefined) return true;
  const url = `${listen.ssl ? 'https' : 'http'}://${domain}:${listen.port}/health`;
  for (let tries = 1; ; tries += 1) {
    const result = await host.fetch(url, { connectTo: addressOf(listen), timeoutMs: 3_000 });
    // What else there is to say about an answer, the certificate and the first login say.
    if (!result.ok || !isUpstreamDown(result.status)) return true;
    if (tries === 6) return false;
    await host.sleep(300);
  }
}

const isUpstreamDown = (status: number): boolean => status === 502 || status === 503 || status === 504;

/** What an answer for the name, over http, says about who gave it. */
export function judgeAnswer(result: FetchResult, domain: string, token: string): SiteAnswer {
  if (!result.ok) return 'none';
  const { status, headers, body } = result;
  if (status >= 301 && status <= 308)
    return headers.location?.startsWith(`https://${domain}`) ? 'ours' : 'other';
  if (isUpstreamDown(status)) return 'upstream-down';
  if (status === 200 && (body.trim() === token || /"status"\s*:\s*true/.test(body))) return 'ours';
  return 'other';
}
