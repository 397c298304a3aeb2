import { inspect, stripVTControlCharacters } from 'node:util';
import { visibleText } from '../text/visible.ts';

/** What replaces a secret. */
export const MASK = '••••';

/** Values that must never leave the program; every `Secret` registers itself here, so that none is forgotten. */
const known = new Set<string>();

/** What {@link redact} looks for: the known values in every usual encoding. */
const encodings = new Set<string>();
/** The same, the longest first; made when it is needed. */
let sorted: readonly string[] | undefined;

function remember(value: string): void {
  if (known.has(value)) return;
  known.add(value);
  for (const one of asShown(value))
    for (const form of [one, encodeURIComponent(one.toWellFormed()), JSON.stringify(one).slice(1, -1)])
      encodings.add(form);
  sorted = undefined;
}

/** Longest first, so that a secret that contains another one disappears as a whole. */
function forms(): readonly string[] {
  sorted ??= [...encodings].sort((a, b) => b.length - a.length);
  return sorted;
}

/**
 * A value as other parts of the program may hand it over: as it is, made visible already, or as a line of output
 * without its control characters. So it is found in whichever order this happened.
 */
function asShown(clear: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const stripped = stripVTControlCharacters(clear).replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  const all = [clear, stripped].filter((one) => one === clear || one.length >= SHORTEST_REDACTED);
  return [...new Set(all.flatMap((one) => [one, visibleText(one), visibleText(one, { tabs: 'kept' })]))];
}

/** Shorter values are not redacted by value: they would also hit harmless text. */
const SHORTEST_REDACTED = 6;

/** A line of a longer secret that is itself worth hiding; '{' or 'PORT=1' would also hit harmless text. */
const KEY_MATERIAL = /^[^\s=]{20,}=*$/;

/** Shapes of tokens that other programs print and that we may never have held as a `Secret`. */
const SHAPES: readonly RegExp[] = [
  /sk-ant-[a-z0-9]+-[\w-]{8,}/g,
  /gh[opsur]_[A-Za-z0-9]{16,}/g,
  /github_pat_\w{20,}/g,
  /(?<="(?:accessToken|refreshToken|access_token|refresh_token)"\s*:\s*")[^"]+/g,
  /(?<=Authorization: (?:Bearer|Basic|token) )\S+/gi,
  // user:password@ in an address: of a proxy, a package index, a git remote, a database.
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi,
  // Up to its end, or to the end of a truncated text.
  /(?<=-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)[\s\S]+?(?=-----END [A-Z ]{0,20}PRIVATE KEY-----|$(?![\s\S]))/g,
];

/**
 * A value that prints as `••••` wherever a string is made of it: templates, JSON, `console.log`, errors.
 * The clear text comes out only through {@link Secret.reveal}, at the edge where a process gets it on stdin
 * or a file with mode 0600 is written.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    if (value.length >= SHORTEST_REDACTED) remember(value);
    // A key of several lines is printed line by line.
    for (const line of value.split('\n')) if (KEY_MATERIAL.test(line)) remember(line);
  }

  /** The clear text. Call it only where it leaves for the place that is meant to hold it. */
  reveal(): string {
    return this.#value;
  }

  /** Whether both hold the same clear text. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/**
 * Registers a value as a secret, so that nothing shows it from now on. For a value that only passes through; to hold
 * one, use {@link Secret}.
 */
export function registerSecret(value: string): void {
  new Secret(value);
}

/** Text with secrets in it: plain, a secret, or pieces of both in order. */
export type SecretText = string | Secret | readonly (string | Secret)[];

/** Tagged template for text that carries secrets: `` secretText`API_SERVER_KEY=${key}\n` ``. */
export function secretText(
  strings: TemplateStringsArray,
  ...values: readonly (string | Secret)[]
): SecretText {
  return strings.flatMap((piece, index) => {
    const value = values[index];
    return value === undefined ? [piece] : [piece, value];
  });
}

/** Joins several texts into one, secrets kept as secrets. */
export function joinText(parts: readonly SecretText[], separator = ''): SecretText {
  return parts.flatMap((part, index) => {
    const pieces = typeof part === 'string' || part instanceof Secret ? [part] : [...part];
    return index === 0 || separator === '' ? pieces : [separator, ...pieces];
  });
}

/** Whether both hold the same clear text. */
export function sameText(one: SecretText, other: SecretText): boolean {
  return reveal(one) === reveal(other);
}

/** A text that came from outside, with every secret in it that is known, or looks like one, as a secret. */
export function hideSecrets(text: string): SecretText {
  const found = new Set(forms().filter((form) => text.includes(form)));
  for (const shape of SHAPES)
    for (const [match] of text.matchAll(shape)) if (match !== MASK) found.add(match);
  if (found.size === 0) return text;
  // The longest first, for one may contain another.
  const all = [...found]
    .sort((a, b) => b.length - a.length)
    .map((one) => one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return text
    .split(new RegExp(`(${all.join('|')})`))
    .map((piece, index) => (index % 2 === 0 ? piece : new Secret(piece)))
    .filter((piece) => piece !== '');
}

function pieces(text: SecretText): readonly (string | Secret)[] {
  return typeof text === 'string' || text instanceof Secret ? [text] : text;
}

/** The clear text, for the file or the stdin that is meant to hold it. */
export function reveal(text: SecretText): string {
  return pieces(text)
    .map((piece) => (typeof piece === 'string' ? piece : piece.reveal()))
    .join('');
}

/** The text as it may be shown: every secret as `••••`, and known values and token shapes redacted too. */
export function mask(text: SecretText): string {
  return redact(pieces(text).map(String).join(''));
}

/**
 * Takes every known secret value, its usual encodings, and everything that has the shape of a token out of a
 * text. Called at every place where text leaves the program: log, event, error, screen.
 */
export function redact(text: string): string {
  let clean = text;
  for (const form of forms()) if (clean.includes(form)) clean = clean.replaceAll(form, MASK);
  return SHAPES.reduce((result, shape) => result.replace(shape, MASK), clean);
}

/** Shorter values may come about by chance once they are encoded. */
const SHORTEST_FOUND = 8;

/**
 * Whether a text holds a secret that we know, as it is, or encoded for an address, for JSON or as base64 (also as a part of
 * something longer that was encoded). The last look at what leaves this machine.
 */
export function holdsSecret(text: string): boolean {
  const long = [...known].filter((value) => value.length >= SHORTEST_FOUND);
  if (forms().some((form) => form.length >= SHORTEST_FOUND && text.includes(form))) return true;
  return long.some((value) => base64Forms(value).some((form) => text.includes(form)));
}

/** Made once for each value: a support bundle asks for every line. */
const inBase64 = new Map<string, readonly string[]>();

/** What is surely in the base64 of anything that has the value in it, wherever it begins there. */
function base64Forms(value: string): readonly string[] {
  const made = inBase64.get(value) ?? makeBase64Forms(value);
  inBase64.set(value, made);
  return made;
}

function makeBase64Forms(value: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    // Three bytes are four characters; only those that come from the value alone.
    const start = Math.ceil((before * 4) / 3);
    const end = Math.floor((bytes.length * 4) / 3);
    const form = bytes.toString('base64').slice(before === 0 ? 0 : start, end);
    return form.length < SHORTEST_FOUND ? [] : [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}
