import { PORTS } from '../../answers/layout.ts';
import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import { template } from '../../system/templates.ts';

/** Where the site itself proves that this machine answers for the name. */
export const PROOF_PATH = '/.well-known/otto-install';

/** nginx's table of names holds this much of one, with the default of 64 bytes per entry. */
const LONGEST_USUAL_NAME = 45;

/** What the site's file depends on. */
interface SiteValues {
  readonly domain: string;
  /** What {@link PROOF_PATH} answers; the same on every look at the same machine. */
  readonly token: string;
  readonly ipv6: boolean;
  /** Where this machine reaches Open WebUI. */
  readonly port?: number;
  /** Whether server_names_hash_bucket_size is set somewhere already: it may stand only once. */
  readonly hashBucketSet: boolean;
}

/** The site over http, as nginx-otto.conf has it; certbot adds https to it. */
export function writeSite(
  path: string,
  { domain, token, ipv6, hashBucketSet, port = PORTS.openWebui }: SiteValues,
): WriteFile {
  const long = domain.length > LONGEST_USUAL_NAME && !hashBucketSet;
  return writeFile(
    path,
    template('nginx-otto.conf', {
      domain,
      token,
      port: String(port),
      listenIpv6: ipv6 ? '\n    listen [::]:80;' : '',
      hashBucket: long ? 'server_names_hash_bucket_size 128;\n\n' : '',
    }),
    0o644,
    `Pass visitors of ${domain} on to Open WebUI`,
  );
}
