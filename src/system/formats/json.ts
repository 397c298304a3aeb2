/** Reading JSON that another program wrote: what is missing or of another kind is empty, not an error. */

/** The JSON in a text; undefined when it is not one (a page of HTML, nothing). */
export function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** The value as an object; {} when it is something else. */
export function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** The value as a list; [] when it is something else. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value as text; '' when it is something else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
