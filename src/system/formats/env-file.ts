import { isSecretSetting } from '../../secret/masking.ts';
import {
  hideSecrets,
  joinText,
  registerSecret,
  reveal,
  Secret,
  type SecretText,
} from '../../secret/secret.ts';
import { parseDotenv } from './dotenv-lines.ts';

/**
 * The one place that reads and changes env files. What is a secret by its name is a `Secret` from here on, in the text and among the
 * variables; so is every secret that is known from elsewhere, wherever it stands. Changes are made line by line, so that comments,
 * order and everything unknown stay.
 */

/**
 * dotenv: as python-dotenv reads it, with quotes; line ends become LF. docker: as `docker run --env-file` reads it, one KEY=VALUE a
 * line, `#` only at the start of a line, no quoting of any kind, blanks belong to the value (facts: docker-ufw, trap 10).
 */
export type Dialect = 'dotenv' | 'docker';

/** Variables and what they are set to, in a file or in a container. */
export type Env = Readonly<Record<string, SecretText>>;

/** A file's text, as it may be kept. */
export function readEnvFile(text: string, dialect: Dialect): SecretText {
  return whole(linesOf(text, dialect), text);
}

/** Pairs of a name and a value, as they may be kept. The last of two equal names counts. */
export function readEnv(pairs: readonly (readonly [string, string])[]): Env {
  for (const [name, value] of pairs) if (isSecretSetting(name, value)) registerSecret(value);
  return Object.fromEntries(pairs.map(([name, value]) => [name, hidden(name, value)]));
}

/** What an env file sets; nothing where there is none. */
export function envIn(file: SecretText | undefined, dialect: Dialect): Env {
  if (file === undefined) return {};
  return readEnv(
    linesOf(reveal(file), dialect).flatMap(({ name, value }) =>
      name === undefined || value === undefined ? [] : [[name, value] as const],
    ),
  );
}

/** Names that `docker run --env-file` refuses, and with them the whole file: those with blanks in them ('export X'). */
export function refusedByDocker(file: SecretText): readonly string[] {
  return reveal(file)
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => (line.split('=')[0] ?? '').replace(/\r$/, ''))
    .filter((name) => name === '' || /\s/.test(name));
}

/** The file without the word that only a shell knows; nothing else changes. */
export const withoutExport = (file: SecretText): SecretText =>
  readEnvFile(reveal(file).replace(/^[^\S\n]*export[^\S\n]+(?=[A-Za-z_]\w*=)/gm, ''), 'docker');

/** What a variable is set to, for judging it; '' where it is not set. */
export function settingIn(env: Env, name: string): string {
  return reveal(env[name] ?? '');
}

/** The same as it may be kept; undefined where it is not set, or to nothing. */
export function textIn(env: Env, name: string): SecretText | undefined {
  return settingIn(env, name) === '' ? undefined : env[name];
}

/** The same as a secret; undefined where it is not set, or to nothing. */
export function secretIn(env: Env, name: string): Secret | undefined {
  const value = settingIn(env, name);
  return value === '' ? undefined : new Secret(value);
}

/**
 * The file with these variables set: where they stand (in a file for python-dotenv the last of them, the one that counts), or at the
 * end. Throws when Docker could not read one.
 */
export function setInEnvFile(file: SecretText, changes: Env, dialect: Dialect): SecretText {
  for (const [name, value] of Object.entries(changes))
    if (dialect === 'docker' && /[\r\n\0]/.test(reveal(value)))
      throw new Error(
        `${name} has more than one line, which Docker's env files do not allow. Set it by hand.`,
      );
  const text = reveal(file);
  const lines = linesOf(dialect === 'docker' ? text.replace(/\n*$/, '') : text, dialect);
  const lastOf = new Map(lines.map(({ name }, index) => [name, index]));
  const changed = lines.map((line, index): Line => {
    const change = line.name === undefined ? undefined : changes[line.name];
    const counts = dialect === 'docker' || lastOf.get(line.name) === index;
    return change === undefined || !counts
      ? line
      : { raw: `${line.name}=${reveal(change)}`, name: line.name };
  });
  const added = Object.entries(changes)
    .filter(([name]) => !lastOf.has(name))
    .map(([name, value]): Line => ({ raw: `${name}=${reveal(value)}`, name }));
  // An empty file has no line before the first.
  const all = dialect === 'docker' && text === '' ? added : [...changed, ...added];
  return whole(all, `${all.map(({ raw }) => raw).join('\n')}\n`);
}

interface Line {
  readonly raw: string;
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

function linesOf(text: string, dialect: Dialect): readonly Line[] {
  if (dialect === 'dotenv') return parseDotenv(text);
  return text.split('\n').map((raw) => {
    const at = raw.indexOf('=');
    if (at <= 0 || raw.trimStart().startsWith('#')) return { raw };
    return { raw, name: raw.slice(0, at).trimStart(), value: raw.slice(at + 1).replace(/\r$/, '') };
  });
}

/** The text that these lines are, its secrets as secrets. */
function whole(lines: readonly Line[], text: string): SecretText {
  // First all of them are made known: one may also stand in a line before.
  for (const line of lines) {
    const { name, value } = assignment(line);
    if (name !== undefined && isSecretSetting(name, value)) registerSecret(line.value ?? value);
  }
  const shown = joinText(
    lines.map((line) => {
      const { name, value, before } = assignment(line);
      if (name === undefined || !isSecretSetting(name, value)) return hideSecrets(line.raw);
      return [before, new Secret(value)];
    }),
    '\n',
  );
  const clear = reveal(shown);
  if (clear === text) return shown;
  // What python-dotenv does not care about, line ends and a mark at the start, is kept where nothing is changed.
  return `${clear}\n` === text ? joinText([shown, '\n']) : hideSecrets(text);
}

/** Name and value of a line, also of one that was turned into a comment and still has its key in it. */
function assignment({ raw, name = /^\s*#[^=]*?(\w+)=/.exec(raw)?.[1] }: Line) {
  const at = raw.indexOf('=') + 1;
  return { name, value: raw.slice(at), before: raw.slice(0, at) };
}

const hidden = (name: string, value: string): SecretText =>
  isSecretSetting(name, value) ? new Secret(value) : hideSecrets(value);
