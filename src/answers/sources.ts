import { type AnswerKey, type AnswersInput, SECRET_KEYS } from './schema.ts';

/**
 * Every answer by the names it goes by outside: a flag, a variable, a key in the answers file. The words are what an
 * operator reads when it is missing, and in the help.
 */
export interface AnswerSource {
  readonly key: AnswerKey;
  /** '--domain', or '--api-key-file' for a secret: a secret is never an argument, where every user could read it. */
  readonly flag: string;
  /** What stands after the flag in the help: 'NAME', 'FILE'. */
  readonly value: string;
  /** 'OTTO_DOMAIN' */
  readonly variable: string;
  readonly secret: boolean;
  /** What it is. */
  readonly what: string;
}

const WORDS: { readonly [K in AnswerKey]?: { readonly value: string; readonly what: string } } = {
  domain: { value: 'NAME', what: 'domain that people use to reach this Otto' },
  email: { value: 'ADDRESS', what: "e-mail address for Let's Encrypt" },
  adminEmail: { value: 'ADDRESS', what: 'e-mail address of the first account, which administers Otto' },
  adminName: { value: 'NAME', what: 'name of the first account' },
  adminPassword: { value: 'FILE', what: 'password of the first account' },
  user: { value: 'NAME', what: 'user that Otto runs as' },
  apiKey: { value: 'FILE', what: 'key between Open WebUI and Hermes' },
  claude: { value: 'login|api-key', what: 'how Otto signs in to Claude: with an account or an API key' },
  anthropicApiKey: { value: 'FILE', what: 'Anthropic API key, with --claude api-key' },
  github: { value: 'login|token', what: 'how Otto signs in to GitHub: in your browser, or with a token' },
  githubToken: { value: 'FILE', what: 'token that can read the Hermes repository, with --github token' },
  hermesRepository: {
    value: 'OWNER/NAME',
    what: 'repository of Hermes on GitHub, when it is not the usual one',
  },
  hermesBranch: { value: 'NAME', what: 'branch of that repository, when it is not its default one' },
  model: { value: 'NAME', what: 'Claude model that answers' },
  modelName: { value: 'NAME', what: 'what the model is called in Open WebUI' },
  openWebuiImage: { value: 'IMAGE', what: 'container image of Open WebUI' },
  openWebuiData: { value: 'FOLDER', what: "folder with Open WebUI's data, when it is not the usual one" },
  paperclip: { value: 'deploy|skip', what: 'whether to deploy Paperclip when there is none' },
  paperclipImage: { value: 'IMAGE', what: 'container image of Paperclip' },
  paperclipData: { value: 'FOLDER', what: "folder with Paperclip's data, when it is not the usual one" },
  acmeServer: { value: 'URL', what: "certificate authority, when it is not Let's Encrypt" },
  hermesSandbox: { value: 'strict|none', what: 'whether commands from a chat run in a sandbox' },
  firewall: { value: 'enable|leave', what: 'whether to turn UFW on when it is off' },
  agree: { value: 'CODE,…', what: 'findings whose fixes may interrupt or give up something, with --yes' },
};

const SECRETS: ReadonlySet<AnswerKey> = new Set(SECRET_KEYS);

/** All answers that an operator can give, the needed ones first. */
export const ANSWER_SOURCES: readonly AnswerSource[] = (Object.keys(WORDS) as AnswerKey[]).flatMap((key) => {
  const words = WORDS[key];
  if (words === undefined) return [];
  const secret = SECRETS.has(key);
  const parts = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return [
    {
      key,
      flag: `--${parts}${secret ? '-file' : ''}`,
      value: words.value,
      variable: `OTTO_${parts.replaceAll('-', '_').toUpperCase()}`,
      secret,
      what: words.what,
    },
  ];
});

/** The source of one answer. Throws for a key that nobody is asked for. */
export function sourceOf(key: AnswerKey): AnswerSource {
  const source = ANSWER_SOURCES.find((candidate) => candidate.key === key);
  if (source === undefined) throw new Error(`${key} is not an answer that can be given`);
  return source;
}

/** The answers in the environment's OTTO_* variables; empty ones count as not given. */
export function answersFromEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): AnswersInput {
  const given = ANSWER_SOURCES.flatMap(({ key, variable }) => {
    const value = environment[variable];
    return value === undefined || value === '' ? [] : [[key, value] as const];
  });
  return Object.fromEntries(given) as AnswersInput;
}
