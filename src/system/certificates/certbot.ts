import type { Command } from '../../engine/contracts/action.ts';
import { type CommandOptions, command } from '../../engine/contracts/command.ts';
import { deletes, notOurs } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { template } from '../templates.ts';
import { CERTBOT_FAILURES, UNREACHED_FAILURES } from './refusals.ts';

/**
 * The system's own list of authorities, for a certificate authority that only this system trusts. Debian's and Ubuntu's
 * certbot use it anyway; one that came as a snap or through pip does not.
 */
const ENVIRONMENT = { REQUESTS_CA_BUNDLE: '/etc/ssl/certs/ca-certificates.crt' } as const;

export const LETSENCRYPT_FOLDER = '/etc/letsencrypt';
/** What certbot keeps while it works. */
export const WORK_FOLDER = '/var/lib/letsencrypt';
/** A certbot that runs holds these. */
export const CERTBOT_LOCKS = [LETSENCRYPT_FOLDER, WORK_FOLDER].map((folder) => `${folder}/.certbot.lock`);
export const CERTBOT_LOG = '/var/log/letsencrypt/letsencrypt.log';

/** What a certificate is requested with. */
interface Request {
  readonly domain: string;
  readonly email: string;
  /** Directory of the ACME server. */
  readonly server: string;
}

/** Asks the authority for its directory, and so whether it can be asked for a certificate at all. Changes nothing. */
export function askAuthority(server: string): Command {
  return command(['sh', '-s', '--', server], 'Ask the certificate authority whether it answers', {
    input: String(template('ask-authority.sh', {})),
    timeoutMs: 60_000,
    knownFailures: UNREACHED_FAILURES,
  });
}

/** Does everything except the issuing; with Let's Encrypt against its test server, whose limits do not count. */
export function rehearseCertificate(request: Request): Command {
  return certbot(
    ['certonly', '--nginx', '--dry-run', ...requestFlags(request)],
    `Rehearse the certificate for ${request.domain}`,
  );
}

/** Gets a certificate and adds it to the site of that name; force: even if there is one that is not due. */
export function obtainCertificate(request: Request, force = false): Command {
  return certbot(
    ['run', '--nginx', ...requestFlags(request), ...(force ? ['--force-renewal'] : [])],
    `Get the certificate for ${request.domain} and add it to the site`,
    { makes: things('certificate', request.domain) },
  );
}

function requestFlags({ domain, email, server }: Request): readonly string[] {
  return ['-d', domain, '--non-interactive', '--agree-tos', '-m', email, '--server', server];
}

/** Adds an existing certificate to its site again without asking the authority (facts: certbot-nginx, States). */
export function installCertificate(name: string): Command {
  return certbot(
    ['install', '--nginx', '--cert-name', name, '--non-interactive'],
    `Add the certificate ${name} to its site`,
  );
}

/** Puts the files back that a certbot has kept which was killed: its plugin for nginx does that whenever it is started. */
export function putFilesBack(): Command {
  return certbot(
    ['plugins', '--init', '--installers'],
    'Let certbot put back the files that it was changing',
  );
}

/** Renews now, due or not. The server is given, since certbot otherwise may ask another one. */
export function renewCertificate(name: string, server: string): Command {
  return certbot(
    [
      'renew',
      '--cert-name',
      name,
      '--force-renewal',
      '--no-random-sleep-on-renew',
      '--server',
      server,
      '--non-interactive',
    ],
    `Renew the certificate ${name}`,
  );
}

/** Removes a certificate with its files. */
export function deleteCertificate(name: string): Command {
  return certbot(['delete', '--cert-name', name, '--non-interactive'], `Remove the certificate ${name}`, {
    removes: things('certificate', name),
    effects: deletes(`the certificate ${name}`, notOurs),
  });
}

function certbot(words: readonly string[], purpose: string, options: CommandOptions = {}): Command {
  return command(['certbot', ...words], purpose, {
    env: ENVIRONMENT,
    // A silent server takes 47 s to give up on, a closed port 80 some 20 s.
    timeoutMs: 5 * 60_000,
    knownFailures: CERTBOT_FAILURES,
    ...options,
  });
}

/** What certbot keeps to renew a certificate: /etc/letsencrypt/renewal/NAME.conf. */
export interface Renewal {
  readonly server: string | undefined;
  readonly account: string | undefined;
  readonly authenticator: string | undefined;
  /** A program that proves the name, with the authenticator 'manual'. */
  readonly manualHook?: string | undefined;
  /** What is run before, as to free port 80. */
  readonly preHook?: string | undefined;
  /** The folders that 'webroot' puts its proof into. */
  readonly webroots?: readonly string[];
}

/** Reads a renewal file; an empty one (the disk was full) has nothing in it. */
export function parseRenewal(text: string): Renewal {
  const value = (name: string) => new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(text)?.[1];
  const given = (name: string) => (value(name) === 'None' ? undefined : value(name));
  const webroots = [
    ...(/^webroot_path\s*=\s*(.+)$/m.exec(text)?.[1] ?? '').split(','),
    ...(/^\[\[webroot_map\]\]\n([\s\S]*)$/m.exec(text)?.[1] ?? '')
      .split('\n')
      .map((line) => line.split('=')[1] ?? ''),
  ].map((path) => path.trim());
  const folders = [...new Set(webroots)].filter((path) => path.startsWith('/'));
  return {
    server: value('server'),
    account: value('account'),
    authenticator: value('authenticator'),
    manualHook: given('manual_auth_hook'),
    preHook: given('pre_hook'),
    webroots: folders.length > 0 ? folders : undefined,
  };
}

/** Where certbot keeps the key of an account: a folder named after the server's directory. */
export function accountFolder(server: string, account: string): string {
  const { host, pathname } = new URL(server);
  return `${LETSENCRYPT_FOLDER}/accounts/${host}${pathname.replace(/\/$/, '')}/${account}`;
}

/** The newest number for which the archive holds all four files; undefined when there is none. */
export function newestComplete(archive: readonly string[]): number | undefined {
  const numbers = archive.flatMap((name) => /^fullchain(\d+)\.pem$/.exec(name)?.[1] ?? []).map(Number);
  return numbers
    .filter((number) =>
      ['cert', 'chain', 'privkey'].every((kind) => archive.includes(`${kind}${number}.pem`)),
    )
    .toSorted((a, b) => b - a)[0];
}
