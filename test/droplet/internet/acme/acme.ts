/** Let's Encrypt: pebble behind its two names, with the directory where Let's Encrypt has it. */
import { readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { startChild, until } from '../child.ts';
import { type Answer, type Exchange, type Handler, json, send } from '../exchange.ts';
import { INTERNET_ADDRESS } from '../names.ts';
import { forward, relay } from '../proxy.ts';
import { inLetsEncryptsWords, type LookedUp, type Problem } from './acme-words.ts';
import { AUTHORITY_FILES } from './authority.ts';

const ADDRESS = '127.0.0.1:14000';
const MANAGEMENT_ADDRESS = '127.0.0.1:15000';

/**
 * What Let's Encrypt does: `normal`, a refused account, a refused order, or a challenge that fails in a way that only
 * the real one can see. The words are Let's Encrypt's own.
 */
export const ACME_PLAYS = [
  'normal',
  'too-many-registrations',
  'bad-email',
  'too-many-certificates',
  'too-many-failures',
  'rejected-name',
  'maintenance',
  'caa',
  'secondary-validation',
] as const;
export type AcmePlay = (typeof ACME_PLAYS)[number];

/** What scenarios may tell Let's Encrypt to do. */
export interface AcmeControl {
  play(name: AcmePlay): Promise<void>;
}

/** The handler of Let's Encrypt's names, its control, and the root certificate that pebble made (PEM). */
export interface Acme {
  readonly handler: Handler;
  readonly control: AcmeControl;
  readonly rootPem: string;
}

/** Starts pebble and waits until it answers; `lookUp` says what the small internet's name server has for a name. */
export async function startAcme(
  authorityDir: string,
  dir: string,
  lookUp: (name: string) => LookedUp,
  onExit: (text: string) => void,
): Promise<Acme> {
  const config = join(dir, 'pebble.json');
  const leaf = join(authorityDir, AUTHORITY_FILES.loopback);
  const pebble = {
    listenAddress: ADDRESS,
    managementListenAddress: MANAGEMENT_ADDRESS,
    certificate: `${leaf}.pem`,
    privateKey: `${leaf}.key`,
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
    certificateValidityPeriod: 90 * 86_400,
  };
  await writeFile(config, JSON.stringify({ pebble }));
  // It would otherwise wait some seconds before it looks, and refuse some nonces to train its clients.
  // A proof that is minutes old is not taken for a new one, which it would be by chance: a renewal that cannot prove anything fails.
  const env = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '0', PEBBLE_AUTHZREUSE: '0' };
  const argv = ['pebble', '-config', config, '-dnsserver', `${INTERNET_ADDRESS}:53`];
  startChild(argv, { logFile: join(dir, 'pebble.log'), env, onExit });
  const ca = await readFile(join(authorityDir, AUTHORITY_FILES.root), 'utf8');
  const rootPem = await until('pebble', 20_000, () => fetchPem(`https://${MANAGEMENT_ADDRESS}/roots/0`, ca));
  return { ...createAcme(`https://${ADDRESS}`, ca, lookUp), rootPem };
}

/**
 * Makes Let's Encrypt in front of a pebble at `origin`, whose certificate `ca` signed. `lookUp` is asked for the words
 * of a failed challenge.
 */
export function createAcme(
  origin: string,
  ca: string,
  lookUp: (name: string) => LookedUp,
): Omit<Acme, 'rootPem'> {
  let play: AcmePlay = 'normal';
  const handler: Handler = async (exchange) => {
    const { pathname } = exchange.url;
    if (pathname === '/directory') return relay(exchange, { origin, ca, path: '/dir' });
    const refused = refusalOf(play, pathname);
    if (refused) {
      return send(exchange, { ...refused, headers: { ...refused.headers, ...(await nonce(exchange)) } });
    }
    if (!/^\/authZ\//i.test(pathname)) return relay(exchange, { origin, ca });
    const answer = await forward(exchange, { origin, ca });
    const document = JSON.parse(Buffer.concat(await answer.toArray()).toString('utf8')) as Authorization;
    const body = JSON.stringify(reworded(document, CHALLENGE_ERRORS[play], lookUp));
    const { 'content-length': _length, ...headers } = answer.headers;
    exchange.response.writeHead(answer.statusCode ?? 502, headers).end(body);
  };
  const nonce = async (exchange: Exchange): Promise<Record<string, string>> => {
    const answer = await forward(
      { ...exchange, method: 'HEAD', body: Buffer.alloc(0) },
      { origin, ca, path: '/nonce-plz' },
    );
    answer.resume();
    return { 'replay-nonce': String(answer.headers['replay-nonce'] ?? '') };
  };
  return {
    handler,
    control: {
      play: async (name) => {
        play = name;
      },
    },
  };
}

const problem = (
  status: number,
  type: string,
  detail: string,
  headers: Record<string, string> = {},
): Answer => ({
  ...json(status, { type: `urn:ietf:params:acme:error:${type}`, detail, status }),
  type: 'application/problem+json',
  headers,
});

const RETRY = '2026-12-01 12:00:00 UTC: see https://letsencrypt.org/docs/rate-limits/';

function refusalOf(play: AcmePlay, pathname: string): Answer | undefined {
  const account = pathname === '/sign-me-up';
  const order = pathname === '/order-plz';
  const limited = (detail: string) =>
    problem(429, 'rateLimited', `${detail}, retry after ${RETRY}`, { 'retry-after': '3600' });
  switch (play) {
    case 'too-many-registrations':
      return account
        ? limited('too many new registrations (10) from this IP address in the last 3h0m0s')
        : undefined;
    case 'bad-email':
      return account
        ? problem(400, 'invalidContact', 'Error validating contact(s) :: unable to parse email address')
        : undefined;
    case 'too-many-certificates':
      return order
        ? limited(
            'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s',
          )
        : undefined;
    case 'too-many-failures':
      return order
        ? limited('too many failed authorizations (5) for this identifier in the last 1h0m0s')
        : undefined;
    case 'rejected-name':
      return order
        ? problem(
            400,
            'rejectedIdentifier',
            'Invalid identifiers requested :: Cannot issue for this name: Domain name does not end with a valid public suffix (TLD)',
          )
        : undefined;
    case 'maintenance':
      return order || account
        ? problem(503, 'serverInternal', 'The service is down for maintenance or had an internal error.')
        : undefined;
    case 'normal':
    case 'caa':
    case 'secondary-validation':
      return undefined;
  }
}

const CHALLENGE_ERRORS: Partial<Record<AcmePlay, Problem>> = {
  caa: {
    type: 'urn:ietf:params:acme:error:caa',
    detail: 'CAA record for client.example prevents issuance',
  },
  'secondary-validation': {
    type: 'urn:ietf:params:acme:error:connection',
    detail:
      'During secondary validation: 203.0.113.10: Fetching http://otto.client.example/.well-known/acme-challenge/x: Timeout during connect (likely firewall problem)',
  },
};

interface Authorization {
  readonly identifier?: { readonly value: string };
  readonly challenges?: readonly { readonly error?: Problem }[];
}

/** Says in an authorization why its challenges failed, in Let's Encrypt's words; with `played`, makes them fail. */
function reworded(
  document: Authorization,
  played: Problem | undefined,
  lookUp: (name: string) => LookedUp,
): object {
  const { identifier, challenges } = document;
  if (!identifier || !challenges) return document;
  const name = identifier.value;
  const failed = (error: Problem) => ({ status: 'invalid', error: { ...error, status: 400 } });
  const changed = challenges.map((challenge) => {
    if (played) return { ...challenge, ...failed(played) };
    if (!challenge.error) return challenge;
    return { ...challenge, ...failed(inLetsEncryptsWords(challenge.error, name, lookUp(name))) };
  });
  return { ...document, ...(played ? { status: 'invalid' } : {}), challenges: changed };
}

function fetchPem(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { ca }, (answer) => {
      answer.toArray().then((chunks) => resolve(Buffer.concat(chunks as Buffer[]).toString('utf8')), reject);
    }).once('error', reject);
  });
}
