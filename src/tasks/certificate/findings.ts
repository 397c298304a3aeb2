import { REFUSAL_KINDS, refusalWords } from '../../system/certificates/refusals.ts';
import { declareFindings, type FoundOf, family, wording } from '../finding.ts';

const NO_HTTPS = 'There is no https: passwords and chats travel unencrypted, and most browsers warn.';
export const LOG_SAYS_WHY = 'The end of /var/log/letsencrypt/letsencrypt.log says why.';
const ENDS = 'https stops working when the certificate expires.';

/** What can be wrong with the certificate, and with getting one. */
export const FINDINGS = declareFindings('certificate', 'tasks/certificate/certificate.test.ts', {
  'name-leads-to-another-server': {
    severity: 'blocked',
    reason:
      'The certificate authority will reach the same server and refuse. Another machine, a proxy, or a second web server behind the same address is in between.',
    impact: NO_HTTPS,
  },
  'name-does-not-answer': {
    severity: 'blocked',
    reason:
      "The certificate authority will take the same path. Port 80 must be open in UFW and in the provider's firewall, and the name must point to this machine.",
    impact: NO_HTTPS,
  },
  'certificate-forbidden-by-caa': {
    severity: 'blocked',
    reason:
      'Let\'s Encrypt obeys these CAA records and would refuse. At your DNS provider add: CAA 0 issue "letsencrypt.org".',
    impact: NO_HTTPS,
  },
  'certificate-limit-reached': {
    severity: 'blocked',
    reason:
      "Let's Encrypt limits failed attempts per name and hour, and certificates per name and week. It would refuse further attempts, and they would prolong the wait.",
    impact: NO_HTTPS,
  },
  ...family(['certificate-refused-', REFUSAL_KINDS, ''], (kind) => ({
    severity: 'blocked',
    reason: wording(
      { why: refusalWords(kind) ?? 'The details are in /var/log/letsencrypt/letsencrypt.log.' },
      ({ why }) => why,
    ),
    impact: NO_HTTPS,
  })),
  'foreign-certificate-invalid': {
    severity: 'broken',
    reason:
      'That certificate did not come from certbot, so whoever installed it must renew it. If you remove the ssl_certificate lines from the site, the wizard gets one.',
    impact: 'Browsers refuse the page.',
  },
  'foreign-certificate-ends-soon': {
    severity: 'risk',
    reason: 'It did not come from certbot, so nothing on this machine renews it.',
  },
  'certificate-cut-off': {
    severity: 'broken',
    alone: true,
    reason:
      'certbot keeps the files that it changes for the proof that the name leads here, and puts them back when it has ended. One that was killed does so when it is started the next time, weeks later at a renewal: over everything that was changed in them since.',
    impact: 'The next renewal puts old files of nginx back, and may take the site down.',
  },
  'certificate-unlinked': {
    severity: 'broken',
    reason: 'A new certificate would get another name, and every renewal of the old one would fail.',
    impact: 'It is not renewed, and nginx has no https any more once it is started again.',
  },
  'certificate-made-for-another-name': {
    severity: 'broken',
    reason:
      'Browsers refuse the page. certbot chooses the name under which it keeps a certificate, and somebody requested that one again for other domains. It stays as it is; Otto gets its own.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-other-name' },
  },
  'certificate-missing': {
    severity: 'missing',
    refutable: true,
    reason:
      'Without one there is no https: passwords and chats would travel unencrypted. The authority allows only a few failed attempts: it is asked when the name has been seen to lead here, and after a failure the request is rehearsed first.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-missing' },
  },
  'certificate-is-a-test': {
    severity: 'broken',
    reason:
      'No browser trusts it. certbot keeps it until it is due for renewal, unless it is told to replace it.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-staging' },
  },
  'certificate-expired': {
    severity: 'broken',
    reason: 'Browsers refuse the page. It was not renewed in time, because of the timer, port 80 or DNS.',
    impact: NO_HTTPS,
    proof: { fault: 'way-in-certificate-expired' },
  },
  'https-gone': {
    severity: 'broken',
    reason:
      'The lines that certbot had added are gone from the site, as if somebody had rewritten it. The certificate is good, so no new one is requested.',
    impact: 'https://… is refused.',
    proof: { fault: 'way-in-https-gone' },
  },
  'certificate-beside-expired-one': {
    severity: 'broken',
    reason:
      'certbot adds -0001 to the name when it makes a certificate anew beside an old one, and renews each of them only under its own name. The site still names the old one, which nobody renews any more, so browsers refuse it although there is a good one.',
    impact: 'Browsers warn everyone and refuse the page.',
    proof: { fault: 'way-in-certificate-beside-expired-one' },
  },
  'certificate-for-another-name': {
    severity: 'broken',
    reason:
      'Browsers refuse the page. The ssl_certificate lines in the site name the certificate of another site.',
    impact: 'Browsers refuse the page.',
    proof: { fault: 'way-in-certificate-other-site' },
  },
  'http-site-gone': {
    severity: 'risk',
    reason:
      'Anyone who types the name without https sees another page. certbot does not restore that part by itself.',
  },
  'https-does-not-answer': {
    severity: 'broken',
    refutable: true,
    reason: 'nginx has not loaded the site yet, or another program holds port 443.',
    impact: 'Visitors cannot open the page.',
  },
  'certificate-not-taken-over': {
    severity: 'broken',
    reason: 'The certificate was renewed, but nginx reads a new one only when it is reloaded.',
    impact: 'Browsers will refuse the page when the old certificate expires.',
    proof: { fault: 'way-in-certificate-not-taken-over' },
  },
  'certificate-files-gone': {
    severity: 'broken',
    reason:
      "Some of certbot's files that the site needs are gone. nginx keeps running with what it has read, but would not start again after a restart.",
    impact: 'The next restart of nginx takes every site on this machine down.',
    proof: { fault: 'way-in-certificate-unlinked' },
  },
  'renewal-account-gone': {
    severity: 'risk',
    reason: wording(
      { until: '‹date›' },
      ({ until }) => `The certificate is valid until ${until}, and its renewal will then fail.`,
    ),
  },
  'renewal-impossible': {
    severity: 'risk',
    reason:
      'certbot renews a certificate in the way in which it was proved the first time, and tells nobody when that fails: everything looks well for 60 days. nginx can prove it without anybody’s help. For several names at once, or a wildcard, get the plugin or the program that proves them back.',
    impact: ENDS,
    proof: { fault: 'way-in-renewal-manual' },
  },
  'renewal-overdue': {
    severity: 'risk',
    reason:
      'certbot renews when a third of the validity is left. Either the timer was off or the renewal failed; /var/log/letsencrypt/letsencrypt.log says why.',
  },
  'renewal-failing': {
    severity: 'broken',
    alone: true,
    reason: wording(
      { why: LOG_SAYS_WHY },
      ({ why }) =>
        `certbot tries twice a day and tells nobody when it fails. When the certificate expires, browsers refuse the page. ${why}`,
    ),
    // A certificate that is proved in DNS is renewed; any other is requested again.
    impact: wording({ inDns: true }, ({ inDns }) => (inDns ? ENDS : NO_HTTPS)),
    proof: { fault: 'way-in-renewal-failing' },
  },
  'renewal-timer-off': {
    severity: 'broken',
    alone: true,
    reason:
      'A certificate is valid for 90 days at most. Without the timer nothing renews it, and certbot does not say so.',
    impact: ENDS,
    proof: { fault: 'way-in-renewal-timer-off' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
