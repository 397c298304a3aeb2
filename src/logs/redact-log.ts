import { redactUntrusted } from '../engine/masking.ts';

const MASK = '••••';

/** What else must not be seen in a log: other people's sessions, and what programs print of a request. */
const SHAPES: readonly RegExp[] = [
  // A JSON web token: the sessions of Open WebUI and of Paperclip.
  /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g,
  /(?<=\bBearer\s+)[\w.~+/=-]{6,}/gi,
  /(?<=\b(?:set-)?cookie["']?\s*[:=]\s*["']?)[^"'\n]{4,}/gi,
  // Of an address in a request: ?token=…, &api_key=…
  /(?<=[?&][\w.-]*(?:token|key|secret|password|code|signature|sig)=)[^&\s"']+/gi,
  /(?<=\bx-api-key["']?\s*[:=]\s*["']?)[^\s"',}]+/gi,
];

/** A line of any log as it may be shown: known secrets, what has the shape of one, and what stands under a secret's name masked. */
export function redactLog(text: string): string {
  return SHAPES.reduce((clean, shape) => clean.replace(shape, MASK), redactUntrusted(text));
}
