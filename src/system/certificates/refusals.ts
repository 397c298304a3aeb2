import type { KnownFailure } from '../../engine/contracts/action.ts';

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
      'service is down for maintenance|serverInternal|ConnectTimeout|ReadTimeout|Read timed out|Connection aborted|ConnectionResetError|RemoteDisconnected|SSLEOFError|UNEXPECTED_EOF_WHILE_READING|NameResolutionError|Temporary failure in name resolution|Requesting .*: Connection refused|Network is unreachable',
    reason: 'The certificate authority could not be reached, or is down for maintenance.',
    next: "Try again later; letsencrypt.status.io shows Let's Encrypt's state. An attempt like this is not counted.",
  },
  {
    kind: 'authority-away',
    pattern: 'Unexpected response Content-Type|JSONDecodeError: Expecting value: line 1 column 1',
    reason:
      'What answered for the certificate authority was no answer of one, but probably a web page: a portal or a proxy stands in between.',
    next: "Open the authority's address (https://acme-v02.api.letsencrypt.org/directory) with curl on this machine and see what answers. An attempt like this is not counted.",
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

/** What `curl` says when an authority does not give its directory, in the words of {@link REFUSALS}. */
export const UNREACHED_FAILURES: readonly KnownFailure[] = [
  ['is no directory of a certificate authority', 'Unexpected response Content-Type'],
  ['curl: \\((?:60|77)\\)', 'CERTIFICATE_VERIFY_FAILED'],
  ['curl: \\(\\d+\\)', 'ConnectTimeout'],
].flatMap(([pattern = '', like = '']) =>
  REFUSALS.filter((known) => known.pattern.includes(like)).map(({ reason, next }) => ({
    pattern,
    reason,
    next,
  })),
);

/** The ways in which a command of certbot is known to fail. */
export const CERTBOT_FAILURES: readonly KnownFailure[] = [
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

/** Whether certbot's log says that it ended with an error, whatever that was; one that was killed writes nothing of the kind. */
export function saysItGaveUp(log: string): boolean {
  return /:ERROR:certbot|:Exiting abnormally:/.test(log);
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
