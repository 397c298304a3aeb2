import { expect, test } from 'vitest';
import {
  accountFolder,
  newestComplete,
  obtainCertificate,
  parseRenewal,
  rehearseCertificate,
} from '../../../src/system/certificates/certbot.ts';
import { findRefusal } from '../../../src/system/certificates/refusals.ts';

// Lines of certbot and its log, seen on the test droplet or (Let's Encrypt's own) listed in facts/certbot-nginx.md.
test.each([
  [
    'Detail: 203.0.113.10: Fetching http://x/.well-known/acme-challenge/y: Timeout during connect (likely firewall problem)',
    'firewall',
  ],
  [
    'Detail: 203.0.113.10: Fetching http://x/.well-known/acme-challenge/y: Connection refused',
    'nothing-listens',
  ],
  [
    'Detail: DNS problem: NXDOMAIN looking up A for x - check that a DNS record exists for this domain',
    'dns',
  ],
  ['Detail: 198.51.100.7: Invalid response from http://x/.well-known/acme-challenge/y: 404', 'other-machine'],
  ['Detail: Non-200 status code from HTTP: http://x/ returned 404', 'other-machine'],
  [
    'Detail: During secondary validation: 203.0.113.10: Fetching http://x/y: Timeout during connect (likely firewall problem)',
    'connection',
  ],
  ['Detail: CAA record for x prevents issuance', 'caa'],
  [
    'too many failed authorizations (5) for "x" in the last 1h0m0s, retry after 2026-11-22 18:00:00 UTC',
    'rate-limit',
  ],
  [
    'Invalid identifiers requested :: Cannot issue for "x.local": Domain name does not end with a valid public suffix (TLD)',
    'name',
  ],
  ['Requested name https://x appears to be a URL, not a FQDN', 'name'],
  [
    'Unable to register an account with ACME server. The ACME server believes nomail is an invalid email address.',
    'account',
  ],
  [
    'acme.messages.Error: urn:ietf:params:acme:error:serverInternal :: The service is down for maintenance or had an internal error.',
    'authority-away',
  ],
  ['ValueError: Requesting acme.example/dir: Connection refused', 'authority-away'],
  ['acme.errors.ClientError: Unexpected response Content-Type: text/html', 'authority-away'],
  ['requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)', 'authority-away'],
  [
    'requests.exceptions.SSLError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed',
    'authority-untrusted',
  ],
  ['Error while running nginx -c /etc/nginx/nginx.conf -t.', 'nginx'],
  ['The requested nginx plugin does not appear to be installed', 'plugin'],
  ['Another instance of Certbot is already running.', 'busy'],
  ['OSError: [Errno 28] No space left on device', 'disk'],
])('%s', (line, kind) => {
  const refusal = findRefusal(
    `2026-11-22 17:30:00,000:DEBUG:certbot.main:certbot version: 2.1.0\n${line}\nSome challenges have failed.\n`,
  );
  expect(refusal?.kind).toBe(kind);
  // The screen after the failed action and the next look must say the same.
  const known = rehearseCertificate({ domain: 'x', email: 'm', server: 's' }).knownFailures ?? [];
  expect(known.find(({ pattern }) => new RegExp(pattern).test(line))?.reason).toBe(refusal?.reason);
});

test('a success, or a log that says nothing', () => {
  expect(findRefusal('Successfully received certificate.\nCongratulations!\n')).toBeUndefined();
  expect(findRefusal('')).toBeUndefined();
});

test("what Debian 12's certbot hides stands in its log, with the time to wait for", () => {
  const refusal =
    findRefusal(`2026-11-22 17:36:00,101:DEBUG:acme.client:Sending POST request to https://acme/order-plz:
Traceback (most recent call last):
acme.messages.Error: urn:ietf:params:acme:error:rateLimited :: There were too many requests of a given type :: too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2026-12-01 12:00:00 UTC: see https://letsencrypt.org/docs/rate-limits/

During handling of the above exception, another exception occurred:

AttributeError: can't set attribute
2026-11-22 17:36:00,103:ERROR:certbot._internal.log:An unexpected error occurred:
`);
  expect(refusal).toMatchObject({ kind: 'rate-limit', retryAfter: Date.UTC(2026, 11, 1, 12) });
  expect(refusal?.line).toMatch(/^urn:ietf:params:acme:error:rateLimited/);
});

test("the authority's JSON in the log is shown as its words", () => {
  const answer =
    '{"status":"invalid","error":{"type":"urn:ietf:params:acme:error:caa","detail":"CAA record for client.example prevents issuance"}}';
  expect(findRefusal(answer)).toMatchObject({
    kind: 'caa',
    line: 'CAA record for client.example prevents issuance',
  });
});

test('the last refusal counts', () => {
  expect(
    findRefusal(
      'Detail: Connection refused fetching http://x: Connection refused\nCAA record for x prevents issuance\n',
    )?.kind,
  ).toBe('caa');
});

test('the real request differs from the rehearsal in nothing but what it is', () => {
  const request = {
    domain: 'otto.client.example',
    email: 'ops@client.example',
    server: 'https://acme.example/dir',
  };
  const common = [
    '--nginx',
    '-d',
    'otto.client.example',
    '--non-interactive',
    '--agree-tos',
    '-m',
    'ops@client.example',
    '--server',
    'https://acme.example/dir',
  ];
  expect(rehearseCertificate(request).argv).toEqual(
    expect.arrayContaining([...common, 'certonly', '--dry-run']),
  );
  expect(obtainCertificate(request).argv).toEqual(expect.arrayContaining(common));
  expect(obtainCertificate(request).argv).not.toContain('--force-renewal');
  expect(obtainCertificate(request, true).argv).toContain('--force-renewal');
});

test('a renewal file, and where its account is', () => {
  const renewal = parseRenewal(`# renew_before_expiry = 30 days
version = 2.1.0
[renewalparams]
account = 2d75aa7d8decdc08a0322b2d184cd3de
server = https://acme-v02.api.letsencrypt.org/directory
authenticator = nginx
`);
  expect(renewal).toEqual({
    account: '2d75aa7d8decdc08a0322b2d184cd3de',
    server: 'https://acme-v02.api.letsencrypt.org/directory',
    authenticator: 'nginx',
  });
  expect(accountFolder(renewal.server ?? '', renewal.account ?? '')).toBe(
    '/etc/letsencrypt/accounts/acme-v02.api.letsencrypt.org/directory/2d75aa7d8decdc08a0322b2d184cd3de',
  );
  expect(parseRenewal('').server).toBeUndefined();
});

test.each([
  [['cert1.pem', 'chain1.pem', 'fullchain1.pem', 'privkey1.pem'], 1],
  [['cert1.pem', 'chain1.pem', 'fullchain1.pem', 'privkey1.pem', 'cert2.pem', 'fullchain2.pem'], 1],
  [
    [
      'cert9.pem',
      'chain9.pem',
      'fullchain9.pem',
      'privkey9.pem',
      'cert10.pem',
      'chain10.pem',
      'fullchain10.pem',
      'privkey10.pem',
    ],
    10,
  ],
  [[], undefined],
])('the newest complete set of %o', (files, expected) => {
  expect(newestComplete(files)).toBe(expected);
});
