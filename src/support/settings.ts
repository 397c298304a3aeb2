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

const SECRET_NAME =
  /(key|token|secret|pass(word|wd|phrase)?|credential|auth|cookie|session|dsn|_pwd)\w*\s*=$/i;

/** Whether a setting may be shown as it is: its name is none of a secret's, and its value is a switch, a number, a path, or an address. */
function looksPlain(head: string, value: string): boolean {
  // A switch is none, whatever it switches.
  if (/^(true|false|yes|no|on|off|none|null|[01])$/i.test(value)) return true;
  if (SECRET_NAME.test(head.trim())) return false;
  return (
    /^(production|development|info|debug|warning|error)$/i.test(value) ||
    /^[\d.:,]{1,15}$/.test(value) ||
    /^\/[\w./-]*$/.test(value) ||
    /^https?:\/\/[\w.:-]+(\/[\w./-]*)?$/.test(value) ||
    /^(otto|hermes|claude[\w.-]*|lan|private|authenticated)$/i.test(value)
  );
}
