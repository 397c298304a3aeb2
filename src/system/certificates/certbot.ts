import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';

/**
 * The system's own list of authorities, for a certificate authority that only this system trusts. Debian's and Ubuntu's
 * certbot use it anyway; one that came as a snap or through pip does not.
 */
const ENVIRONMENT = { REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' } as const;

export const LETSENCRYPT_FOLDER = '/etc/letsencrypt';
export const CERTBOT_LOG = '/var/log/letsencrypt/letsencrypt.log';

/** Why a certificate was refused: a kind for each way to fix it. */
export const REFUSAL_KINDS = [
  'dns',
  'firewall',
  'nothing-listens',
  'other-machine',
  'caa',
  'rate-limit',
  'name',
  'account',
  'authority-away',
  'authority-untrusted',
  'nginx',
  'way-of-proof',
  'plugin',
  'busy',
  'disk',
  'connection',
  'unknown',
] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

interface KnownRefusal extends KnownFailure {
  readonly kind: RefusalKind;
}

/**
 * What certbot, Let's Encrypt and pebble say when they refuse (facts: certbot-nginx, Failures). Matched against one
 * line at a time; the first one that fits counts, so the special ones come first.
 */
const REFUSALS: readonly KnownRefusal[] = [
  {
    kind: 'rate-limit',
    pattern: 'rateLimited|too many (?:certificates|failed authorizations|new registrations|new orders)',
    reason:
      "The certificate authority accepts no more requests for now: Let's Encrypt allows 5 failed tries per name and hour, and 5 certificates for the same name per week.",
    next: 'Wait until the time in the line above. Nothing else helps. Certificates issued earlier stay valid.',
  },
  {
    kind: 'caa',
    pattern: 'CAA record for .* prevents issuance|:caa\\b',
    reason:
      'A CAA record in DNS says which authority may issue for this domain, and this one is not among them.',
    next: 'Add to the domain at your DNS provider: CAA 0 issue "letsencrypt.org".',
  },
  {
    kind: 'connection',
    pattern: 'During secondary validation',
    reason:
      'The certificate authority checks from several places, and could not reach this machine from all of them.',
    next: "Check whether the provider's firewall lets only some countries through.",
  },
  {
    kind: 'dns',
    pattern: 'DNS problem: |NXDOMAIN|SERVFAIL|could not resolve URL|no valid A(?:AAA)? records found',
    reason: 'The certificate authority could not find the name in DNS.',
    next: 'Check the A record, and that all name servers of the domain answer. A new record may take an hour to show everywhere.',
  },
  {
    kind: 'other-machine',
    pattern: 'Invalid response from http|Non-200 status code from HTTP|:unauthorized\\b',
    reason:
      'Another machine, or another site on this one, answered for the name. An IPv6 address in the line means that the AAAA record is to blame.',
    next: 'Point the A record (and the AAAA record, if there is one) to this machine, and bypass any proxy in between for now.',
  },
  {
    kind: 'nothing-listens',
    pattern: '(?:Type:\\s*connection|:connection\\b|Fetching|http).*Connection refused',
    reason: 'The certificate authority reached the machine, but nothing listened on port 80.',
    next: 'Check that nginx runs, and that no router or provider in between refuses port 80.',
  },
  {
    kind: 'firewall',
    pattern: 'Timeout during connect|context deadline exceeded|i/o timeout|likely firewall problem',
    reason: 'The certificate authority got no answer on port 80: something drops incoming connections.',
    next: "Allow port 80 in ufw and in the firewall of the provider (on DigitalOcean: Networking, Firewalls). Both must let it through; a test on this machine itself does not show the provider's.",
  },
  {
    kind: 'name',
    pattern:
      'Cannot issue for|does not end with a valid public suffix|rejectedIdentifier|appears to be a URL|is an IP address|Non-ASCII domain names',
    reason: 'The certificate authority does not issue certificates for a name like this one.',
    next: 'Use a public host name, like otto.example.com.',
  },
  {
    kind: 'account',
    pattern:
      'Unable to register an account|invalid email address|invalidContact|Account at .* does not exist',
    reason: 'The certificate authority did not accept the account or its e-mail address.',
    next: 'Give an existing e-mail address (--email), then try again.',
  },
  {
    kind: 'authority-untrusted',
    pattern: 'CERTIFICATE_VERIFY_FAILED',
    reason: 'The certificate of the certificate authority is not trusted on this machine.',
    next: 'Check the clock (timedatectl). A private authority must be in /usr/local/share/ca-certificates; then run update-ca-certificates.',
  },
  {
    kind: 'authority-away',
    pattern:
      'service is down for maintenance|serverInternal|ConnectTimeout|NameResolutionError|Temporary failure in name resolution|Requesting .*: Connection refused|Network is unreachable',
    reason: 'The certificate authority could not be reached, or is down for maintenance.',
    next: "Try again later; letsencrypt.status.io shows Let's Encrypt's state. An attempt like this is not counted.",
  },
  {
    kind: 'plugin',
    pattern: 'requested nginx plugin does not appear to be installed',
    reason: "certbot's nginx plugin is missing.",
    next: 'Install python3-certbot-nginx.',
  },
  {
    kind: 'way-of-proof',
    pattern:
      'Could not bind TCP port 80|Problem binding to port 80|StandaloneBindError|webroot.*(?:does not exist|is not a directory)|Missing command line flag or config entry for this setting|Could not choose appropriate plugin',
    reason:
      'The renewal proves the name in a way that does not work here: "standalone" needs port 80, which nginx uses, and "webroot" needs a folder that is not served.',
    next: 'Get the certificate through nginx once; certbot then remembers that way for every renewal.',
  },
  {
    kind: 'nginx',
    pattern: 'Error while running nginx|nginx restart failed|The nginx plugin is not working',
    reason:
      'The nginx configuration has a mistake, so certbot does not touch it. It did not ask the certificate authority.',
    next: '`nginx -t` names the file and line. Fix it, then try again.',
  },
  {
    kind: 'busy',
    pattern: 'Another instance of Certbot is already running',
    reason: 'Another certbot is running, probably the renewal.',
    next: 'Try again in a minute.',
  },
  {
    kind: 'disk',
    pattern: 'No space left on device',
    reason: 'The disk is full.',
    next: 'Free some space (journalctl --vacuum-size=200M, docker image prune), then look again.',
  },
  {
    kind: 'connection',
    pattern: 'Type:\\s*connection|:connection\\b',
    reason: 'The certificate authority could not reach this machine.',
    next: 'Check port 80 in ufw and in the firewall of the provider.',
  },
];

/** Debian 12's certbot 2.1 hides the cause of a refused order behind an error of its own (facts: certbot-nginx 1). */
const HIDDEN: KnownFailure = {
  pattern: "AttributeError: can't set attribute",
  reason:
    'The certificate authority refused the order. This release of certbot hides the reason; its log has it.',
  next: 'Look again: otto-install then reads the log and explains it.',
};

const FAILURES: readonly KnownFailure[] = [
  ...REFUSALS.map(({ pattern, reason, next }) => ({ pattern, reason, next })),
  HIDDEN,
];

/**
 * What a refusal of that kind means if nothing more is known; undefined for one that needs its line to be understood.
 */
export function refusalWords(kind: RefusalKind): string | undefined {
  const known = REFUSALS.find((one) => one.kind === kind);
  return known && `${known.reason} ${known.next}`;
}

/** Why a certificate was refused. */
export interface Refusal {
  readonly kind: RefusalKind;
  readonly reason: string;
  readonly next: string;
  /** The line that says so, as it was printed. */
  readonly line: string;
  /** ms since 1970, when the authority named a time. */
  readonly retryAfter: number | undefined;
}

/** Made once: a log has thousands of lines. */
const PATTERNS = REFUSALS.map((refusal) => ({ refusal, pattern: new RegExp(refusal.pattern) }));

/** Finds the last refusal in what certbot printed, or in its log. */
export function findRefusal(text: string): Refusal | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  for (const line of lines.toReversed()) {
    const known = PATTERNS.find(({ pattern }) => pattern.test(line))?.refusal;
    if (known === undefined || isRepeated(line)) continue;
    const { kind, reason, next } = known;
    return {
      kind,
      reason,
      next,
      line: readable(line).slice(0, 400),
      retryAfter: retryTime(text),
    };
  }
  return undefined;
}

/** Lines of certbot's log that only say again, less exactly, what an earlier line said. */
function isRepeated(line: string): boolean {
  return /^(?:raise |Type:)/.test(line);
}

/** The line without what the log puts around it: a time and a module, or the JSON of the authority's answer. */
function readable(line: string): string {
  const detail = /"detail":\s*"((?:[^"\\]|\\.)*)"/.exec(line)?.[1];
  return (
    detail?.replace(/\\(.)/g, '$1') ??
    line.replace(/^[\d-]+ [\d:,]+:[A-Z]+:[\w.]+:/, '').replace(/^(?:Detail:|acme\.messages\.Error:)\s*/, '')
  );
}

function retryTime(text: string): number | undefined {
  const found = [...text.matchAll(/retry after (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)/gi)].at(-1);
  return found === undefined ? undefined : Date.parse(`${found[1]}T${found[2]}Z`);
}

/** What a certificate is requested with. */
export interface Request {
  readonly domain: string;
  readonly email: string;
  /** Directory of the ACME server. */
  readonly server: string;
}

/** Does everything except the issuing; with Let's Encrypt against its test server, whose limits do not count. */
export function rehearseCertificate(request: Request): Command {
  return certbot(
    ['certonly', '--nginx', '--dry-run', ...requestFlags(request)],
    `Rehearse the certificate for ${request.domain}`,
  );
}

/** Gets a certificate and adds it to the site of that name; force: even if there is one that is not due. */
export function obtainCertificate(request: Request, force = false): Command {
  return {
    ...certbot(
      ['run', '--nginx', ...requestFlags(request), ...(force ? ['--force-renewal'] : [])],
      `Get the certificate for ${request.domain} and add it to the site`,
    ),
    makes: things('certificate', request.domain),
  };
}

function requestFlags({ domain, email, server }: Request): readonly string[] {
  return ['-d', domain, '--non-interactive', '--agree-tos', '-m', email, '--server', server];
}

/** Adds an existing certificate to its site again without asking the authority (facts: certbot-nginx, States). */
export function installCertificate(name: string): Command {
  return certbot(
    ['install', '--nginx', '--cert-name', name, '--non-interactive'],
    `Add the certificate ${name} to its site`,
  );
}

/** Renews now, due or not. The server is given, since certbot otherwise may ask another one. */
export function renewCertificate(name: string, server: string): Command {
  return certbot(
    [
      'renew',
      '--cert-name',
      name,
      '--force-renewal',
      '--no-random-sleep-on-renew',
      '--server',
      server,
      '--non-interactive',
    ],
    `Renew the certificate ${name}`,
  );
}

/** Removes a certificate with its files. */
export function deleteCertificate(name: string): Command {
  return {
    ...certbot(['delete', '--cert-name', name, '--non-interactive'], `Remove the certificate ${name}`),
    removes: things('certificate', name),
  };
}

function certbot(words: readonly string[], purpose: string): Command {
  return command(['certbot', ...words], purpose, {
    env: ENVIRONMENT, // A silent server takes 47 s to give up on, a closed port 80 some 20 s.
    timeoutMs: 5 * 60_000,
    knownFailures: FAILURES,
  });
}

/** What certbot keeps to renew a certificate: /etc/letsencrypt/renewal/NAME.conf. */
export interface Renewal {
  readonly server: string | undefined;
  readonly account: string | undefined;
  readonly authenticator: string | undefined;
}

/** Reads a renewal file; an empty one (the disk was full) has nothing in it. */
export function parseRenewal(text: string): Renewal {
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1];
  return { server: value('server'), account: value('account'), authenticator: value('authenticator') };
}

/** Where certbot keeps the key of an account: a folder named after the server's directory. */
export function accountFolder(server: string, account: string): string {
  const { host, pathname } = new URL(server);
  return `${LETSENCRYPT_FOLDER}/accounts/${host}${pathname.replace(/\/$/, '')}/${account}`;
}

/** The newest number for which the archive holds all four files; undefined when there is none. */
export function newestComplete(archive: readonly string[]): number | undefined {
  const numbers = archive.flatMap((name) => /^fullchain(\d+)\.pem$/.exec(name)?.[1] ?? []).map(Number);
  return numbers
    .filter((number) =>
      ['cert', 'chain', 'privkey'].every((kind) => archive.includes(`${kind}${number}.pem`)),
    )
    .toSorted((a, b) => b - a)[0];
}
