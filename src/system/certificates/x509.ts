import { X509Certificate } from 'node:crypto';

/** What a certificate says. */
export interface Certificate {
  /** Names it is for, '*.example.com' among them. */
  readonly names: readonly string[];
  /** ms since 1970 */
  readonly notBefore: number;
  readonly notAfter: number;
  /** "Let's Encrypt R11" */
  readonly issuer: string;
  readonly serial: string;
}

/** Reads the first certificate of a PEM text; undefined when there is none that can be read. */
export function parseCertificate(pem: string): Certificate | undefined {
  const first = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/.exec(pem)?.[0];
  if (first === undefined) return undefined;
  try {
    const certificate = new X509Certificate(first);
    return {
      names: (certificate.subjectAltName ?? '')
        .split(', ')
        .flatMap((entry) => (entry.startsWith('DNS:') ? [entry.slice(4).toLowerCase()] : [])),
      notBefore: Date.parse(certificate.validFrom),
      notAfter: Date.parse(certificate.validTo),
      issuer: certificate.issuer
        .split('\n')
        .filter((line) => /^(O|CN)=/.test(line))
        .map((line) => line.replace(/^\w+=/, ''))
        .join(' '),
      serial: certificate.serialNumber,
    };
  } catch {
    return undefined;
  }
}

/** Whether the certificate is for this name; a star matches one label. */
export function covers({ names }: Certificate, host: string): boolean {
  const parent = host.replace(/^[^.]+/, '*');
  return names.includes(host) || names.includes(parent);
}
