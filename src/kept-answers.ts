import type { Answers, AnswersInput } from './answers.ts';
import { parseAnswers } from './answers-file.ts';
import type { Run } from './engine/run.ts';
import { Secret } from './engine/secret.ts';
import { makePrivateFolders } from './engine/state-dir.ts';
import type { Host } from './host/host.ts';
import { withoutSecrets } from './resolve-answers.ts';
import { STATE_FOLDER } from './tasks/layout.ts';

/** Answers of the last run, secrets excepted. */
const ANSWERS_FILE = `${STATE_FOLDER}/answers.json`;

/** The generated password of the first account; kept until the operator deletes it. */
export const PASSWORD_FILE = '/root/otto-admin-password.txt';

/** The task that makes the first account. */
const FIRST_ADMIN = 'first-admin';

/** What earlier runs left behind on this machine: their answers, and the password that they generated. */
export async function keptAnswers(host: Host): Promise<AnswersInput> {
  const [answers, password] = await Promise.all([readQuietly(host, ANSWERS_FILE), keptPassword(host)]);
  const saved = answers === undefined ? {} : parsedQuietly(answers);
  return { ...saved, ...(password === undefined ? {} : { adminPassword: password }) };
}

/** The password that an earlier run generated; undefined when there is no file of it, or it cannot be read. */
export async function keptPassword(host: Host): Promise<Secret | undefined> {
  const text = (await readQuietly(host, PASSWORD_FILE))?.trim();
  return text === undefined || text === '' ? undefined : new Secret(text);
}

/**
 * Keeps, while a run goes on, what the next one needs: the answers once it has begun, and a generated password at the
 * moment at which the account gets it, so that it is neither lost nor written down for nothing. Returns whether this
 * run gave the account its password.
 */
export function keepDuring(
  run: Run,
  host: Host,
  answers: Answers,
  options: { readonly passwordGenerated: boolean; readonly onProblem: (text: string) => void },
): { readonly gavePassword: () => boolean } {
  let gave = false;
  const quietly = (what: string, work: Promise<void>) =>
    work.catch((error: unknown) => options.onProblem(`${what} could not be kept: ${String(error)}`));
  run.subscribe((event) => {
    if (event.type === 'run-started') void quietly('The answers', saveAnswers(host, answers));
    if (event.type !== 'action-started' || event.task !== FIRST_ADMIN || gave) return;
    gave = options.passwordGenerated;
    if (gave) {
      const content = answers.adminPassword;
      void quietly('The password', host.writeFile(PASSWORD_FILE, [content, '\n'], { mode: 0o600 }));
    }
  });
  return { gavePassword: () => gave };
}

async function saveAnswers(host: Host, answers: Answers): Promise<void> {
  await makePrivateFolders(host, [STATE_FOLDER]);
  const text = `${JSON.stringify(withoutSecrets(answers), undefined, 2)}\n`;
  await host.writeFile(ANSWERS_FILE, text, { mode: 0o600 });
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
