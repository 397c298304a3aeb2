import { declareFindings, type FoundOf } from '../finding.ts';

/** What can be wrong with the way from the domain to this machine. */
export const FINDINGS = declareFindings('domain', 'tasks/domain/domain.test.ts', {
  'domain-not-in-dns': {
    severity: 'blocked',
    reason:
      'Visitors and the certificate authority find this machine by its name. A new record usually shows within a minute, sometimes within an hour. otto-install checks every 5 s.',
    impact:
      'Whoever asks DNS does not find this Otto by its name, and a certificate for the name can be neither got nor renewed.',
    proof: { fault: 'way-in-dns-gone' },
  },
  'domain-dns-fails': {
    severity: 'blocked',
    reason:
      'Either the resolver of this machine does not work (resolvectl status), or the name servers of the domain do not, for example because of broken DNSSEC.',
    impact:
      'Visitors whose DNS fails in the same way do not find this Otto, and a certificate for the name can be neither got nor renewed meanwhile.',
    proof: { fault: 'way-in-dns-silent' },
  },
  'domain-proxied': {
    severity: 'risk',
    reason:
      'This machine cannot see what is behind the proxy; before the certificate is requested, a token fetched by name will show it. In Cloudflare, SSL/TLS must be "Full (strict)": with "Flexible" every page redirects to itself forever. Cloudflare cuts off answers that take longer than 100 s.',
  },
  'domain-not-compared': {
    severity: 'risk',
    reason:
      'It is behind NAT, so the two cannot be compared. Before the certificate is requested, a token fetched by name will show whether the name points here.',
  },
  'domain-leads-to-several': {
    severity: 'blocked',
    reason:
      'Visitors and the certificate authority pick any of them, so some requests would reach another machine.',
    impact: 'The certificate will probably fail, and visitors will see errors now and then.',
  },
  'domain-leads-elsewhere': {
    severity: 'blocked',
    reason:
      'A certificate cannot be issued until the name points here. DNS keeps old answers for as long as their record says, often an hour. otto-install checks every 5 s.',
    impact:
      'Visitors go to the other address, and unless that passes them on to this machine, a certificate for the name can be neither got nor renewed.',
    proof: { fault: 'way-in-dns-changed' },
  },
  'domain-ipv6-elsewhere': {
    severity: 'blocked',
    reason:
      "Let's Encrypt prefers IPv6: it would ask that other machine and refuse the certificate, although everything works over IPv4. Visitors with IPv6 would end up there, too.",
    impact: 'The certificate will be refused, and visitors with IPv6 will see another machine.',
    proof: { fault: 'way-in-dns-ipv6' },
  },
});

/** One of them. */
export type Finding = FoundOf<typeof FINDINGS>;
