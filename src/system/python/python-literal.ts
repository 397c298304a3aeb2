import { joinText, Secret, type SecretText } from '../../secret/secret.ts';

/** What may stand in a program's data; secrets stay secrets. */
type PythonValue = string | number | boolean | null | Secret;

/** A text as Python reads it, quotes included. JSON's strings are Python's as well. */
export function pythonString(value: string): string {
  return JSON.stringify(value);
}

/** A Python string literal that holds a JSON object, for `json.loads(…)`; a secret in it stays one. */
export function pythonJson(value: Readonly<Record<string, PythonValue>>): SecretText {
  const entries = Object.entries(value).map(([key, item]): SecretText => {
    const head = `${JSON.stringify(key)}:`;
    return item instanceof Secret
      ? [inner(head), new Secret(inner(JSON.stringify(item.reveal())))]
      : inner(`${head}${JSON.stringify(item)}`);
  });
  return joinText(['"{', joinText(entries, ','), '}"']);
}

/** JSON once more, without its own quotes: what JSON escapes, Python reads back. */
const inner = (clear: string) => JSON.stringify(clear).slice(1, -1);
