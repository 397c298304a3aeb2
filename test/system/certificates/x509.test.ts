import { expect, test } from 'vitest';
import { covers, parseCertificate } from '../../../src/system/certificates/x509.ts';

/** Made with openssl for this test. */
const PEM = `-----BEGIN CERTIFICATE-----
MIIBwTCCAWigAwIBAgIDChssMAoGCCqGSM49BAMCMCYxFjAUBgNVBAoMDUxldCdz
IEVuY3J5cHQxDDAKBgNVBAMMA1IxMTAeFw0yNjExMjIxNzQzNDlaFw0yNzAyMjAx
NzQzNDlaMCYxFjAUBgNVBAoMDUxldCdzIEVuY3J5cHQxDDAKBgNVBAMMA1IxMTBZ
MBMGByqGSM49AgEGCCqGSM49AwEHA0IABBOh5kTRNiX9mCb8LM+Q7zvgWwCJoGw3
Kf2dsr9oa6spxT2kALgccI6gj4ckPKWIxyPlaUsnrIwtQTxcufYKclajgYQwgYEw
HQYDVR0OBBYEFPDV2aBtZuijG9KLv7p6aqdR50ybMB8GA1UdIwQYMBaAFPDV2aBt
ZuijG9KLv7p6aqdR50ybMA8GA1UdEwEB/wQFMAMBAf8wLgYDVR0RBCcwJYITb3R0
by5jbGllbnQuZXhhbXBsZYIOKi53aWxkLmV4YW1wbGUwCgYIKoZIzj0EAwIDRwAw
RAIgYbludBUTTDAxtUkT6CMYWzUEP+NnV11SchmuLDRi+p4CIGKjBQP6Tyq3TkEs
sCaOy7C6LhRs0/NX4ccDAv3m1T/H
-----END CERTIFICATE-----
`;

test('names, dates, issuer and serial of a certificate', () => {
  const certificate = parseCertificate(PEM);
  expect(certificate).toMatchObject({
    names: ['otto.client.example', '*.wild.example'],
    issuer: "Let's Encrypt R11",
    serial: '0A1B2C',
  });
  const days = ((certificate?.notAfter ?? 0) - (certificate?.notBefore ?? 0)) / 86_400_000;
  expect(days).toBe(90);
});

test('the first one of a chain counts', () => {
  expect(
    parseCertificate(`200 0\n${PEM}\n-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n`)
      ?.serial,
  ).toBe('0A1B2C');
});

test.each(['', 'no PEM', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
  '%o is none',
  (text) => {
    expect(parseCertificate(text)).toBeUndefined();
  },
);

test.each([
  ['otto.client.example', true],
  ['a.wild.example', true],
  ['wild.example', false],
  ['a.b.wild.example', false],
  ['other.example', false],
])('covers %s: %s', (host, expected) => {
  const certificate = parseCertificate(PEM);
  expect(certificate !== undefined && covers(certificate, host)).toBe(expected);
});
