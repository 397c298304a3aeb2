import { STATE_DIR } from '../engine/records/state-dir.ts';
import type { Host } from '../host/host.ts';
import { Secret } from '../secret/secret.ts';
import { parseAnswers } from './file.ts';
import { layout } from './layout.ts';
import { type AnswerKey, type AnswersInput, AnswersSchema } from './schema.ts';

/** Answers of the last run, secrets excepted; the engine writes them. */
const ANSWERS_FILE = `${STATE_DIR}/answers.json`;

/** The generated password of the first account; kept until the operator deletes it. */
export const PASSWORD_FILE = '/root/otto-admin-password.txt';

/**
 * What earlier runs left behind on this machine and what is still an answer (another version may have known other ones, or
 * allowed more): their answers, and the password that they generated.
 */
export async function keptAnswers(host: Host): Promise<AnswersInput> {
  return (await keptAndOutdated(host)).kept;
}

/** {@link keptAnswers}, and the words for answers that were kept but are no longer valid: they are asked for again. */
export async function keptAndOutdated(
  host: Host,
): Promise<{ readonly kept: AnswersInput; readonly outdated: readonly string[] }> {
  const [answers, password] = await Promise.all([readQuietly(host, ANSWERS_FILE), keptPassword(host)]);
  const saved = parsedQuietly(answers ?? '');
  const both = { ...saved, ...(password === undefined ? {} : { adminPassword: password }) };
  const kept: Record<string, unknown> = {};
  const outdated: string[] = [];
  for (const [key, value] of Object.entries(both)) {
    if (!(key in AnswersSchema.shape)) continue;
    const problem = AnswersSchema.shape[key as AnswerKey].safeParse(value).error?.issues[0]?.message;
    if (problem === undefined) kept[key] = value;
    else outdated.push(`${key} from the last run is no longer used: ${problem}`);
  }
  return { kept: kept as AnswersInput, outdated };
}

/** The password that an earlier run generated; undefined when its file does not exist or cannot be read. */
export async function keptPassword(host: Host): Promise<Secret | undefined> {
  const text = (await readQuietly(host, PASSWORD_FILE))?.trim();
  return text === undefined || text === '' ? undefined : new Secret(text);
}

/**
 * Secrets that the machine has already, so that nobody is asked for them again. Whether they still work is for the
 * tasks to find out.
 */
export async function secretsOnMachine(host: Host, user: string): Promise<ReadonlySet<AnswerKey>> {
  const { hermes, gh } = layout({ user });
  const [env, hosts] = await Promise.all([readQuietly(host, hermes.envFile), readQuietly(host, gh.hosts)]);
  const found: AnswerKey[] = [];
  if (/^ANTHROPIC_API_KEY=["']?\S/m.test(env ?? '')) found.push('anthropicApiKey');
  if (/oauth_token:\s*\S/.test(hosts ?? '')) found.push('githubToken');
  return new Set(found);
}

async function readQuietly(host: Host, path: string): Promise<string | undefined> {
  try {
    return await host.readFile(path);
  } catch {
    // Not root: then there is nothing to be known.
    return undefined;
  }
}

function parsedQuietly(text: string): AnswersInput {
  try {
    return parseAnswers(text, ANSWERS_FILE);
  } catch {
    // A file that was cut off must not keep anybody from answering again.
    return {};
  }
}
