import type { Control } from '../internet/index.ts';
import type { Droplet } from '../machine/droplet.ts';

/** A secret that this droplet holds, or that passed through the terminal. */
export interface Secret {
  readonly name: string;
  readonly value: string;
  /** The hosts of the small internet that it belongs to. */
  readonly hosts: readonly string[];
}

const CLAUDE = ['api.anthropic.com', 'platform.claude.com', 'console.anthropic.com', 'claude.ai'];
const GITHUB = ['github.com', 'api.github.com'];

/** Where secrets are: a file, what finds each of them in it, and whose they are. */
const PLACES: readonly (readonly [path: string, name: string, pattern: RegExp, hosts: readonly string[]])[] =
  [
    ['/root/otto-admin-password.txt', 'the first account’s password', /^(\S+)$/m, []],
    ['/home/cleo/.hermes/.env', 'the key of Hermes’s API', /^API_SERVER_KEY=(\S+)$/m, []],
    ['/opt/cleo/open-webui.env', 'the key of Open WebUI’s sessions', /^WEBUI_SECRET_KEY=(\S+)$/m, []],
    ['/opt/cleo/paperclip.env', 'Paperclip’s secret', /^BETTER_AUTH_SECRET=(\S+)$/m, []],
    ['/home/cleo/.config/gh/hosts.yml', 'GitHub’s token', /oauth_token: (\S+)/, GITHUB],
    ['/home/cleo/.claude/.credentials.json', 'Claude’s access token', /"accessToken": ?"([^"]+)"/, CLAUDE],
    ['/home/cleo/.claude/.credentials.json', 'Claude’s refresh token', /"refreshToken": ?"([^"]+)"/, CLAUDE],
  ];

/** The secrets of an Otto that was just installed. Throws when one is not where it should be. */
export async function secretsOf(droplet: Droplet): Promise<Secret[]> {
  const secrets: Secret[] = [];
  for (const [path, name, pattern, hosts] of PLACES) {
    const value = pattern.exec(await droplet.read(path))?.[1];
    if (value === undefined || value.length < 8) throw new Error(`${name} is not in ${path}`);
    secrets.push({ name, value, hosts });
  }
  return secrets;
}

/** A Claude sign-in code, as it was pasted: of interest are both of its halves. */
export function codeSecrets(code: string): Secret[] {
  return code.split('#').map((value, half) => ({
    name: `half ${half + 1} of Claude’s sign-in code`,
    value,
    hosts: CLAUDE,
  }));
}

/** Which of the secrets a text shows, by name. */
export function shownIn(text: string, secrets: readonly Secret[]): string[] {
  return secrets.filter(({ value }) => text.includes(value)).map(({ name }) => name);
}

/**
 * Requests that carried a secret to a host that it does not belong to: 'name → host'. Throws when none was seen where it
 * does belong: then this looks in the wrong place.
 */
export async function sentElsewhere(internet: Control, secrets: readonly Secret[]): Promise<string[]> {
  const elsewhere = new Set<string>();
  let atHome = 0;
  for (const request of await internet.requests()) {
    const text = JSON.stringify(request);
    for (const { name, value, hosts } of secrets) {
      if (!text.includes(value)) continue;
      if (hosts.includes(request.host)) atHome += 1;
      else elsewhere.add(`${name} → ${request.host}`);
    }
  }
  if (atHome === 0) throw new Error('no request carried a secret, not even to the host that it belongs to');
  return [...elsewhere];
}

/** Where no secret has any business, not even for root's eyes. */
const NEVER = ['/var/log', '/var/lib/otto-install', '/run/log', '/tmp', '/var/tmp'];
/** Where they may be, for the eyes of those who need them; a file that was replaced is kept as secret as it was. */
const REPLACED = '/var/lib/otto-install/replaced';
const ELSEWHERE = ['/etc', '/root', '/home', '/opt', '/srv', '/usr/local', '/run', REPLACED];

/** Files of the droplet that hold a secret and may not: 'path: why'. */
export async function leakedFiles(droplet: Droplet, secrets: readonly Secret[]): Promise<string[]> {
  const never = (await holding(droplet, NEVER, secrets)).filter((path) => !path.startsWith(`${REPLACED}/`));
  const elsewhere = await holding(droplet, ELSEWHERE, secrets);
  const readable: string[] = [];
  for (const path of elsewhere) {
    const { exitCode } = await droplet.exec(['runuser', '-u', 'nobody', '--', 'test', '-r', path]);
    if (exitCode === 0) readable.push(path);
  }
  return [
    ...never.map((path) => `${path}: a secret has no business there`),
    ...readable.map((path) => `${path}: everybody on the droplet can read it`),
  ];
}

async function holding(
  droplet: Droplet,
  folders: readonly string[],
  secrets: readonly Secret[],
): Promise<string[]> {
  const argv = ['grep', '-rlaF', '--devices=skip', '-f', '-', ...folders];
  const { stdout } = await droplet.exec(argv, {
    input: `${secrets.map(({ value }) => value).join('\n')}\n`,
    timeoutMs: 120_000,
  });
  return stdout.split('\n').filter((path) => path !== '');
}
