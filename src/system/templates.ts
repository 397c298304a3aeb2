import { readFileSync } from 'node:fs';
import { joinText, Secret, type SecretText } from '../secret/secret.ts';
import { folderWith } from './own-version.ts';

/** Beside the bundle what scripts/templates.ts made of them; from the source those of the repository. */
const FOLDER = new URL('templates/', folderWith('templates/'));

const PLACEHOLDER = /\{\{(\w+)\}\}/g;

/**
 * A file of templates/ with its {{placeholders}} filled in; secrets stay secrets.
 * Throws when a placeholder has no value or a value has no placeholder: either is a mistake of ours.
 */
export function template(name: string, values: Readonly<Record<string, SecretText>>): SecretText {
  return fill(readFileSync(new URL(name, FOLDER), 'utf8'), values, name);
}

/** {@link template} for a text at hand; `name` is what an error calls it. */
export function fill(text: string, values: Readonly<Record<string, SecretText>>, name: string): SecretText {
  const unused = new Set(Object.keys(values));
  // split() with one capture group: text, placeholder, text, placeholder, …, text.
  const parts = text.split(PLACEHOLDER).map((piece, index): SecretText => {
    if (index % 2 === 0) return piece;
    const value = values[piece];
    if (value === undefined) throw new Error(`templates/${name}: nothing given for {{${piece}}}`);
    // Our own text may have lines; what was given or found may not, in a file that knows no quoting.
    if (name.endsWith('.env') && value instanceof Secret && /[\r\n\0]/.test(value.reveal()))
      throw new Error(`${piece} has more than one line, and ${name} cannot hold that.`);
    unused.delete(piece);
    return value;
  });
  if (unused.size > 0) throw new Error(`templates/${name}: has no place for ${[...unused].join(', ')}`);
  return parts.every((part) => typeof part === 'string') ? parts.join('') : joinText(parts);
}
