import * as z from 'zod/mini';
import { Secret } from './engine/secret.ts';

/**
 * What the operator is asked, in one schema. Screens, flags (`--domain`), variables (`OTTO_DOMAIN`) and an answers
 * file (`domain: …`) are four ways to fill it; the same rules hold for all.
 */

/** A check in the rule's own words; the rule returns what is wrong, or undefined. */
const obeys = <T>(rule: (value: T) => string | undefined) =>
  z.superRefine<T>((value, context) => {
    const problem = rule(value);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

const secret = (rule: (value: string) => string | undefined) =>
  z
    .pipe(
      z.union([z.instanceof(Secret), z.string()]),
      z.transform((value: Secret | string) => (value instanceof Secret ? value : new Secret(value))),
    )
    .check(obeys((held) => rule(held.reveal())));

/** Lower-case ASCII host name with at least one dot. URL, IP address, spaces and unicode each get their own words. */
export function domainProblem(value: string): string | undefined {
  if (value === '') return 'A host name is needed, like otto.example.com.';
  if (/^[a-z]+:\/\//i.test(value) || value.includes('/'))
    return 'That is a web address. Only the host name is needed, without https:// and without a path.';
  if (/\s/.test(value)) return 'A host name has no spaces in it.';
  if (/^[\d.]+$/.test(value) || value.includes(':'))
    return 'That is an IP address. A certificate needs a host name that leads to it.';
  if (/[^\x20-\x7e]/.test(value))
    return `Letters outside a to z must be written in their ASCII form (Punycode): ${asciiForm(value)}`;
  if (!value.includes('.'))
    return 'That is a single word. A public host name has a dot in it, like otto.example.com.';
  if (value.length > 253) return 'A host name has at most 253 characters.';
  if (value.includes('_')) return 'A host name has no underscores in it.';
  const bad = value
    .replace(/\.$/, '')
    .split('.')
    .find((label) => !/^(?!-)[a-z0-9-]{1,63}(?<!-)$/i.test(label));
  if (bad !== undefined)
    return bad === ''
      ? 'There are two dots in a row.'
      : `"${bad}" cannot be part of a host name: letters, digits and hyphens only, at most 63.`;
  return undefined;
}

function asciiForm(value: string): string {
  try {
    return new URL(`http://${value}`).hostname;
  } catch {
    return 'see a Punycode converter';
  }
}

/** Debian's rule for user names (adduser), and never root. */
export function userProblem(value: string): string | undefined {
  if (value === 'root')
    return 'Otto must not run as root: everybody who may chat could then do anything on this machine.';
  if (!/^[a-z][a-z0-9_-]{0,31}$/.test(value))
    return 'A user name starts with a small letter; then small letters, digits, - and _, at most 32 in all.';
  return undefined;
}

/** One @, something on both sides, a dot in the domain. Let's Encrypt and Open WebUI refuse anything else. */
export function emailProblem(value: string): string | undefined {
  return /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]{2,}$/.test(value)
    ? undefined
    : 'That is not an e-mail address, like you@example.com.';
}

/** Hermes from 0.18 refuses keys under 16 characters and its placeholder list (facts: hermes 1.2). */
const PLACEHOLDER_KEYS = [
  'changeme',
  'your_api_key',
  'your_api_key_here',
  'your-api-key',
  'your-secret-key',
  'placeholder',
  'example',
  'dummy',
  'null',
  'none',
];
export function apiKeyProblem(value: string): string | undefined {
  if (PLACEHOLDER_KEYS.includes(value.toLowerCase()))
    return 'That is a placeholder from the documentation. Hermes would refuse to start with it.';
  if (value.length < 16) return 'Hermes wants at least 16 characters and does not open its port with less.';
  if (!/^[\x21-\x7e]+$/.test(value) || /["'\\#$`]/.test(value))
    return 'Use letters, digits, - _ . only: the key stands in two env files that know no quoting.';
  return undefined;
}

/** Open WebUI cuts passwords at 72 bytes and refuses longer ones (facts: open-webui A2). */
export function passwordProblem(value: string): string | undefined {
  if (value.length < 8) return 'At least 8 characters: this account can be reached from the internet.';
  if (Buffer.byteLength(value) > 72) return 'At most 72 bytes: Open WebUI cuts everything after that.';
  return undefined;
}

const anthropicKeyProblem = (value: string) =>
  /^sk-ant-[\w-]{10,}$/.test(value)
    ? undefined
    : 'A key of the Anthropic API starts with sk-ant- (console.anthropic.com → API keys).';
const tokenProblem = (value: string) =>
  /^\S+$/.test(value) ? undefined : 'A token is one word on one line.';

const text = (rule: (value: string) => string | undefined) => z.string().check(z.trim(), obeys(rule));

const repositoryProblem = (value: string) =>
  /^[\w.-]+\/[\w.-]+$/.test(value) ? undefined : 'A repository is named owner/name.';
const urlProblem = (value: string) => (URL.canParse(value) ? undefined : 'That is not a web address.');
const wordProblem = (value: string) => (/^\S+$/.test(value) ? undefined : 'One word is needed.');
/** Docker takes it as SOURCE:TARGET, so no colon. */
const folderProblem = (value: string) =>
  /^\/[^\s:,]+[^\s:,/]$/.test(value)
    ? undefined
    : 'A folder is named by its whole path, like /opt/cleo/open-webui, without blanks, colons and commas.';

export const AnswersSchema = z.strictObject({
  domain: z.pipe(
    text(domainProblem),
    z.transform((name: string) => name.toLowerCase().replace(/\.$/, '')),
  ),
  user: z._default(text(userProblem), 'cleo'),
  /** For the certificate authority. */
  email: text(emailProblem),
  /** Between Open WebUI and Hermes. What the droplet already has wins over a generated one. */
  apiKey: secret(apiKeyProblem),
  adminName: z._default(
    text((value) => (value === '' ? 'A name is needed.' : undefined)),
    'Admin',
  ),
  adminEmail: text(emailProblem),
  adminPassword: secret(passwordProblem),
  claude: z._default(z.enum(['login', 'api-key']), 'login'),
  anthropicApiKey: z.optional(secret(anthropicKeyProblem)),
  /** 'login': the device code, or whatever gh already has; 'token': the token below. */
  github: z._default(z.enum(['login', 'token']), 'login'),
  githubToken: z.optional(secret(tokenProblem)),
  hermesRepository: z._default(text(repositoryProblem), 'Nucleotto/hermes-agent'),
  /** Without it the repository's default branch. */
  hermesBranch: z.optional(text(wordProblem)),
  model: z._default(text(wordProblem), 'claude-opus-4-6'),
  modelName: z._default(text(wordProblem), 'otto'),
  openWebuiImage: z._default(text(wordProblem), 'ghcr.io/open-webui/open-webui:main'),
  /** Where Open WebUI's data is, when not in the runbook's /opt/<user>/open-webui; likewise Paperclip's. */
  openWebuiData: z.optional(text(folderProblem)),
  paperclipData: z.optional(text(folderProblem)),
  paperclip: z._default(z.enum(['deploy', 'skip']), 'deploy'),
  paperclipImage: z._default(text(wordProblem), 'ghcr.io/paperclipai/paperclip:latest'),
  acmeServer: z._default(text(urlProblem), 'https://acme-v02.api.letsencrypt.org/directory'),
  /** 'enable' turns UFW on when it is off, after a proof that new SSH connections still get in. */
  firewall: z._default(z.enum(['enable', 'leave']), 'enable'),
  /** 'strict': what a chat starts runs in systemd's sandbox (docs/hermes-sandbox.md). 'none': as the deploy user, unconfined. */
  hermesSandbox: z._default(z.enum(['strict', 'none']), 'strict'),
  /** Signs Open WebUI's sessions and encrypts what it stores; generated once and kept. */
  webuiSecretKey: secret(() => undefined),
  /** Paperclip's BETTER_AUTH_SECRET; generated once and kept. */
  paperclipSecret: secret(() => undefined),
  /** Nobody sits at a terminal: what needs a person is not offered. */
  unattended: z._default(z.boolean(), false),
});

/** Everything that the tasks may ask for, complete and valid. */
export type Answers = z.output<typeof AnswersSchema>;
/** As it comes from a file, flags or screens: incomplete, unchecked. */
export type AnswersInput = { [K in keyof Answers]?: z.input<typeof AnswersSchema>[K] | undefined };
export type AnswerKey = keyof Answers;

/** Never written to the saved answers, never a flag's value: a file or a variable brings them. */
export const SECRET_KEYS = [
  'apiKey',
  'adminPassword',
  'anthropicApiKey',
  'githubToken',
  'webuiSecretKey',
  'paperclipSecret',
] as const satisfies readonly AnswerKey[];

/** Stands for the domain in looks that come before it is known; nobody has it. */
export const STAND_IN_DOMAIN = 'otto.example.com';
