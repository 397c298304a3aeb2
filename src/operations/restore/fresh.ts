import { asInUse } from '../../answers/generated-secrets.ts';
import {
  type AnswerKey,
  type AnswersInput,
  AnswersSchema,
  SECRET_KEYS,
  userProblem,
} from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import type { Host } from '../../host/host.ts';
import { Secret } from '../../secret/secret.ts';
import { accountCommand, addUser } from '../../system/accounts/users.ts';
import { envIn, settingIn } from '../../system/formats/env-file.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import { pythonHere } from '../backup/program.ts';
import type { FirstOtto, Given } from '../otto-operation.ts';
import { askArchive } from './ask.ts';
import type { FoundBackup } from './facts.ts';
import { nobodys } from './judge.ts';
import { restoreProgram } from './program.ts';

/**
 * With which answers an Otto is installed on a machine that has none, so that the backup can be restored over it: those of the
 * machine that the backup was made on, and its keys. Changes nothing.
 */
export async function ottoOfBackup(
  host: Host,
  given: Given,
  backups: readonly FoundBackup[],
): Promise<FirstOtto> {
  const asked = askArchive(backups, given);
  if ('ask' in asked) return asked;
  const { from, passphrase } = asked.choice;
  const missing = await missingTools(host, from);
  if (missing.length > 0)
    return {
      problem: `Reading a backup needs ${missing.join(' and ')}. First: apt-get update && apt-get install -y ${missing.join(' ')}`,
    };
  const ask = async (mode: 'whose' | 'keys', answers: Placed) => {
    const { stdout, stderr } = await host.exec(pythonHere(mode), {
      input: restoreProgram(from, passphrase, answers),
      timeoutMs: 3_600_000,
    });
    const found = object(parseJson(stdout));
    return { found, problem: found.ok === true ? '' : text(found.words) || stderr.trim() || UNREAD };
  };
  const whose = await ask('whose', { user: 'cleo' });
  if (whose.problem !== '') return { problem: whose.problem };
  const empty = nobodys({ accounts: Number(object(whose.found.contents).accounts) });
  if (empty !== undefined) return { problem: `${empty.evidence} ${empty.reason}` };
  const known = knownAnswers(whose.found);
  const { user } = known;
  if (typeof user !== 'string' || userProblem(user) !== undefined)
    return { problem: `The backup does not say whose it is. ${UNREAD}` };
  const placed = { ...known, user } as Placed;
  const keys = await ask('keys', placed);
  if (keys.problem !== '') return { problem: keys.problem };
  const files = object(keys.found.files);
  return {
    answers: { ...known, ...secretsIn(files) },
    before: await seeding(
      host,
      user,
      command(pythonHere('seed'), 'Restore the certificate and the sign-ins from the backup', {
        input: restoreProgram(from, passphrase, placed),
        makes: typeof known.domain === 'string' ? things('certificate', known.domain) : [],
        timeoutMs: 3_600_000,
      }),
    ),
  };
}

type Placed = Parameters<typeof restoreProgram>[2];

const UNREAD = 'The program that reads archives did not finish.';

async function missingTools(host: Host, from: string): Promise<readonly string[]> {
  const [python, gpg] = await Promise.all([host.stat('/usr/bin/python3'), host.stat('/usr/bin/gpg')]);
  return [
    ...(python === undefined ? ['python3'] : []),
    ...(from.endsWith('.gpg') && gpg === undefined ? ['gpg'] : []),
  ];
}

/** Pure. The answers in the backup that are still valid; never a secret. */
export function knownAnswers(found: Readonly<Record<string, unknown>>): AnswersInput {
  const secret = new Set<string>(SECRET_KEYS);
  const all = { ...object(found.answers), domain: found.domain, user: found.user };
  const known = Object.entries(all).filter(
    ([key, value]) =>
      key in AnswersSchema.shape &&
      !secret.has(key) &&
      AnswersSchema.shape[key as AnswerKey].safeParse(value).success,
  );
  return Object.fromEntries(known) as AnswersInput;
}

/** Pure. The keys in the files of a backup; those that are missing are recreated. */
export function secretsIn(files: Readonly<Record<string, unknown>>): AnswersInput {
  const hermes = envIn(text(files.hermes), 'dotenv');
  const openWebui = envIn(text(files.openWebui), 'docker');
  const paperclip = envIn(text(files.paperclip), 'docker');
  const found: Partial<Record<(typeof SECRET_KEYS)[number], string | undefined>> = {
    apiKey: settingIn(hermes, 'API_SERVER_KEY'),
    anthropicApiKey: settingIn(hermes, 'ANTHROPIC_API_KEY'),
    webuiSecretKey: settingIn(openWebui, 'WEBUI_SECRET_KEY'),
    paperclipSecret: settingIn(paperclip, 'BETTER_AUTH_SECRET'),
    githubToken: /oauth_token:\s*["']?([^\s"']+)/.exec(text(files.gh))?.[1],
    adminPassword: text(files.password).trim(),
  };
  const held = Object.entries(found).flatMap(([key, value]) =>
    // One that not every reader could use is recreated, as if it were missing.
    value === undefined || value === '' ? [] : usable(key as AnswerKey, asInUse(new Secret(value))),
  );
  return Object.fromEntries(held) as AnswersInput;
}

function usable(key: AnswerKey, secret: Secret): readonly (readonly [AnswerKey, Secret])[] {
  return AnswersSchema.shape[key].safeParse(secret).success ? [[key, secret]] : [];
}

/** The deploy user must exist before files can belong to it. */
async function seeding(host: Host, user: string, seed: Action): Promise<readonly Action[]> {
  const [there, group] = await Promise.all([
    host.exec(['getent', 'passwd', user], { timeoutMs: 10_000 }),
    host.exec(['getent', 'group', user], { timeoutMs: 10_000 }),
  ]);
  const make: Action = accountCommand(addUser(user, group.exitCode === 0), `Create the user ${user}`, {
    makes: things('user', user),
  });
  return there.exitCode === 0 ? [seed] : [make, seed];
}
