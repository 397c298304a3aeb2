import * as z from 'zod';
import { Secret } from './engine/secret.ts';

/**
 * What the operator is asked, in one schema. Screens, flags (`--domain`), variables (`OTTO_DOMAIN`) and an answers
 * file (`domain: …`) are four ways to fill it; the same rules hold for all.
 */

const secret = (rule: (value: string) => string | undefined) =>
  z.union([z.instanceof(Secret), z.string()]).transform((value, context) => {
    const held = value instanceof Secret ? value : new Secret(value);
    const problem = rule(held.reveal());
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    return held;
  });

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

const text = (rule: (value: string) => string | undefined) =>
  z
    .string()
    .trim()
    .superRefine((value, context) => {
      const problem = rule(value);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    });

const repositoryProblem = (value: string) =>
  /^[\w.-]+\/[\w.-]+$/.test(value) ? undefined : 'A repository is named owner/name.';
const urlProblem = (value: string) => (URL.canParse(value) ? undefined : 'That is not a web address.');
const wordProblem = (value: string) => (/^\S+$/.test(value) ? undefined : 'One word is needed.');

export const AnswersSchema = z.strictObject({
  domain: text(domainProblem).transform((name) => name.toLowerCase().replace(/\.$/, '')),
  user: text(userProblem).default('cleo'),
  /** For the certificate authority. */
  email: text(emailProblem),
  /** Between Open WebUI and Hermes. What the droplet already has wins over a generated one. */
  apiKey: secret(apiKeyProblem),
  adminName: text((value) => (value === '' ? 'A name is needed.' : undefined)).default('Admin'),
  adminEmail: text(emailProblem),
  adminPassword: secret(passwordProblem),
  claude: z.enum(['login', 'api-key']).default('login'),
  anthropicApiKey: secret(anthropicKeyProblem).optional(),
  /** 'login': the device code, or whatever gh already has; 'token': the token below. */
  github: z.enum(['login', 'token']).default('login'),
  githubToken: secret(tokenProblem).optional(),
  hermesRepository: text(repositoryProblem).default('Nucleotto/hermes-agent'),
  /** Without it the repository's default branch. */
  hermesBranch: text(wordProblem).optional(),
  model: text(wordProblem).default('claude-opus-4-6'),
  modelName: text(wordProblem).default('otto'),
  openWebuiImage: text(wordProblem).default('ghcr.io/open-webui/open-webui:main'),
  paperclip: z.enum(['deploy', 'skip']).default('deploy'),
  paperclipImage: text(wordProblem).default('ghcr.io/paperclipai/paperclip:latest'),
  acmeServer: text(urlProblem).default('https://acme-v02.api.letsencrypt.org/directory'),
  /** 'enable' turns UFW on when it is off, after a proof that new SSH connections still get in. */
  firewall: z.enum(['enable', 'leave']).default('enable'),
  /** Signs Open WebUI's sessions and encrypts what it stores; generated once and kept. */
  webuiSecretKey: secret(() => undefined),
  /** Paperclip's BETTER_AUTH_SECRET; generated once and kept. */
  paperclipSecret: secret(() => undefined),
  /** Nobody sits at a terminal: what needs a person is not offered. */
  unattended: z.boolean().default(false),
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
