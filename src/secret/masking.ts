import { MASK, redact } from './secret.ts';

/** Names under which secrets stand: API_SERVER_KEY, OPENAI_API_KEYS, smtp_pass, accessToken. */
const NAME = String.raw`[\w.-]*(?:keys?|tokens?|secrets?|passwords?|passwd|passphrase|credentials?|_pass|_pwd)`;
const BLANKS = String.raw`[^\S\n]*`;

/**
 * Lines that set something whose name says that it is a secret: in an env file, a systemd unit, YAML or JSON. They are
 * masked by this shape where a text may hold secrets that we never held ourselves: an old file, another program's output.
 */
const SECRET_LINE = new RegExp(
  `^(${BLANKS}(?:#${BLANKS})*(?:-${BLANKS})?(?:export\\s+)?(?:Environment=)?["']?(${NAME})["']?${BLANKS}[=:]${BLANKS})(\\S.*)$`,
  'gim',
);

/** The same inside a line: a command's `-e API_KEY=value` or `--password=value`, a part of `{"api_key": "value"}`. */
const IN_A_LINE: readonly RegExp[] = [
  new RegExp(`("(${NAME})=)([^"\\n]+)`, 'gi'),
  new RegExp(`('(${NAME})=)([^'\\n]+)`, 'gi'),
  new RegExp(`((?:^|\\s)-{0,2}(${NAME})=)("[^"\\n]+"|'[^'\\n]+'|[^\\s"']+)`, 'gim'),
  new RegExp(`("(${NAME})"${BLANKS}:${BLANKS}")([^"\\n]+)`, 'gi'),
];

const NAMED = new RegExp(`^(?:${NAME}|[\\w.-]*auth)$`, 'i');
/** What stands under such a name but is not one: a switch, a number. */
const NO_SECRET = /^["']?(?:true|false|yes|no|on|off|none|\d{1,5})?["']?$/i;

/** Whether what is set to this value is a secret, by its name. */
export function isSecretSetting(name: string, value: string): boolean {
  return NAMED.test(name) && !NO_SECRET.test(value.trim());
}

/** {@link redact}, and values that stand under a secret's name masked as well. */
export function redactUntrusted(text: string): string {
  return [SECRET_LINE, ...IN_A_LINE].reduce(
    (clean, shape) =>
      clean.replace(shape, (whole, head: string, name: string, value: string) =>
        isLimit(name, value) ? whole : `${head}${MASK}`,
      ),
    redact(text),
  );
}

/** MAX_TOKENS=4096 */
function isLimit(name: string, value: string): boolean {
  return /tokens$/i.test(name) && /^["']?\d+["']?,?$/.test(value);
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
