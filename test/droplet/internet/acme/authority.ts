/**
 * The test certificate authority: one per machine, kept in the cache, so that a droplet's saved state still trusts
 * the small internet of a later run. Its key never leaves the machine that made it.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from '../../cache.ts';
import { must } from '../../machine/shell.ts';
import { HOST_NAMES } from '../names.ts';

/** The files of the authority below its directory. */
export const AUTHORITY_FILES = {
  /** The root certificate that a droplet must trust. */
  root: 'root.pem',
  /** Key and certificate for the loopback services behind the TLS front (pebble). */
  loopback: 'localhost',
  /** A certificate that nothing trusts, for playing an intercepted connection. */
  untrusted: 'untrusted',
} as const;

const LEAF_EXTENSIONS = (name: string): string => `basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=serverAuth
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
subjectAltName=DNS:${name}${name === 'localhost' ? ',IP:127.0.0.1' : ''}
`;

/**
 * Returns the directory with `root.pem` and, for every host of the small internet, `<name>.pem` (certificate) and
 * `<name>.key`. Made with openssl at the first call. The extensions are those that Python 3.13 insists on
 * (VERIFY_X509_STRICT wants key usage and both key identifiers).
 */
export function authority(): Promise<string> {
  const names = [...HOST_NAMES, AUTHORITY_FILES.loopback];
  return cached('authority', `2\n${names.join('\n')}\n${LEAF_EXTENSIONS('*')}`, async (dir) => {
    const openssl = (...args: string[]) => must(['openssl', ...args], { cwd: dir });
    await openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'],
      ...[
        '-subj',
        '/O=otto-install test droplet/CN=Small Internet Root',
        '-keyout',
        'root.key',
        '-out',
        'root.pem',
      ],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
    for (const name of names) {
      await writeFile(join(dir, 'leaf.cnf'), LEAF_EXTENSIONS(name));
      await openssl(
        ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`],
        ...['-keyout', `${name}.key`, '-out', 'leaf.csr'],
      );
      await openssl(
        ...['x509', '-req', '-in', 'leaf.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial'],
        ...['-days', '3650', '-extfile', 'leaf.cnf', '-out', `${name}.pem`],
      );
    }
    await openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '3650'],
      ...['-subj', '/O=Somebody In Between/CN=untrusted.example', '-keyout', 'untrusted.key'],
      ...['-out', 'untrusted.pem'],
    );
  });
}
