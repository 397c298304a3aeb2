import { REFUSAL_KINDS, refusalWords } from '../../system/certificates/certbot.ts';
import { declareFindings, type FoundOf, family, wording } from '../finding.ts';

const NO_HTTPS = 'There will be no https: passwords and chats travel in clear, and most browsers warn.';
export const LOG_SAYS_WHY = 'The end of /var/log/letsencrypt/letsencrypt.log says why.';
const ENDS = 'https ends when the certificate does.';

/** What can be wrong with the certificate, and with getting one. */
export const FINDINGS = declareFindings('certificate', {
  'name-leads-to-another-server': {
    severity: 'blocked',
    reason:
      'The certificate authority will ask there, too, and refuse. Another machine, a proxy, or a second web server behind the same address is in between.',
    impact: NO_HTTPS,
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'name-does-not-answer': {
    severity: 'blocked',
    reason:
      'The certificate authority will come the same way. Port 80 has to be open in ufw and in the firewall of the provider, and the name has to lead here.',
    impact: NO_HTTPS,
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'certificate-forbidden-by-caa': {
    severity: 'blocked',
    reason:
      'Let\'s Encrypt obeys these CAA records and would refuse. At your DNS provider add: CAA 0 issue "letsencrypt.org".',
    impact: NO_HTTPS,
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'certificate-limit-reached': {
    severity: 'blocked',
    reason:
      "Let's Encrypt counts failed tries per name and hour, and certificates per name and week. More tries would only be refused, and would prolong it.",
    impact: NO_HTTPS,
    proof: { test: 'tasks/certificate.test.ts' },
  },
  ...family(['certificate-refused-', REFUSAL_KINDS, ''], (kind) => ({
    severity: 'blocked',
    reason: wording(
      { why: refusalWords(kind) ?? 'The whole story is in /var/log/letsencrypt/letsencrypt.log.' },
      ({ why }) => why,
    ),
    impact: NO_HTTPS,
    proof: { test: 'tasks/certificate.test.ts' },
  })),
  'foreign-certificate-invalid': {
    severity: 'broken',
    reason:
      'That certificate did not come from certbot, so whoever put it there has to renew it. Without the lines ssl_certificate in the site the wizard gets one.',
    impact: 'Browsers refuse the page.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'foreign-certificate-ends-soon': {
    severity: 'risk',
    reason: 'It did not come from certbot, so nothing on this machine renews it.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'certificate-unlinked': {
    severity: 'broken',
    reason: 'A new one would get another name, and the old one would fail to renew for ever.',
    impact: 'There will be no https.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'certificate-made-for-another-name': {
    severity: 'broken',
    reason:
      'Browsers refuse the page. certbot keeps certificates under a name of its own choice, and that one was asked for again with other names. It stays as it is; Otto gets one of its own.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-other-name' },
  },
  'certificate-missing': {
    severity: 'missing',
    reason:
      'Without one there is no https: passwords and chats would travel in clear. It is rehearsed first, since the authority allows only few failed tries.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-missing' },
  },
  'certificate-is-a-test': {
    severity: 'broken',
    reason:
      'No browser trusts it. certbot keeps it as long as it is not due, so it has to be told to replace it.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-staging' },
  },
  'certificate-expired': {
    severity: 'broken',
    reason: 'Browsers refuse the page. It was not renewed in time: the timer, port 80 or DNS was in the way.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-expired' },
  },
  'https-gone': {
    severity: 'broken',
    reason:
      'The lines that certbot had added are gone from the site, as after it was written anew. The certificate is good: nothing has to be asked of the authority.',
    impact: 'https://… is refused.',
    proof: { fault: 'way-in-https-gone' },
  },
  'certificate-for-another-name': {
    severity: 'broken',
    reason:
      'Browsers refuse the page. The lines ssl_certificate in the site lead to the certificate of another site.',
    impact: 'Browsers refuse the page.',
    proof: { fault: 'way-in-certificate-other-site' },
  },
  'http-site-gone': {
    severity: 'risk',
    reason:
      'Who types the name without https sees another page. certbot does not bring that part back by itself.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'https-does-not-answer': {
    severity: 'broken',
    reason: 'nginx has not taken the site over yet, or another program holds port 443.',
    impact: 'Visitors cannot open the page.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'certificate-not-taken-over': {
    severity: 'broken',
    reason: 'The certificate was renewed, but nginx reads it only when it is told to.',
    impact: 'Browsers will refuse the page when the old one ends.',
    proof: { fault: 'way-in-certificate-not-taken-over' },
  },
  'certificate-files-gone': {
    severity: 'broken',
    reason:
      'Files of certbot that the site needs are gone. nginx goes on with what it had read, but would not come back after a restart.',
    impact: 'The next restart of nginx takes every site on this machine down.',
    proof: { fault: 'way-in-certificate-unlinked' },
  },
  'renewal-account-gone': {
    severity: 'risk',
    reason: wording(
      { until: '‹date›' },
      ({ until }) => `The certificate holds until ${until}, and its renewal will then fail.`,
    ),
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'renewal-overdue': {
    severity: 'risk',
    reason:
      'certbot renews when a third of the time is left. The timer was off, or the renewal failed; /var/log/letsencrypt/letsencrypt.log says why.',
    proof: { test: 'tasks/certificate.test.ts' },
  },
  'renewal-failing': {
    severity: 'broken',
    reason: wording(
      { why: LOG_SAYS_WHY },
      ({ why }) =>
        `certbot tries twice a day and tells nobody when it fails; when the certificate ends, browsers refuse the page. ${why}`,
    ),
    // A certificate that is proved in DNS is renewed; any other is obtained anew.
    impact: wording({ inDns: true }, ({ inDns }) => (inDns ? ENDS : NO_HTTPS)),
    proof: { fault: 'way-in-renewal-failing' },
  },
  'renewal-timer-off': {
    severity: 'broken',
    reason:
      'A certificate holds 90 days or less. Without the timer nobody renews it, and certbot says nothing about that.',
    impact: ENDS,
    proof: { fault: 'way-in-renewal-timer-off' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
