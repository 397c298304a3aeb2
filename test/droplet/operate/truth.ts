import type { Droplet } from '../machine/droplet.ts';
import { dropletAddress } from '../machine/paths.ts';
import { pause } from '../machine/shell.ts';
import { type Found, type Look, readLook } from '../runner/faults/look.ts';
import { FRESH } from '../script/fresh.ts';
import { ANSWER } from '../script/wizard.ts';
import type { Place } from './part.ts';

const MODEL = 'otto';

/** Looks until nothing is found but risks. Throws with what is found when it does not come to that. */
export async function untilHealthy(place: Place, seconds = 180): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const wrong = faultsOf(await look(place));
    if (wrong.length === 0) return;
    if (Date.now() > end)
      throw new Error(
        `after it there is still ${wrong.map(({ code, evidence }) => `${code} (${evidence})`).join('; ')}`,
      );
    await pause(1000);
  }
}

/** What `otto-install check --json` finds, over ssh. */
export async function look(place: Place): Promise<Look> {
  const { stdout, stderr } = await place.run('otto-install check --json', 120_000);
  if (stdout === '') throw new Error(`check --json said nothing: ${stderr.trim()}`);
  return readLook(stdout);
}

/** What is wrong; what merely should not stay so is left out. */
export const faultsOf = ({ found }: Look): readonly Found[] =>
  found.filter(({ severity }) => severity !== 'risk');

/** Otto as somebody at a browser has it: signs in over https and asks something. Throws when no answer comes. */
export async function chat({ droplet, people }: Pick<Place, 'droplet' | 'people'>): Promise<void> {
  const email = FRESH.adminEmail;
  const token = await signIn(droplet, email, people.get(email) ?? '');
  const question = { model: MODEL, stream: false, messages: [{ role: 'user', content: 'Are you there?' }] };
  const answer = await ask(droplet, '/api/chat/completions', question, token);
  if (!answer.includes(ANSWER))
    throw new Error(`Otto did not answer a chat over https: ${answer.slice(0, 400)}`);
}

/** Signs in over https and returns the token. Throws with what Open WebUI says when it lets nobody in. */
export async function signIn(droplet: Droplet, email: string, password: string): Promise<string> {
  const answer = await ask(droplet, '/api/v1/auths/signin', { email, password });
  const { token } = JSON.parse(answer) as { readonly token?: string };
  if (token === undefined) throw new Error(`${email} was not let in: ${answer.slice(0, 200)}`);
  return token;
}

/** Whether somebody is let in with that password. */
export async function letsIn(droplet: Droplet, email: string, password: string): Promise<boolean> {
  return signIn(droplet, email, password).then(
    () => true,
    () => false,
  );
}

/**
 * Asks the site through nginx, over https, from inside the droplet: one from a saved state trusts the authority that its
 * certificate is from, which the small internet of today no longer has. With `json` undefined it is a GET.
 */
export async function ask(droplet: Droplet, path: string, json: unknown, token?: string): Promise<string> {
  const config = [
    `url = "https://${FRESH.domain}${path}"`,
    `resolve = "${FRESH.domain}:443:${dropletAddress}"`,
    'silent\nshow-error\nfail-with-body\nmax-time = 60',
    ...(token === undefined ? [] : [`header = "Authorization: Bearer ${token}"`]),
    ...(json === undefined
      ? []
      : ['header = "Content-Type: application/json"', `data = ${JSON.stringify(JSON.stringify(json))}`]),
  ];
  return droplet.must(['curl', '--config', '-'], { input: `${config.join('\n')}\n`, timeoutMs: 70_000 });
}
