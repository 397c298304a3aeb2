import { PORTS } from '../../answers/layout.ts';
import type { WriteFile } from '../../engine/contracts/action.ts';
import { writeFile } from '../../engine/contracts/command.ts';
import type { Server } from '../../system/nginx/nginx.ts';
import { template } from '../../system/templates.ts';

/** Where the site itself proves that this machine answers for the name. */
export const PROOF_PATH = '/.well-known/otto-install';

/** What everybody is told until Otto has an administrator, with the status 503. It tells our line from anybody else's. */
export const CLOSED_WORDS = 'Otto is being set up here. Try again in a few minutes.';

/** `return` counts before everything else that a location says, so nothing is passed on. */
const CLOSED_LINES = `        # Closed until Otto has its administrator: otto-install removes these three lines then.
        default_type text/plain;
        return 503 "${CLOSED_WORDS}";
`;

/** Whether the site lets nobody in yet. */
export const isClosed = (servers: readonly Pick<Server, 'refuses'>[]): boolean =>
  servers.some(({ refuses }) => refuses === `503 ${CLOSED_WORDS}`);

/** The text of a site that lets visitors in; the same text when the lines are not in it as they were written. */
export const opened = (content: string): string => content.replace(CLOSED_LINES, '');

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
  /** Whether nobody is let in yet. */
  readonly closed?: boolean;
}

/** The site over http, as nginx-otto.conf has it; certbot adds https to it. */
export function writeSite(
  path: string,
  { domain, token, ipv6, hashBucketSet, closed = false, port = PORTS.openWebui }: SiteValues,
): WriteFile {
  const long = domain.length > LONGEST_USUAL_NAME && !hashBucketSet;
  return writeFile(
    path,
    template('nginx-otto.conf', {
      domain,
      token,
      port: String(port),
      listenIpv6: ipv6 ? '\n    listen [::]:80;' : '',
      closed: closed ? CLOSED_LINES : '',
      hashBucket: long ? 'server_names_hash_bucket_size 128;\n\n' : '',
    }),
    0o644,
    closed
      ? `Add a site for ${domain} that lets nobody in yet`
      : `Pass visitors of ${domain} on to Open WebUI`,
  );
}
