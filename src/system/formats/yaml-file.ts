import { type Document, parseDocument } from 'yaml';
import { isSecretSetting } from '../../secret/masking.ts';
import { hideSecrets, registerSecret, type SecretText } from '../../secret/secret.ts';
import { messageOf } from '../../text/error-message.ts';

/** YAML files that people write too: changed in place, comments and unknown keys stay. */

/** The document, or why it cannot be read (the parser's first complaint, with its line). */
export function readYaml(text: string): { readonly document: Document } | { readonly problem: string } {
  if (text.length > MOST_OF_YAML)
    return { problem: `it is larger than ${MOST_OF_YAML / 1024} KB, too large for a settings file` };
  if (isTooDeep(text)) return { problem: 'it is nested deeper than settings are' };
  try {
    const many = complaintsIn(text);
    if (many > MOST_COMPLAINTS)
      return { problem: `more than ${MOST_COMPLAINTS} places in it are not valid YAML` };
    // PyYAML takes the last of two equal keys; so must we, instead of calling the file broken.
    const document = parseDocument(text, { uniqueKeys: false });
    const error = document.errors[0];
    if (error !== undefined) return { problem: error.message.replace(/:?(\n.*)?$/s, '') };
    const root: unknown = document.toJS();
    if (root !== null && root !== undefined && (typeof root !== 'object' || Array.isArray(root)))
      return { problem: 'it is not a list of settings' };
    return { document };
  } catch (error) {
    // Nested too deep, or references that stand for more than there is room for.
    return { problem: messageOf(error).replace(/\n.*/s, '') };
  }
}

const MOST_OF_YAML = 128 * 1024;
const MOST_COMPLAINTS = 100;
const DEEPEST = 100;

/** How many places are not YAML. Without their words, of which each takes a look at the whole text. Throws for what is nested too deep. */
export function complaintsIn(text: string): number {
  return parseDocument(text, { uniqueKeys: false, prettyErrors: false }).errors.length;
}

/** Whether more brackets or dashes are open at once than anybody writes: the parser would go into each of them. Pure, a straight look. */
export function isTooDeep(text: string): boolean {
  let open = 0;
  let dashes = 0;
  let before = '';
  for (const mark of text) {
    if (mark === '[' || mark === '{') open += 1;
    else if ((mark === ']' || mark === '}') && open > 0) open -= 1;
    // '- - -' opens a list in a list in a list.
    if (before === '-' && mark === ' ') dashes += 1;
    else if (mark !== '-') dashes = 0;
    before = mark;
    if (open > DEEPEST || dashes > DEEPEST) return true;
  }
  return false;
}

/** What stands at a path as plain data; undefined when there is nothing. */
export function valueAt(document: Document, path: readonly string[]): unknown {
  let value: unknown = document.toJS();
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value ?? undefined;
}

/** All texts in it with the names they stand under; nothing when it could not be read. */
function allStrings(read: ReturnType<typeof readYaml>): readonly (readonly [string, string])[] {
  const found: [string, string][] = [];
  const walk = (name: string, value: unknown) => {
    if (typeof value === 'string') found.push([name, value]);
    else if (value !== null && typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(Array.isArray(value) ? name : key, inner);
    }
  };
  if ('document' in read) walk('', read.document.toJS());
  return found;
}

/** One change: set a value, or (undefined) take the key out. */
export interface YamlChange {
  readonly path: readonly [string, ...string[]];
  readonly value: unknown;
}

/** The text with the changes made; indentation as it was, lines are not folded. */
export function changeYaml(text: string, changes: readonly YamlChange[]): string {
  const document = parseDocument(text, { uniqueKeys: false });
  for (const { path, value } of changes) {
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, value);
  }
  const indent = /^( +)\S/m.exec(text)?.[1]?.length ?? 2;
  const sequenceIndented = !/^(\s*)[\w"'-]+:\s*\n\1- /m.test(text);
  return document.toString({
    lineWidth: 0,
    indent: Math.min(indent, 8),
    indentSeq: sequenceIndented,
    flowCollectionPadding: !/\{\S/.test(text),
  });
}

/** A file's text, as it may be kept: every key and token in it as a secret, and every secret that is known from elsewhere. */
export function hideInYaml(text: string): SecretText {
  const read = readYaml(text);
  for (const [name, value] of 'document' in read ? allStrings(read) : settingsInLines(text))
    if (isSecretSetting(name, value)) registerSecret(value);
  return hideSecrets(text);
}

/** What lines of the shape `name: value` say, where it is no YAML. */
function settingsInLines(text: string): readonly (readonly [string, string])[] {
  return [
    ...text.matchAll(/["']?([\w.-]+)["']?[^\S\n]*:[^\S\n]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s"',}]+))/g),
  ].map(([, name = '', double, single, bare]) => [name, double ?? single ?? bare ?? '']);
}
