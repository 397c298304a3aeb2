import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';

const SOURCE = fileURLToPath(new URL('../../src/', import.meta.url));

/** Which file imports which, all as paths below src: 'run/plain.ts'. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports of all files of src, of values and of types, at the top of a file and in the middle of it. */
export function importsOfSource(): Imports {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  return new Map(
    files.sort().map((file) => [file, importsOf(file, readFileSync(join(SOURCE, file), 'utf8'))]),
  );
}

/** What a file of src imports from src. Throws what the parser says of a text that is not TypeScript. */
export function importsOf(file: string, text: string): readonly string[] {
  const found = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
    const specifier = 'source' in value ? literal(value.source) : undefined;
    if (specifier?.startsWith('.') === true) found.add(normalize(join(dirname(file), specifier)));
    for (const one of Object.values(value)) visit(one);
  };
  visit(parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }, file));
  return [...found].filter((path) => !path.startsWith('..')).sort();
}

/** Every way to import has what it imports in `source`: a string, at times wrapped as a type. */
function literal(node: unknown): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined;
  if ('literal' in node) return literal(node.literal);
  return 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}
