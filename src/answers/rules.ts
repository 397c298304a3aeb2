import { unseenProblem } from './characters.ts';

/**
 * What is wrong with an answer, or undefined: a rule per kind of answer. Each takes exactly the characters that all its
 * readers can bear: an env file without quoting, YAML, nginx, a systemd unit, the words of a command. Nothing that becomes
 * a word of a command starts with a hyphen. Values are never repeated in a problem with characters that cannot be seen.
 */

/** First what no answer can have, then the rule's own words. */
const visible =
  (rule: (value: string) => string | undefined) =>
  (value: string): string | undefined =>
    unseenProblem(value) ?? rule(value);

/** Codes of findings; which there are is known where they are used. */
export const agreeProblem = visible((value) =>
  /^[a-z0-9-]+(?: *, *[a-z0-9-]+)*$/.test(value) && !value.startsWith('-') && value.length <= 2_000
    ? undefined
    : 'Give the codes of findings with commas between them, like os-untested,deploy-user-home-elsewhere.',
);

/** Lower-case ASCII host name with at least one dot. URL, IP address, spaces and unicode each get their own words. */
export const domainProblem = visible((value) => {
  if (value === '') return 'Give a host name, like otto.example.com.';
  if (value.length > 253) return 'A host name has at most 253 characters.';
  if (/^[a-z]+:\/\//i.test(value) || value.includes('/'))
    return 'That is a web address. Only the host name is needed, without https:// and without a path.';
  if (/\s/.test(value)) return 'A host name has no spaces in it.';
  if (/^[\d.]+$/.test(value) || value.includes(':'))
    return 'That is an IP address. A certificate needs a host name that leads to it.';
  if (/[^\x20-\x7e]/.test(value))
    return `Letters outside a to z must be written in their ASCII form (Punycode): ${asciiForm(value)}`;
  if (!value.includes('.'))
    return 'That is a single word. A public host name has a dot in it, like otto.example.com.';
  if (value.includes('_')) return 'A host name has no underscores in it.';
  const bad = value
    .replace(/\.$/, '')
    .split('.')
    .find((label) => !isLabel(label));
  if (bad !== undefined)
    return bad === ''
      ? 'There are two dots in a row.'
      : `"${bad}" cannot be part of a host name: letters, digits and hyphens only, at most 63.`;
  return undefined;
});

const isLabel = (label: string) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i.test(label);

function asciiForm(value: string): string {
  try {
    return new URL(`http://${value}`).hostname;
  } catch {
    return 'see a Punycode converter';
  }
}

/** Users that Debian and the packages of an Otto have for themselves. */
const SYSTEM_USERS: ReadonlySet<string> = new Set([
  ...['daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data'],
  ...['backup', 'list', 'irc', 'gnats', 'nobody', 'nogroup', 'messagebus', 'syslog', 'sshd', 'uuidd', 'tss'],
  ...['polkitd', 'tcpdump', 'landscape', 'pollinate', 'fwupd-refresh', 'usbmux', 'dhcpcd', 'ntp', 'chrony'],
  ...['postgres', 'mysql', 'redis', 'mongodb', 'nginx', 'docker', 'sudo', 'adm', 'staff', 'shadow', 'kmem'],
]);

/** Debian's rule for user names (adduser); neither root nor one of the system's own users. */
export const userProblem = visible((value) => {
  if (value === 'root')
    return 'Otto must not run as root: anyone who can chat could then do anything on this machine.';
  if (!/^[a-z][a-z0-9_-]{0,31}$/.test(value))
    return 'A user name starts with a small letter; then small letters, digits, - and _, at most 32 in all.';
  if (SYSTEM_USERS.has(value) || value.startsWith('systemd-'))
    return `${value} is a system user. Otto needs its own user, like cleo.`;
  return undefined;
});

const NO_EMAIL = 'That is not an e-mail address, like you@example.com.';

/**
 * One @, letters and digits and the few signs that addresses have on its left, a host name with a dot on its right. Let's
 * Encrypt and Open WebUI refuse anything else, and quotes belong to the forms that nobody has.
 */
export const emailProblem = visible((value) => {
  const at = value.lastIndexOf('@');
  const [local, host] = [value.slice(0, at), value.slice(at + 1)];
  if (at < 1 || value.length > 254 || local.length > 64) return NO_EMAIL;
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.+%&='~/-]*$/u.test(local) || /\.\.|\.$/.test(local)) return NO_EMAIL;
  const labels = host.split('.');
  const fits = labels.length > 1 && labels.every(isLabel) && /^.{2,}$/.test(labels.at(-1) ?? '');
  return fits ? undefined : NO_EMAIL;
});

/** A certificate authority takes only ASCII. */
export const asciiEmailProblem = (value: string): string | undefined =>
  emailProblem(value) ??
  (/^[\x21-\x7e]+$/.test(value)
    ? undefined
    : "The certificate authority's address can only have letters a to z.");

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

const LONGEST_SECRET = 512;

/** A key between Open WebUI and Hermes that is in use already: what both env files can hold. */
export const apiKeyInUseProblem = visible((value) => {
  if (PLACEHOLDER_KEYS.includes(value.toLowerCase()))
    return 'That is a placeholder from the documentation. Hermes would refuse to start with it.';
  if (value.length < 16) return 'Hermes needs at least 16 characters; with fewer it does not open its port.';
  if (value.length > LONGEST_SECRET) return `At most ${LONGEST_SECRET} characters.`;
  if (!/^[\x21-\x7e]+$/.test(value) || /["'\\#$`]/.test(value))
    return 'Use letters, digits, - _ . only: the key goes into two env files that do not support quoting.';
  return undefined;
});

/** {@link apiKeyInUseProblem} for a new key; Open WebUI separates several of them by semicolons. */
export const apiKeyProblem = (value: string): string | undefined =>
  apiKeyInUseProblem(value) ??
  (/^[A-Za-z0-9_][^;,]*$/.test(value)
    ? undefined
    : 'The key starts with a letter or a digit, and has no commas and semicolons.');

/** Open WebUI cuts passwords at 72 bytes and refuses longer ones (facts: open-webui A2). */
export const passwordProblem = visible((value) => {
  if (value.length < 8) return 'At least 8 characters: this account can be reached from the internet.';
  if (Buffer.byteLength(value) > 72) return 'At most 72 bytes: Open WebUI cuts off the rest.';
  return undefined;
});

/** A name of a person, in any language. */
export const nameProblem = visible((value) => {
  if (value === '') return 'A name is needed.';
  if (value.startsWith('-')) return 'A name does not start with a hyphen.';
  return value.length > 100 ? 'A name has at most 100 characters here.' : undefined;
});

export const anthropicKeyProblem = visible((value) => anthropicKeyWords(value));

const ANTHROPIC_KEYS = 'Copy it whole at console.anthropic.com → API keys.';

function anthropicKeyWords(value: string): string | undefined {
  if (!value.startsWith('sk-ant-'))
    return `A key of the Anthropic API starts with sk-ant-. ${ANTHROPIC_KEYS}`;
  const rest = value.slice('sk-ant-'.length);
  if (!/^[\w-]*$/.test(rest))
    return `After sk-ant- come only letters, digits, - and _: this one has something else in it. ${ANTHROPIC_KEYS}`;
  if (rest.length < 10)
    return `It is too short for a key: only ${count(rest.length)} after sk-ant-. ${ANTHROPIC_KEYS}`;
  return rest.length > 500 ? `It is too long for a key. ${ANTHROPIC_KEYS}` : undefined;
}

const count = (characters: number): string => `${characters} character${characters === 1 ? '' : 's'}`;

/** It goes into gh's YAML. */
export const tokenProblem = visible((value) =>
  /^[A-Za-z0-9][\w.-]{0,511}$/.test(value)
    ? undefined
    : 'A token is one word of letters, digits, - _ and dots.',
);

/** What `docker run --env-file` can hold: the line as it is, to its end. A secret that is in use already may be odd, and stays. */
export const lineSecretProblem = visible((value) => {
  if (value === '') return 'It is empty.';
  return value.length > 4_096 ? 'At most 4096 characters.' : undefined;
});

/** A new one. */
export const newLineSecretProblem = visible((value) => {
  if (value.length < 16) return 'At least 16 characters: what it signs is only as safe as it is.';
  return /^[A-Za-z0-9_][\w.~+/=-]{15,511}$/.test(value)
    ? undefined
    : 'Use letters, digits and - _ . ~ + / = only, at most 512: it goes into an env file that does not support quoting.';
});

/** GitHub's own rule for both halves. */
export const repositoryProblem = visible((value) => {
  const [owner = '', name = '', ...more] = value.split('/');
  const fits =
    more.length === 0 &&
    /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(owner) &&
    /^[A-Za-z0-9_][\w.-]{0,99}$/.test(name) &&
    !name.includes('..') &&
    !/(?:\.git|\.lock|\.)$/i.test(name);
  return fits ? undefined : 'A repository is named owner/name, as GitHub shows it, without .git at its end.';
});

/** git check-ref-format, in ASCII. */
export const branchProblem = visible((value) => {
  const parts = value.split('/');
  const fits =
    value.length <= 200 &&
    /^[A-Za-z0-9_][\w./@+=,-]*$/.test(value) &&
    !value.includes('..') &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !/(?:\.lock|\.)$/.test(part));
  return fits ? undefined : 'Git does not allow this name for a branch.';
});

/** Of Claude's models, also as gateways and the window of a million write it: 'claude-opus-4-6[1m]'. It stands in YAML. */
export const modelProblem = visible((value) =>
  /^[A-Za-z0-9][\w.:/@+[\]-]{0,199}$/.test(value)
    ? undefined
    : 'A model is named in one word of letters, digits and . _ - : / @ +, like claude-opus-4-6.',
);

/** The same for its name in Open WebUI, in any language. It stands in two env files. */
export const modelNameProblem = visible((value) =>
  /^[\p{L}\p{N}][\p{L}\p{N}._:/@+-]{0,99}$/u.test(value)
    ? undefined
    : 'Use one word of letters, digits and . _ - : / @ +, like otto.',
);

/** Docker's grammar: [HOST[:PORT]/]path[:TAG][@DIGEST] (github.com/distribution/reference). */
const HOST_PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const PATH_PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const IMAGE = new RegExp(
  `^(?:${HOST_PART}(?:\\.${HOST_PART})*(?::[0-9]{1,5})?/)?${PATH_PART}(?:/${PATH_PART})*` +
    '(?::[\\w][\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,128})?$',
);

export const imageProblem = visible((value) =>
  value.length <= 255 && IMAGE.test(value)
    ? undefined
    : 'Name the image as Docker does, like ghcr.io/open-webui/open-webui:main.',
);

const NO_AUTHORITY =
  'The address of a certificate authority begins with https://, and has neither a user name nor a query in it.';

/** The directory of an ACME server. */
export const authorityProblem = visible((value) =>
  value.length <= 300 &&
  new RegExp(`^https://${HOST_PART}(?:\\.${HOST_PART})*(?::[0-9]{1,5})?(?:/[\\w.~-]+)*/?$`).test(value) &&
  URL.canParse(value)
    ? undefined
    : NO_AUTHORITY,
);
