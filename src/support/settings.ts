import { looksPlain } from './plain-values.ts';

/**
 * An env file for somebody else: the names and, of values that may be a secret, only how long they are. Values that are
 * plainly none (numbers, switches, addresses and paths) stay, since those are what is asked about. Pure.
 */
export function maskedEnv(text: string): string {
  return text
    .split('\n')
    .map((line) => {
      const [, head = '', value = ''] =
        /^(\s*(?:#\s*)?(?:export\s+)?[A-Za-z_][\w.]*\s*=)(.*)$/.exec(line) ?? [];
      if (head === '') return line;
      return `${head}${maskedValue(head, value.trim())}`;
    })
    .join('\n');
}

/** The variables of a container as names and lengths. Pure. */
export function maskedVariables(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, maskedValue(`${name}=`, value)]),
  );
}

function maskedValue(head: string, value: string): string {
  const bare = value.replace(/^(["'])(.*)\1$/, '$2');
  if (bare === '') return '(empty)';
  return looksPlain(head, bare) ? value : `(${bare.length} characters)`;
}
