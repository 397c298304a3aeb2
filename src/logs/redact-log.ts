import { redactUntrusted } from '../secret/masking.ts';
import { MASK, redact } from '../secret/secret.ts';
import { visibleJson } from '../text/visible.ts';

/** What else must not be seen in a log: other people's sessions, and what programs print of a request. */
const SHAPES: readonly RegExp[] = [
  // A JSON web token: the sessions of Open WebUI and of Paperclip.
  /(\b)eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  // What stands before the value is found first and kept: looked for behind every place, a long text would take forever.
  /(\bBearer\s+)[\w.~+/=-]{6,}/gi,
  /(\b(?:set-)?cookie["']?\s*[:=]\s*["']?)[^"'\n]{4,}/gi,
  // Of an address in a request: ?token=…, &api_key=…
  /([?&][\w.-]*(?:token|key|secret|password|code|signature|sig)=)[^&\s"']+/gi,
  /(\bx-api-key["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
];
const MASKED = `$1${MASK}`;

/** A text whose values were masked already: known secrets, and what has the shape of one. */
export function redactShapes(text: string): string {
  return SHAPES.reduce((clean, shape) => clean.replace(shape, MASKED), redact(text));
}

/** Plain data as JSON, with every text in it redacted by itself, so that it stays JSON. */
export function redactedJson(data: unknown): string {
  const clean = JSON.stringify(data, (_, value: unknown) =>
    typeof value === 'string' ? redactLog(value) : value,
  );
  return visibleJson(JSON.parse(clean), 2);
}

/** A line of any log as it may be shown: known secrets, what has the shape of one, and what stands under a secret's name masked. */
export function redactLog(text: string): string {
  return SHAPES.reduce((clean, shape) => clean.replace(shape, MASKED), redactUntrusted(text));
}
