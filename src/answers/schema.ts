import * as z from 'zod/mini';
import { Secret } from '../secret/secret.ts';
import { folderProblem } from './folders.ts';
import { containerNameProblem, foundPathProblem, portProblem } from './found-as.ts';
import { isInUse } from './generated-secrets.ts';
import {
  agreeProblem,
  anthropicKeyProblem,
  apiKeyInUseProblem,
  apiKeyProblem,
  asciiEmailProblem,
  authorityProblem,
  branchProblem,
  domainProblem,
  emailProblem,
  imageProblem,
  lineSecretProblem,
  modelNameProblem,
  modelProblem,
  nameProblem,
  newLineSecretProblem,
  passwordProblem,
  repositoryProblem,
  tokenProblem,
  userProblem,
} from './rules.ts';

export { apiKeyProblem, domainProblem, emailProblem, passwordProblem, userProblem };

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

type Rule = (value: string) => string | undefined;

/**
 * `inUse`: what a secret has to obey that a machine or a backup has already: a new one would lock something out. What is refused
 * does not become a Secret: a piece of one ('sk-ant-') would be masked first, and the rest not recognised any more.
 */
const secret = (rule: Rule, inUse: Rule = rule) =>
  z.pipe(
    z
      .union([z.instanceof(Secret), z.string()])
      .check(
        obeys((given: Secret | string) =>
          typeof given === 'string' ? rule(given) : (isInUse(given) ? inUse : rule)(given.reveal()),
        ),
      ),
    z.transform((value: Secret | string) => (value instanceof Secret ? value : new Secret(value))),
  );

function withoutBlanks(value: string): string {
  let [from, to] = [0, value.length];
  while (from < to && ' \t'.includes(value[from] ?? '')) from += 1;
  while (to > from && ' \t'.includes(value[to - 1] ?? '')) to -= 1;
  return value.slice(from, to);
}

/** Blanks around it are a slip; a line break is not, and is refused by the rules. */
const text = (rule: Rule) => z.string().check(z.overwrite(withoutBlanks), obeys(rule));

export const AnswersSchema = z.strictObject({
  domain: z.pipe(
    text(domainProblem),
    z.transform((name: string) => name.toLowerCase().replace(/\.$/, '')),
  ),
  user: z._default(text(userProblem), 'cleo'),
  /** For the certificate authority. */
  email: text(asciiEmailProblem),
  /** Between Open WebUI and Hermes. What the droplet already has wins over a generated one. */
  apiKey: secret(apiKeyProblem, apiKeyInUseProblem),
  adminName: z._default(text(nameProblem), 'Admin'),
  adminEmail: text(emailProblem),
  adminPassword: secret(passwordProblem),
  claude: z._default(z.enum(['login', 'api-key']), 'login'),
  anthropicApiKey: z.optional(secret(anthropicKeyProblem)),
  /** 'login': the device code, or whatever gh already has; 'token': the token below. */
  github: z._default(z.enum(['login', 'token']), 'login'),
  githubToken: z.optional(secret(tokenProblem)),
  hermesRepository: z._default(text(repositoryProblem), 'Nucleotto/hermes-agent'),
  /** Without it the repository's default branch. */
  hermesBranch: z.optional(text(branchProblem)),
  model: z._default(text(modelProblem), 'claude-opus-4-6'),
  modelName: z._default(text(modelNameProblem), 'otto'),
  openWebuiImage: z._default(text(imageProblem), 'ghcr.io/open-webui/open-webui:main'),
  /** Where Open WebUI's data is, when not in the runbook's /opt/<user>/open-webui; the same for Paperclip's. */
  openWebuiData: z.optional(text(folderProblem)),
  paperclipData: z.optional(text(folderProblem)),
  /**
   * As what the parts of an Otto that somebody set up were found, read from what runs: never asked for. Open WebUI's container and the
   * port on which this machine reaches it; the folders of the Hermes that the unit runs.
   */
  openWebuiContainer: z.optional(text(containerNameProblem)),
  openWebuiPort: z.optional(text(portProblem)),
  hermesHome: z.optional(text(foundPathProblem)),
  hermesCheckout: z.optional(text(foundPathProblem)),
  hermesVenv: z.optional(text(foundPathProblem)),
  paperclip: z._default(z.enum(['deploy', 'skip']), 'deploy'),
  paperclipImage: z._default(text(imageProblem), 'ghcr.io/paperclipai/paperclip:latest'),
  acmeServer: z._default(text(authorityProblem), 'https://acme-v02.api.letsencrypt.org/directory'),
  /** 'enable' turns UFW on when it is off, after a proof that new SSH connections still get in. */
  firewall: z._default(z.enum(['enable', 'leave']), 'enable'),
  /** 'strict': what a chat starts runs in systemd's sandbox (docs/hermes-sandbox.md). 'none': as the deploy user, unconfined. */
  hermesSandbox: z._default(z.enum(['strict', 'none']), 'strict'),
  /** Signs Open WebUI's sessions and encrypts what it stores; generated once and kept. */
  webuiSecretKey: secret(newLineSecretProblem, lineSecretProblem),
  /** Paperclip's BETTER_AUTH_SECRET; generated once and kept. */
  paperclipSecret: secret(newLineSecretProblem, lineSecretProblem),
  /** Codes of findings, with commas: what their fixes interrupt or give up is agreed to before an installation that nobody watches. Not kept. */
  agree: z.optional(text(agreeProblem)),
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
