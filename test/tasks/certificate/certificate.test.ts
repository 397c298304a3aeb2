import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/engine/contracts/task.ts';
import { reveal } from '../../../src/secret/secret.ts';
import { findRefusal, type RefusalKind, saysItGaveUp } from '../../../src/system/certificates/refusals.ts';
import type { Certificate } from '../../../src/system/certificates/x509.ts';
import { type Attempt, limitReached, parseAttempts } from '../../../src/tasks/certificate/attempts.ts';
import { lookAtCutOff } from '../../../src/tasks/certificate/cut-off.ts';
import { certificateTask } from '../../../src/tasks/certificate/index.ts';
import { type CertificateFacts, isDue, type Lineage } from '../../../src/tasks/certificate/look.ts';
import { answersWith } from '../answers.ts';
import { healthySite, OTTO, plainServer, RUNNING, securedServers } from '../nginx-site/sites.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 22, 12);
const DOMAIN = 'otto.client.example';
const SERVER = 'https://acme-v02.api.letsencrypt.org/directory';

const certificate: Certificate = {
  names: [DOMAIN],
  notBefore: NOW - 10 * DAY,
  notAfter: NOW + 80 * DAY,
  issuer: "Let's Encrypt R11",
  serial: '0A',
};
const lineage: Lineage = {
  name: DOMAIN,
  certificate,
  renewal: { server: SERVER, account: '2d75', authenticator: 'nginx' },
  archived: 1,
  hasAccount: true,
};
const healthy: CertificateFacts = {
  now: NOW,
  cutOff: [],
  site: { ...healthySite, servers: securedServers, origin: 'edited-by-hand' },
  siteCertificate: certificate,
  lineages: [lineage],
  issued: [certificate.notBefore],
  https: { status: 200, trusted: true, certificate },
  timer: { name: 'certbot.timer', unit: { ...RUNNING, sub: 'waiting' } },
  failedRenewal: undefined,
  proof: { kind: 'not-possible' },
  caa: undefined,
  attempts: [],
  refusal: undefined,
  gaveUp: false,
  logSize: 1000,
};
/** The site is there, and nothing else. */
const none: CertificateFacts = {
  ...healthy,
  site: healthySite,
  siteCertificate: undefined,
  lineages: [],
  issued: [],
  https: { status: 0, trusted: false, certificate: undefined },
  proof: { kind: 'passed' },
};

const judge = (changes: Partial<CertificateFacts>, from = healthy, answers = answersWith()) =>
  certificateTask.judge({ ...from, ...changes }, answers);
const codes = (findings: readonly Finding[]) => findings.map(({ severity, code }) => `${severity} ${code}`);
const CONTENT = `server {
    listen 80;
    server_name ${DOMAIN};
    return 301 https://$host$request_uri;
}
server {
    listen 443 ssl;
    server_name ${DOMAIN};
    ssl_certificate /etc/letsencrypt/live/${DOMAIN}/fullchain.pem; # managed by Certbot
    ssl_certificate_key /etc/letsencrypt/live/${DOMAIN}/privkey.pem; # managed by Certbot
    location / { proxy_pass http://127.0.0.1:8080; }
}
`;

describe('the certificate that nginx names has run out, and a good one is beside it', () => {
  const second: Lineage = { ...lineage, name: `${DOMAIN}-0001` };
  const expired = { ...certificate, notAfter: NOW - DAY, serial: '0B' };
  const facts = {
    lineages: [second],
    siteCertificate: expired,
    https: { status: 200, trusted: false, certificate: expired },
    site: { ...healthy.site, content: `# Otto: x. Written by otto-install\n${CONTENT}` },
  };

  test('only the lines that name it change, without an outage', () => {
    const [finding, ...more] = judge(facts);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ code: 'certificate-beside-expired-one', severity: 'broken' });
    expect(finding?.evidence).toContain(`${DOMAIN}-0001 is valid until`);
    const [action] = finding?.fixes[0]?.actions ?? [];
    const text = action?.kind === 'write-file' ? reveal(action.content) : '';
    expect(text).toContain(
      `ssl_certificate /etc/letsencrypt/live/${DOMAIN}-0001/fullchain.pem; # managed by Certbot`,
    );
    expect(text).toContain(`ssl_certificate_key /etc/letsencrypt/live/${DOMAIN}-0001/privkey.pem;`);
    expect(text.match(/ssl_certificate /g)).toHaveLength(1);
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
  });

  test('where the lines are elsewhere, certbot puts it in', () => {
    const [finding] = judge({ ...facts, site: { ...healthy.site, content: undefined } });
    expect(finding?.fixes.map(({ id }) => id)).toEqual(['install-again']);
  });

  test('while the named one is good, the other one is nothing to report', () => {
    expect(judge({ lineages: [second] })).toEqual([]);
  });
});

const commands = (finding: Finding | undefined) =>
  (finding?.fixes[0]?.actions ?? []).map((action) =>
    action.kind === 'write-file' ? `write ${action.path}` : action.argv.join(' '),
  );
const attempt = (changes: Partial<Attempt>): Attempt => ({
  at: NOW - 60_000,
  domain: DOMAIN,
  server: SERVER,
  kind: 'real',
  outcome: 'started',
  logSize: 0,
  ...changes,
});

test('a certificate that the site uses and a timer renews: nothing to do', () => {
  expect(judge({})).toEqual([]);
});

test('another authority, whose root nobody else knows, is nothing to fix', () => {
  const https = { ...healthy.https, trusted: false };
  expect(judge({ https }, healthy, answersWith({ acmeServer: 'https://acme.client.example/dir' }))).toEqual(
    [],
  );
});

describe('no certificate yet', () => {
  const written = (finding: Finding | undefined) =>
    (finding?.fixes[0]?.actions ?? []).flatMap((action) =>
      action.kind === 'write-file'
        ? [parseAttempts(reveal(action.content)).map(({ kind, outcome }) => `${kind} ${outcome}`)]
        : [],
    );

  test('asked for at once: the name has been seen to lead here; the try is noted before it is made', () => {
    const [finding] = judge({}, none);
    expect(finding).toMatchObject({ code: 'certificate-missing', severity: 'missing' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding)).toEqual([
      'write /var/lib/otto-install/acme-attempts.json',
      `certbot run --nginx -d ${DOMAIN} --non-interactive --agree-tos -m ops@client.example --server ${SERVER}`,
      'write /var/lib/otto-install/acme-attempts.json',
    ]);
    expect(written(finding)).toEqual([['real started'], ['real passed']]);
  });

  test.each<[string, Partial<CertificateFacts>]>([
    ['after a try that did not pass', { attempts: [attempt({ at: NOW - 30 * 60_000 })] }],
    ['when the site of somebody else has no token to ask for', { proof: { kind: 'not-possible' } }],
    ['when a stranger answers to the name', { proof: { kind: 'other', answer: 'status 404' } }],
    [
      'when the token does not come back',
      { proof: { kind: 'failed', result: { ok: false, failure: 'timeout', detail: '8 s', durationMs: 1 } } },
    ],
  ])('%s it is rehearsed first', (_, changes) => {
    const [finding] = judge(changes, none);
    expect(commands(finding)).toEqual([
      'write /var/lib/otto-install/acme-attempts.json',
      `certbot certonly --nginx --dry-run -d ${DOMAIN} --non-interactive --agree-tos -m ops@client.example --server ${SERVER}`,
      'write /var/lib/otto-install/acme-attempts.json',
      `certbot run --nginx -d ${DOMAIN} --non-interactive --agree-tos -m ops@client.example --server ${SERVER}`,
      'write /var/lib/otto-install/acme-attempts.json',
    ]);
    const before = changes.attempts === undefined ? [] : ['real started'];
    expect(written(finding)).toEqual([
      [...before, 'rehearsal started'],
      [...before, 'rehearsal passed', 'real started'],
      [...before, 'rehearsal passed', 'real passed'],
    ]);
  });

  test.each([
    ['two hours ago', [attempt({ at: NOW - 120 * 60_000 })]],
    ['that passed', [attempt({ outcome: 'passed' })]],
    ['for another name', [attempt({ domain: 'oto.client.example' })]],
  ])('a try %s: nothing to rehearse', (_, attempts) => {
    expect(commands(judge({ attempts }, none)[0])).toHaveLength(3);
  });

  test('an empty machine: the plan is complete', () => {
    const site = { ...healthySite, servers: [] };
    const plan = judge({ site, proof: { kind: 'not-possible' }, timer: undefined }, none);
    expect(codes(plan)).toEqual(['missing certificate-missing']);
    expect(commands(plan[0])).toHaveLength(3);
  });

  test.each<[string, Partial<CertificateFacts>, string, boolean]>([
    [
      'another server answers',
      { proof: { kind: 'other', answer: 'status 404' } },
      'name-leads-to-another-server',
      true,
    ],
    [
      'nothing answers',
      { proof: { kind: 'failed', result: { ok: false, failure: 'timeout', detail: '8 s', durationMs: 1 } } },
      'name-does-not-answer',
      true,
    ],
    [
      'CAA names another',
      { caa: { ok: true, addresses: ['0 issue digicert.com'] } },
      'certificate-forbidden-by-caa',
      false,
    ],
    [
      'four failed tries within the hour',
      { attempts: [5, 10, 20, 40].map((minutes) => attempt({ at: NOW - minutes * 60_000 })) },
      'certificate-limit-reached',
      false,
    ],
    [
      'five certificates this week',
      { issued: [1, 2, 3, 4, 5].map((days) => NOW - days * DAY) },
      'certificate-limit-reached',
      false,
    ],
  ])('%s: not tried unasked', (_, changes, code, offersAnyway) => {
    const [finding] = judge(changes, none);
    expect(finding).toMatchObject({ code, severity: 'blocked' });
    expect(finding?.fixes.length).toBe(offersAnyway ? 1 : 0);
    expect(finding?.fixes.every(({ consequence }) => consequence !== undefined)).toBe(true);
  });

  test.each([
    ["Let's Encrypt is among them", ['0 issue digicert.com', '0 issue letsencrypt.org']],
    ['only about wildcards and reports', ['0 issuewild digicert.com', '0 iodef mailto:x@y.example']],
  ])('CAA, %s: tried', (_, addresses) => {
    expect(judge({ caa: { ok: true, addresses } }, none)[0]?.code).toBe('certificate-missing');
  });

  test.each<[RefusalKind, string]>([
    ['dns', 'certificate-refused-dns'],
    ['nothing-listens', 'certificate-refused-nothing-listens'],
    ['other-machine', 'certificate-refused-other-machine'],
    ['caa', 'certificate-refused-caa'],
    ['name', 'certificate-refused-name'],
    ['account', 'certificate-refused-account'],
    ['authority-away', 'certificate-refused-authority-away'],
    ['authority-untrusted', 'certificate-refused-authority-untrusted'],
    ['nginx', 'certificate-refused-nginx'],
    ['way-of-proof', 'certificate-refused-way-of-proof'],
    ['plugin', 'certificate-refused-plugin'],
    ['busy', 'certificate-refused-busy'],
    ['disk', 'certificate-refused-disk'],
    ['connection', 'certificate-refused-connection'],
    ['rate-limit', 'certificate-refused-rate-limit'],
    ['unknown', 'certificate-refused-unknown'],
  ])('a refusal of the kind %s has a code of its own', (kind, code) => {
    const refusal = { kind, reason: 'B.', next: 'N.', line: 'L', retryAfter: undefined };
    expect(judge({ attempts: [attempt({})], refusal }, none)[0]?.code).toBe(code);
  });

  test('a try that has just failed is explained, and repeated only with consent', () => {
    const refusal = {
      kind: 'firewall',
      reason: 'B.',
      next: 'N.',
      line: 'Timeout during connect',
      retryAfter: undefined,
    } as const;
    const [finding] = judge({ attempts: [attempt({})], refusal }, none);
    expect(finding).toMatchObject({ code: 'certificate-refused-firewall', reason: 'B. N.' });
    expect(finding?.evidence).toContain('Timeout during connect');
    expect(finding?.fixes[0]?.consequence).toContain('rehearsed first');
  });

  test.each<[string, boolean, string]>([
    [
      'that certbot gave up, its log not saying why, holds the next try back',
      true,
      'certificate-refused-unknown',
    ],
    ['that was cut off does not: it is made again', false, 'certificate-missing'],
  ])('a try %s', (_, gaveUp, code) => {
    for (const kind of ['rehearsal', 'real'] as const) {
      const facts = { attempts: [attempt({ kind })], gaveUp };
      expect(judge(facts, none)[0]?.code).toBe(code);
    }
  });

  test.each([
    ['an error', '2026-11-22 12:00:00,000:ERROR:certbot._internal.log:Some challenges have failed.', true],
    [
      'an exception',
      '2026-11-22 12:00:00,000:DEBUG:certbot._internal.log:Exiting abnormally:\nTraceback',
      true,
    ],
    ['a kill', '2026-11-22 12:00:00,000:DEBUG:acme.client:Storing nonce: x', false],
    ['nothing', '', false],
  ])("certbot's log after %s", (_, log, gaveUp) => {
    expect(saysItGaveUp(log)).toBe(gaveUp);
  });

  test('a try that failed long ago does not hold a new one back', () => {
    expect(judge({ attempts: [attempt({ at: NOW - 30 * 60_000 })] }, none)[0]?.code).toBe(
      'certificate-missing',
    );
  });

  test.each([
    ['another name', { domain: 'oto.client.example' }],
    ['another authority', { server: 'https://acme.example/directory' }],
  ])('tries for %s do not hold this one back', (_, other) => {
    const refusal = {
      kind: 'rate-limit',
      reason: 'B.',
      next: 'N.',
      line: 'too many failed authorizations',
      retryAfter: NOW + DAY,
    } as const;
    const attempts = [5, 10, 20, 40].map((minutes) => attempt({ ...other, at: NOW - minutes * 60_000 }));
    // What the log says is looked for only when the last try for this name has failed.
    const known = 'server' in other ? { attempts, refusal } : { attempts };
    expect(codes(judge(known, none))).toEqual(['missing certificate-missing']);
  });

  test('the time that the authority named is kept', () => {
    const refusal = {
      kind: 'rate-limit',
      reason: 'B.',
      next: 'N.',
      line: 'too many certificates',
      retryAfter: NOW + DAY,
    } as const;
    const old = [attempt({ at: NOW - 3 * 3_600_000 })];
    const [finding] = judge({ attempts: old, refusal }, none);
    expect(finding).toMatchObject({ code: 'certificate-limit-reached', fixes: [] });
    expect(finding?.evidence).toContain('2026-11-23 12:00 UTC');
  });
});

describe('the limits of the authority', () => {
  const failed = (minutes: number) => attempt({ at: NOW - minutes * 60_000 });

  test.each<[string, readonly Attempt[], number | undefined]>([
    ['three failures', [failed(5), failed(10), failed(20)], undefined],
    [
      'four failures: until the oldest of them is an hour old',
      [failed(5), failed(10), failed(20), failed(40)],
      NOW + 20 * 60_000,
    ],
    [
      'rehearsals do not count',
      [5, 10, 20, 40].map((minutes) => attempt({ kind: 'rehearsal', at: NOW - minutes * 60_000 })),
      undefined,
    ],
    ['old failures do not count', [failed(5), failed(61), failed(62), failed(63)], undefined],
    [
      'what went well is no failure',
      [5, 10, 20, 40].map((minutes) => attempt({ outcome: 'passed', at: NOW - minutes * 60_000 })),
      undefined,
    ],
  ])('%s', (_, attempts, until) => {
    expect(limitReached(attempts, [], NOW)?.until).toBe(until);
  });

  test('a certificate that is noted and in the archive counts once', () => {
    const times = [1, 2, 3, 4].map((days) => NOW - days * DAY);
    const noted = times.map((at) => attempt({ outcome: 'passed', at }));
    expect(limitReached(noted, times, NOW)).toBeUndefined();
    expect(limitReached(noted, [...times, NOW - 5 * DAY], NOW)?.until).toBe(NOW + 2 * DAY);
  });

  test('a damaged file counts as empty', () => {
    expect(parseAttempts('{"attempts":[{"at":"yesterday"}]}')).toEqual([]);
    expect(parseAttempts(undefined)).toEqual([]);
  });
});

describe('a certificate with something wrong', () => {
  const lineageWith = (changes: Partial<Lineage>) => ({ lineages: [{ ...lineage, ...changes }] });

  test('https is gone from the site: put back without asking the authority', () => {
    const [finding] = judge({ site: healthySite, siteCertificate: undefined, https: none.https });
    expect(finding?.code).toBe('https-gone');
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding)).toEqual([
      'nginx -t',
      `certbot install --nginx --cert-name ${DOMAIN} --non-interactive`,
    ]);
  });

  test('expired: a new one', () => {
    const expired = lineageWith({ certificate: { ...certificate, notAfter: NOW - DAY } });
    const [finding] = judge({ ...expired, proof: { kind: 'passed' } });
    expect(finding?.code).toBe('certificate-expired');
    expect(commands(finding)).toHaveLength(3);
  });

  test('from a test server: replaced although it is not due', () => {
    const server = 'https://acme-staging-v02.api.letsencrypt.org/directory';
    const staged = lineageWith({ renewal: { ...lineage.renewal, server } });
    const [finding] = judge({ ...staged, proof: { kind: 'passed' } });
    expect(finding?.code).toBe('certificate-is-a-test');
    expect(commands(finding)[1]).toContain('--force-renewal');
  });

  test('from a test server, as was asked for: left alone', () => {
    const server = 'https://acme-staging-v02.api.letsencrypt.org/directory';
    expect(
      judge(
        lineageWith({ renewal: { ...lineage.renewal, server } }),
        healthy,
        answersWith({ acmeServer: server }),
      ),
    ).toEqual([]);
  });

  test('for another name: the right one is put in', () => {
    const [finding] = judge({ siteCertificate: { ...certificate, names: ['old.example'] } });
    expect(finding?.code).toBe('certificate-for-another-name');
    expect(commands(finding).at(-1)).toContain('certbot install');
  });

  test('its files are gone and the archive is whole: linked again', () => {
    const complaint = `cannot load certificate "/etc/letsencrypt/live/${DOMAIN}/fullchain.pem": that file cannot be read`;
    const [finding] = judge({
      site: { ...healthy.site, complaint },
      siteCertificate: undefined,
      ...lineageWith({ certificate: undefined }),
    });
    expect(finding?.code).toBe('certificate-files-gone');
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding)).toContain(
      `ln -sfn -- ../../archive/${DOMAIN}/fullchain1.pem /etc/letsencrypt/live/${DOMAIN}/fullchain.pem`,
    );
  });

  test('its files are gone and nginx does not name them: linked again, or forgotten', () => {
    const gone = { siteCertificate: undefined, ...lineageWith({ certificate: undefined }) };
    expect(judge(gone)[0]).toMatchObject({ code: 'certificate-unlinked' });
  });

  test('its files and the archive are gone: plain site, forgotten, new one, with consent', () => {
    const complaint = `cannot load certificate "/etc/letsencrypt/live/${DOMAIN}/fullchain.pem": that file cannot be read`;
    const [finding] = judge({
      site: { ...healthy.site, complaint },
      ...lineageWith({ certificate: undefined, archived: undefined }),
    });
    expect(finding?.fixes[0]?.consequence).toBeDefined();
    const run = commands(finding);
    // https is given up only once the authority has answered.
    expect(run[0]).toMatch(/^sh -s -- https:\/\/\S+\/directory$/);
    expect(run[1]).toBe(`write ${OTTO}`);
    expect(run).toContain(`certbot delete --cert-name ${DOMAIN} --non-interactive`);
    expect(run.indexOf(`certbot delete --cert-name ${DOMAIN} --non-interactive`)).toBeLessThan(
      run.findIndex((command) => command.startsWith('certbot run')),
    );
  });

  test("another site's certificate is gone: nothing of ours is written over it", () => {
    const complaint =
      'cannot load certificate "/etc/letsencrypt/live/shop.example/fullchain.pem": that file cannot be read';
    expect(judge({ site: { ...healthy.site, complaint } })).toMatchObject([
      { code: 'certificate-files-gone', fixes: [] },
    ]);
  });

  test('the part for http is gone: asked about', () => {
    const [finding] = judge({ site: { ...healthy.site, servers: securedServers.slice(0, 1) } });
    expect(codes(finding ? [finding] : [])).toEqual(['risk http-site-gone']);
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });

  test('nginx shows the certificate, and what is behind it keeps silent: https answers', () => {
    expect(judge({ https: { ...healthy.https, status: 0 } })).toEqual([]);
  });

  test.each<[string, Partial<CertificateFacts>, string]>([
    ['nothing answers', { https: none.https }, 'broken https-does-not-answer'],
    [
      'an old one is shown',
      { https: { ...healthy.https, certificate: { ...certificate, serial: '09' } } },
      'broken certificate-not-taken-over',
    ],
  ])('%s: nginx is reloaded', (_, changes, expected) => {
    const findings = judge(changes);
    expect(codes(findings)).toEqual([expected]);
    expect(commands(findings[0])).toEqual(['nginx -t', 'systemctl reload nginx.service']);
  });

  test.each<[string, Partial<Lineage>, string]>([
    ['the account is gone', { hasAccount: false }, 'risk renewal-account-gone'],
    [
      'it should have been renewed',
      { certificate: { ...certificate, notBefore: NOW - 80 * DAY, notAfter: NOW + 10 * DAY } },
      'risk renewal-overdue',
    ],
  ])('%s: renewed with consent', (_, changes, expected) => {
    const findings = judge({ ...lineageWith(changes), https: { ...healthy.https, certificate: undefined } });
    expect(codes(findings)).toEqual([expected]);
    expect(findings[0]?.fixes[0]?.consequence).toBeDefined();
    expect(commands(findings[0])[1]).toContain(`--server ${SERVER}`);
  });
});

describe('a certificate that did not come from certbot', () => {
  const path = '/etc/ssl/certs/otto.pem';
  const site = {
    ...healthySite,
    servers: [{ ...plainServer, certificate: path, listens: [{ address: '', port: 443, ssl: true }] }],
  };

  test('is left alone while it holds, timer or not', () => {
    expect(
      judge({
        site,
        lineages: [],
        timer: { name: 'certbot.timer', unit: { ...RUNNING, active: 'inactive' } },
      }),
    ).toEqual([]);
  });

  test('ends soon: said', () => {
    expect(
      codes(judge({ site, lineages: [], siteCertificate: { ...certificate, notAfter: NOW + 5 * DAY } })),
    ).toEqual(['risk foreign-certificate-ends-soon']);
  });

  test('has ended: left to whoever put it there', () => {
    expect(
      judge({ site, lineages: [], siteCertificate: { ...certificate, notAfter: NOW - DAY } }),
    ).toMatchObject([{ code: 'foreign-certificate-invalid', fixes: [] }]);
  });
});

describe('the renewal timer', () => {
  test.each([
    ['off', { active: 'inactive', file: 'disabled' }, ['systemctl enable --now certbot.timer']],
    [
      'masked',
      { load: 'masked', active: 'inactive' },
      ['systemctl unmask certbot.timer', 'systemctl enable --now certbot.timer'],
    ],
  ])('%s: turned on unasked', (_, unit, expected) => {
    const [finding] = judge({ timer: { name: 'certbot.timer', unit: { ...RUNNING, ...unit } } });
    expect(finding).toMatchObject({ code: 'renewal-timer-off', severity: 'broken' });
    expect(finding?.fixes[0]?.consequence).toBeUndefined();
    expect(commands(finding)).toEqual(expected);
  });
});

describe('a renewal that fails', () => {
  const due = { ...certificate, notBefore: NOW - 65 * DAY, notAfter: NOW + 25 * DAY };
  const line = 'Could not bind TCP port 80 because it is already in use by another process on this system';
  const refusal = findRefusal(line);
  const failing = (changes: Partial<Lineage['renewal']> = {}): Partial<CertificateFacts> => ({
    lineages: [{ ...lineage, certificate: due, renewal: { ...lineage.renewal, ...changes } }],
    siteCertificate: due,
    https: { status: 200, trusted: true, certificate: due },
    failedRenewal: { unit: 'certbot.service', refusal },
    proof: { kind: 'passed' },
  });

  test('is explained, and the certificate got through nginx, rehearsed first', () => {
    const [finding] = judge(failing({ authenticator: 'standalone' }));
    expect(finding).toMatchObject({ code: 'renewal-failing', severity: 'broken' });
    expect(finding?.evidence).toContain(line);
    expect(finding?.reason).toContain('nginx uses');
    expect(
      commands(finding)
        .filter((one) => one.startsWith('certbot'))
        .map((one) => one.split(' ')[1]),
    ).toEqual(['certonly', 'run']);
    expect(commands(finding).join()).toContain('--force-renewal');
  });

  test('and is proved in DNS: left to the way it has, asked about', () => {
    const [finding] = judge(failing({ authenticator: 'dns-digitalocean' }));
    expect(commands(finding).find((one) => one.startsWith('certbot'))).toContain('certbot renew');
    expect(finding?.fixes[0]?.consequence).toBeDefined();
  });

  test('while the name leads elsewhere is not tried again', () => {
    const [finding] = judge({ ...failing(), proof: { kind: 'other', answer: 'status 404' } });
    expect(finding?.code).toBe('name-leads-to-another-server');
  });

  test('due when a third of its time is left', () => {
    expect(isDue(due, NOW)).toBe(true);
    expect(isDue(certificate, NOW)).toBe(false);
  });
});

test("certbot's certificate of our name was made for another one: it stays, and a new one is got", () => {
  const other = { ...certificate, names: ['shop.client.example'] };
  const [finding] = judge({ lineages: [{ ...lineage, certificate: other }], proof: { kind: 'passed' } });
  expect(finding?.code).toBe('certificate-made-for-another-name');
  expect(commands(finding).join()).not.toContain('delete');
});

describe('what cannot be renewed is said on its first day', () => {
  const by = (renewal: Partial<Lineage['renewal']>, more: Partial<Lineage> = {}) =>
    codes(judge({ lineages: [{ ...lineage, ...more, renewal: { ...lineage.renewal, ...renewal } }] }));

  test.each([
    ['by hand', { authenticator: 'manual' }, {}],
    [
      'with a plugin that is gone',
      { authenticator: 'dns-digitalocean' },
      { missing: 'its plugin dns-digitalocean' },
    ],
    ['in a folder that is gone', { authenticator: 'webroot' }, { missing: '/var/www/old' }],
    ['on a port that nginx has', { authenticator: 'standalone' }, {}],
  ])('proved %s', (_, renewal, more) => {
    expect(by(renewal, more)).toEqual(['risk renewal-impossible']);
  });

  test.each([
    ['by a program', { authenticator: 'manual', manualHook: '/usr/local/bin/prove' }],
    ['on a port that is freed for it', { authenticator: 'standalone', preHook: 'systemctl stop nginx' }],
    ['in DNS', { authenticator: 'dns-cloudflare' }],
  ])('proved %s: nothing to say', (_, renewal) => {
    expect(by(renewal)).toEqual([]);
  });

  test('a certificate for several names is not made anew for one', () => {
    const several = { ...certificate, names: [DOMAIN, 'www.client.example'] };
    const [finding] = judge({
      lineages: [
        { ...lineage, certificate: several, renewal: { ...lineage.renewal, authenticator: 'manual' } },
      ],
    });
    expect(finding?.fixes).toEqual([]);
  });
});

describe('a certbot that was killed keeps what it would put back', () => {
  const SITE = '/etc/nginx/sites-available/otto';
  const kept = { folder: '/var/lib/letsencrypt/temp_checkpoint', at: NOW - DAY, files: [SITE], changed: [] };
  const argvs = (findings: readonly Finding[]) =>
    (findings[0]?.fixes[0]?.actions ?? []).flatMap((action) =>
      action.kind === 'run' ? [action.argv.join(' ')] : [],
    );

  test('files that are as it left them: it puts them back now, and not weeks later', () => {
    const findings = judge({ cutOff: [kept] });
    expect(codes(findings)).toEqual(['broken certificate-cut-off']);
    expect(findings[0]?.evidence).toContain(SITE);
    expect(argvs(findings)).toEqual([
      'certbot plugins --init --installers',
      'nginx -t',
      'systemctl reload nginx.service',
    ]);
  });

  test('files that were changed since stay as they are, and what it kept stays beside them', () => {
    const findings = judge({ cutOff: [{ ...kept, changed: [SITE] }] });
    expect(findings[0]?.evidence).toContain(`Changed since: ${SITE}`);
    expect(argvs(findings)).toEqual([`mv -T -- ${kept.folder} ${kept.folder}.20261122-120000`]);
  });

  test('it comes before anything that starts certbot', () => {
    expect(codes(judge({ cutOff: [kept] }, none))).toEqual(['broken certificate-cut-off']);
  });
});

describe('looking for it', () => {
  const FOLDER = '/var/lib/letsencrypt/temp_checkpoint';
  const host = ({ there = true, written = 0, locks = '', removed = false }) =>
    ({
      stat: async (path: string) =>
        path.startsWith(FOLDER) && !there
          ? undefined
          : path === FOLDER || (path === '/etc/nginx/site' && !removed)
            ? { modifiedMs: path === FOLDER ? NOW : NOW + written }
            : undefined,
      readFile: async (path: string) =>
        path === '/proc/locks' ? locks : there ? '/etc/nginx/site' : undefined,
      exec: async () => ({ exitCode: 1, stdout: '4711 /etc/letsencrypt/.certbot.lock\n', stderr: '' }),
    }) as never;
  const seen = async (options: Parameters<typeof host>[0]) =>
    (await lookAtCutOff(host(options))).map(({ folder, changed }) => [folder, changed]);

  test.each<[string, Parameters<typeof host>[0], unknown]>([
    ['healthy: nothing is kept', { there: false }, []],
    [
      'a certbot that runs is at work with it',
      { locks: '1: POSIX  ADVISORY  WRITE 812 fe:01:4711 0 EOF\n' },
      [],
    ],
    ['the file as it left it', { written: 2_000 }, [[FOLDER, []]]],
    ['the file was removed', { removed: true }, [[FOLDER, ['/etc/nginx/site']]]],
    ['the file was written an hour later', { written: 3_600_000 }, [[FOLDER, ['/etc/nginx/site']]]],
  ])('%s', async (_, options, expected) => {
    expect(await seen(options)).toEqual(expected);
  });
});
