import { Secret, type SecretText } from '../../secret/secret.ts';

/**
 * Env files as `docker run --env-file` reads them: one KEY=VALUE a line, `#` only at the start of a line, no quoting of
 * any kind, blanks belong to the value (facts: docker-ufw, trap 10). The last of two equal keys wins.
 */
export function parseDockerEnvFile(content: string): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const line of content.split('\n')) {
    const name = nameIn(line);
    if (name !== undefined) values[name] = line.slice(line.indexOf('=') + 1).replace(/\r$/, '');
  }
  return values;
}

/** The file with these variables set: where they stand, or at the end. Comments, order and everything else stay. */
export function setInDockerEnvFile(content: string, changes: Readonly<Record<string, string>>): string {
  for (const [name, value] of Object.entries(changes))
    if (/[\r\n\0]/.test(value))
      throw new Error(
        `${name} has more than one line, and an env file of Docker's cannot hold that. Set it by hand.`,
      );
  const lines = content.replace(/\n*$/, '').split('\n');
  const changed = lines.map((line) => {
    const name = nameIn(line);
    const value = name === undefined ? undefined : changes[name];
    return value === undefined ? line : `${name}=${value}`;
  });
  const known = new Set(lines.map(nameIn));
  const added = Object.entries(changes)
    .filter(([name]) => !known.has(name))
    .map(([name, value]) => `${name}=${value}`);
  return `${[...changed, ...added].join('\n')}\n`;
}

/** The text with these values in it as secrets. */
export function hideIn(content: string, secrets: readonly Secret[]): SecretText {
  const [first, ...others] = secrets;
  if (first === undefined || first.reveal() === '') return content;
  return content.split(first.reveal()).flatMap((piece, index): (string | Secret)[] => {
    const hidden = hideIn(piece, others);
    const pieces = typeof hidden === 'string' || hidden instanceof Secret ? [hidden] : [...hidden];
    return index === 0 ? pieces : [first, ...pieces];
  });
}

function nameIn(line: string): string | undefined {
  const at = line.indexOf('=');
  return at <= 0 || line.trimStart().startsWith('#') ? undefined : line.slice(0, at).trimStart();
}
