import { redact } from './secret.ts';

const MASK = '••••';

/**
 * Lines that set something whose name says that it is a secret: in an env file, a systemd unit, YAML or JSON. They are
 * masked by this shape where a text may hold secrets that we never held ourselves: an old file, another program's output.
 */
const SECRET_LINE =
  /^([\s#]*(?:-\s+)?(?:export\s+)?(?:Environment=)?["']?[\w.-]*(?:key|token|secret|password)["']?\s*[=:]\s*)(\S.*)$/gim;

/** {@link redact}, and the values of lines that look like `…KEY=value` masked as well. */
export function redactUntrusted(text: string): string {
  return redact(text).replace(SECRET_LINE, `$1${MASK}`);
}

/** A copy of plain data with every string in it redacted. */
export function redactDeep<Data>(data: Data): Data {
  return mapStrings(data, redact) as Data;
}

function mapStrings(data: unknown, change: (text: string) => string): unknown {
  if (typeof data === 'string') return change(data);
  if (Array.isArray(data)) return data.map((item) => mapStrings(item, change));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, mapStrings(value, change)]));
}
