import { randomBytes } from 'node:crypto';
import { Secret } from '../secret/secret.ts';
import { foldersProblem } from './folders.ts';
import { asGenerated } from './generated-secrets.ts';
import { type AnswerKey, type Answers, type AnswersInput, AnswersSchema } from './schema.ts';
import { ANSWER_SOURCES, type AnswerSource, sourceOf } from './sources.ts';

/** Where answers may come from; the one that is named first wins. */
export interface AnswerInputs {
  readonly flags?: AnswersInput;
  readonly environment?: AnswersInput;
  readonly file?: AnswersInput;
  /** What the last run was told, secrets excepted: /var/lib/otto-install/answers.json. */
  readonly saved?: AnswersInput;
  /** What an Otto that is already here was built with. */
  readonly discovered?: AnswersInput;
  /** Stand-ins that let a rehearsal begin without an answer. */
  readonly examples?: AnswersInput;
}

/** Where an answer came from. */
type Origin = keyof AnswerInputs | 'generated' | 'default';

const PRECEDENCE = ['flags', 'environment', 'file', 'saved', 'discovered', 'examples'] as const;

/** An answer that is not good, with why. */
interface InvalidAnswer {
  readonly key: string;
  readonly origin: Origin;
  readonly problem: string;
}

export type Resolution =
  | {
      readonly ok: true;
      readonly answers: Answers;
      readonly origins: Readonly<Partial<Record<AnswerKey, Origin>>>;
    }
  | {
      readonly ok: false;
      readonly missing: readonly AnswerSource[];
      readonly invalid: readonly InvalidAnswer[];
    };

/** A secret of this many random bytes, as letters, digits, - and _, and not with a hyphen first. */
export function generateSecret(bytes: number): Secret {
  for (;;) {
    const value = randomBytes(bytes).toString('base64url');
    if (!value.startsWith('-')) return new Secret(value);
  }
}

/** 120 bits; read aloud and typed from a sheet of paper in groups of five, so no letters that look alike. */
export function generatePassword(): Secret {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const letters = [...randomBytes(25)].map((byte) => alphabet[byte % alphabet.length]).join('');
  return new Secret(letters.replace(/(.{5})(?=.)/g, '$1-'));
}

/** Values that nobody has to think up. What the machine already holds wins over them (facts: the tasks look first). */
function generated(): AnswersInput {
  return {
    apiKey: generateSecret(32),
    adminPassword: asGenerated(generatePassword()),
    webuiSecretKey: generateSecret(32),
    paperclipSecret: generateSecret(32),
  };
}

interface ResolveOptions {
  /** Nobody is there to be asked. */
  readonly unattended: boolean;
  /** Answers that can do without: the machine has them, or nothing will be done that needs them. */
  readonly notNeeded?: ReadonlySet<AnswerKey>;
}

/**
 * Puts the answers together, each from the first source that has it, and checks them. Returns all that is missing and
 * all that is wrong at once.
 */
export function resolveAnswers(inputs: AnswerInputs, options: ResolveOptions): Resolution {
  const origins: Partial<Record<AnswerKey, Origin>> = {};
  // Without a prototype: 'constructor' in a file of answers is an answer that nobody knows, and not one that is there.
  const merged: Record<string, unknown> = Object.create(null);
  for (const origin of PRECEDENCE) {
    for (const [key, value] of Object.entries(inputs[origin] ?? {})) {
      if (key in merged || value === undefined || key === 'unattended') continue;
      merged[key] = value;
      origins[key as AnswerKey] = origin;
    }
  }
  // Most Ottos have one administrator, who is also told when the certificate does not renew.
  if (merged.adminEmail === undefined && merged.email !== undefined) {
    merged.adminEmail = merged.email;
    origins.adminEmail = 'default';
  }
  for (const [key, value] of Object.entries(generated())) {
    if (key in merged) continue;
    merged[key] = value;
    origins[key as AnswerKey] = 'generated';
  }

  const missing = missingAnswers(merged).filter(({ key }) => options.notNeeded?.has(key) !== true);
  const checked = AnswersSchema.safeParse({ ...merged, unattended: options.unattended });
  const folders = checked.success ? misplaced(checked.data, origins) : [];
  if (checked.success && missing.length === 0 && folders.length === 0) {
    for (const key of Object.keys(checked.data) as AnswerKey[]) origins[key] ??= 'default';
    return { ok: true, answers: checked.data, origins };
  }
  const notMissing = (key: string) => key in merged;
  const invalid = invalidAnswers(checked.error?.issues ?? [], origins, notMissing);
  return { ok: false, missing, invalid: [...invalid, ...folders] };
}

/** Folders that somebody gave and that lie in each other. Where an Otto that is here has its data, it works. */
function misplaced(
  answers: Answers,
  origins: Readonly<Partial<Record<AnswerKey, Origin>>>,
): readonly InvalidAnswer[] {
  const found = foldersProblem(answers);
  const origin = found === undefined ? undefined : origins[found.key];
  const isGiven = origin === 'flags' || origin === 'environment' || origin === 'file';
  return found === undefined || !isGiven ? [] : [{ ...found, origin }];
}

function missingAnswers(merged: Readonly<Record<string, unknown>>): readonly AnswerSource[] {
  const needed: AnswerKey[] = ['domain', 'email', 'adminEmail'];
  if (merged.claude === 'api-key') needed.push('anthropicApiKey');
  if (merged.github === 'token') needed.push('githubToken');
  return needed.filter((key) => !(key in merged)).map(sourceOf);
}

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
}

function invalidAnswers(
  issues: readonly Issue[],
  origins: Readonly<Partial<Record<string, Origin>>>,
  given: (key: string) => boolean,
): readonly InvalidAnswer[] {
  const known = ANSWER_SOURCES.map(({ key }) => key).join(', ');
  return issues.flatMap((issue) => {
    const keys = issue.keys ?? [String(issue.path[0] ?? '')];
    return keys.filter(given).map((key) => ({
      key,
      origin: origins[key] ?? 'default',
      problem: problemText(issue, known),
    }));
  });
}

function problemText(issue: Issue, known: string): string {
  if (issue.code === 'unrecognized_keys') return `There is no such answer. Known answers: ${known}.`;
  if (issue.values !== undefined) return `Use one of these: ${issue.values.join(', ')}.`;
  if (issue.code === 'invalid_type' || issue.code === 'invalid_union') return 'This has to be text.';
  return issue.message;
}

/** What to tell an operator whose answers are not enough; several lines. */
export function answersProblemText(resolution: Extract<Resolution, { ok: false }>): string {
  const lines: string[] = [];
  for (const { key, origin, problem } of resolution.invalid) {
    lines.push(`${key} (${originText(key, origin)}): ${problem}`);
  }
  if (resolution.missing.length > 0) {
    if (lines.length > 0) lines.push('');
    lines.push(resolution.missing.length === 1 ? 'One answer is missing:' : 'These answers are missing:', '');
    const width = Math.max(...resolution.missing.map(({ key }) => key.length));
    for (const { key, flag, value, variable, what } of resolution.missing) {
      lines.push(`  ${key.padEnd(width)}  ${what}`);
      lines.push(
        `  ${' '.repeat(width)}  ${flag} ${value}   or   ${variable}=…   or   ${key}: … in --answers FILE`,
      );
    }
  }
  return lines.join('\n');
}

function originText(key: string, origin: Origin): string {
  const source = ANSWER_SOURCES.find((candidate) => candidate.key === key);
  switch (origin) {
    case 'flags':
      return `from ${source?.flag ?? 'a flag'}`;
    case 'environment':
      return `from ${source?.variable ?? 'a variable'}`;
    case 'file':
      return 'from the answers file';
    case 'saved':
      return 'kept from the last run';
    case 'discovered':
      return 'found on this machine';
    default:
      return origin;
  }
}
