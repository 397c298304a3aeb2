const SECRET_NAME =
  /(key|token|secret|pass(word|wd|phrase)?|credential|auth|cookie|session|dsn|_pwd)\w*\s*=$/i;

/** Whether a setting may be shown as it is: its name is none of a secret's, and its value is a switch, a number, a path, or an address. */
export function looksPlain(head: string, value: string): boolean {
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
