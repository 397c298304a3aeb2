import { join } from 'node:path';
import { internetDirOf, pebbleRootOf } from '../internet/settings.ts';
import type { Droplet } from '../machine/droplet.ts';
import { dropletAddress } from '../machine/paths.ts';
import { must } from '../machine/shell.ts';

/** What a sign-in at Open WebUI gives. */
export interface SignedIn {
  readonly token: string;
  readonly email: string;
  readonly role: string;
}

/** Asks the droplet's site over https, as a visitor on the internet, trusting only the certificate authority. */
export async function visit(
  droplet: Droplet,
  domain: string,
  path: string,
  options: { readonly json?: unknown; readonly token?: string } = {},
): Promise<string> {
  const config = [
    `url = "https://${domain}${path}"`,
    `resolve = "${domain}:443:${dropletAddress}"`,
    `cacert = "${pebbleRootOf(internetDirOf(droplet.places.runDir))}"`,
    'silent\nshow-error\nfail-with-body\nmax-time = 60',
    ...(options.token === undefined ? [] : [`header = "Authorization: Bearer ${options.token}"`]),
    ...(options.json === undefined
      ? []
      : [
          'header = "Content-Type: application/json"',
          `data = ${JSON.stringify(JSON.stringify(options.json))}`,
        ]),
  ];
  const argv = ['nsenter', `--net=${join('/run/netns', droplet.places.internetNamespace)}`];
  return must([...argv, 'curl', '--config', '-'], { input: `${config.join('\n')}\n`, timeoutMs: 70_000 });
}

/** Signs in with name and password. Throws with Open WebUI's answer when it does not let them in. */
export async function signIn(
  droplet: Droplet,
  domain: string,
  email: string,
  password: string,
): Promise<SignedIn> {
  const answer = await visit(droplet, domain, '/api/v1/auths/signin', { json: { email, password } });
  return JSON.parse(answer) as SignedIn;
}
