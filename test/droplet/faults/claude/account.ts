import { randomBytes } from 'node:crypto';
import { VALID_API_KEY } from '../../internet/claude/claude.ts';
import { challengeOf } from '../../internet/claude/login.ts';
import type { FaultContext } from '../fault.ts';

/** The deploy user's sign-in to Claude. */
export const CREDENTIALS = '/home/cleo/.claude/.credentials.json';
export const ENV_FILE = '/home/cleo/.hermes/.env';
const SAVED_ANSWERS = '/var/lib/otto-install/answers.json';
const CLI_FOLDER = '/opt/cleo/claude-cli';

const HOUR = 3_600_000;

/** What the credentials file holds, as the CLI writes it. Times in ms since 1970. */
export interface SignIn {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresAt: number;
  readonly refreshTokenExpiresAt?: number;
  readonly scopes: readonly string[];
}

/** Makes Hermes use the API key that is good, and nothing else. Does nothing where that is so. */
export async function switchToKey(context: FaultContext): Promise<void> {
  await context.shell(`rm -f ${CREDENTIALS}*`);
  await answer(context, 'api-key');
  const line = `ANTHROPIC_API_KEY=${VALID_API_KEY}`;
  if ((await context.droplet.read(ENV_FILE)).split('\n').includes(line)) return;
  await context.shell(`sed -i /^ANTHROPIC_API_KEY=/d ${ENV_FILE}; echo ${line} >>${ENV_FILE}`);
  await restartHermes(context);
}

/** Signs in for real, as the CLI does, and makes Hermes use that and nothing else. Returns what now stands in the file. */
export async function switchToSignIn(context: FaultContext): Promise<SignIn> {
  await answer(context, 'login');
  await haveCli(context);
  const made = await signIn(context);
  await writeSignIn(context, made);
  if (!/^ANTHROPIC_API_KEY=/m.test(await context.droplet.read(ENV_FILE))) return made;
  await context.shell(`sed -i /^ANTHROPIC_API_KEY=/d ${ENV_FILE}`);
  await restartHermes(context);
  return made;
}

/** Writes the credentials file, of the deploy user and for nobody else. */
export async function writeSignIn({ droplet, shell }: FaultContext, signedIn: SignIn): Promise<void> {
  await shell('install -d -m 0700 -o cleo -g cleo /home/cleo/.claude');
  await droplet.write(CREDENTIALS, JSON.stringify({ claudeAiOauth: signedIn }), 0o600);
  await shell(`chown cleo:cleo ${CREDENTIALS}`);
}

/** The same sign-in, whose access token is over: Hermes has to renew it at the next message. */
export const over = (signedIn: SignIn): SignIn => ({ ...signedIn, expiresAt: Date.now() - HOUR });

/** Opens the sign-in page as a person would, and exchanges the code that it shows for tokens (RFC 7636). */
export async function signIn({ droplet, internet }: FaultContext): Promise<SignIn> {
  const verifier = randomBytes(32).toString('base64url');
  const link = `https://claude.com/cai/oauth/authorize?code=true&code_challenge=${challengeOf(verifier)}&state=fault`;
  const [code] = (await internet.claude.authorize(link)).split('#');
  const body = { grant_type: 'authorization_code', code, code_verifier: verifier };
  const answered = await droplet.must(
    ['curl', '-sSf', '--json', '@-', 'https://platform.claude.com/v1/oauth/token'],
    { input: JSON.stringify(body) },
  );
  const tokens = JSON.parse(answered) as Record<'access_token' | 'refresh_token' | 'scope', string>;
  return {
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token,
    expiresAt: Date.now() + 8 * HOUR,
    refreshTokenExpiresAt: Date.now() + 27 * 24 * HOUR,
    scopes: tokens.scope.split(' '),
  };
}

/** What the operator chose is kept from the installation. */
async function answer({ droplet }: FaultContext, claude: 'login' | 'api-key'): Promise<void> {
  const saved = JSON.parse(await droplet.read(SAVED_ANSWERS)) as Record<string, unknown>;
  if (saved.claude === claude) return;
  await droplet.write(SAVED_ANSWERS, JSON.stringify({ ...saved, claude }, undefined, 2), 0o600);
}

/** The Claude CLI, which an Otto with an API key does not have. */
async function haveCli({ droplet, shell }: FaultContext): Promise<void> {
  if ((await droplet.exec(['test', '-x', '/usr/local/bin/claude'])).exitCode === 0) return;
  const cli = '@anthropic-ai/claude-code-linux-x64';
  await shell(
    `npm install --prefix ${CLI_FOLDER} --ignore-scripts --no-audit --no-fund ${cli}@latest >/dev/null; ln -sfn ${CLI_FOLDER}/node_modules/${cli}/claude /usr/local/bin/claude`,
  );
}

/** Hermes reads its .env when it starts, and the wizard tells when the file is newer. */
async function restartHermes({ droplet, run, until }: FaultContext): Promise<void> {
  await run('systemctl', 'restart', 'hermes-gateway');
  await until('Hermes to answer', async () => {
    return (await droplet.exec(['curl', '-sf', 'http://127.0.0.1:8642/health'])).exitCode === 0;
  });
}
