/** A directive of nginx: `listen 80;`, or with a block: `server { … }`. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  /** The file that it stands in. */
  readonly file: string;
  /** Where in that file: the offset of its first character, and the one after its `;` or `}`. */
  readonly from: number;
  readonly to: number;
  /** Offset after the `{` of its block; undefined without one. */
  readonly inside: number | undefined;
}

export interface ConfigFile {
  readonly path: string;
  readonly content: string;
}

/** Reads the output of `nginx -T`: every file that nginx has read, in order. */
export function parseDump(output: string): readonly ConfigFile[] {
  // split() with a capture group: text before, path, content, path, content, …
  const parts = output.split(/^# configuration file (.+):$/m);
  const files: ConfigFile[] = [];
  for (let index = 1; index + 1 < parts.length; index += 2)
    files.push({ path: parts[index] ?? '', content: parts[index + 1] ?? '' });
  return files;
}

const DEEPEST = 100;

/** The configuration that starts in `main`, with its includes in place. What cannot be read is left out. */
export function parseConfiguration(files: readonly ConfigFile[], main: string): readonly Directive[] {
  const folder = main.replace(/\/[^/]*$/, '');
  const open = new Set<string>();
  const read = (file: ConfigFile, depth: number): readonly Directive[] => {
    if (open.has(file.path)) return [];
    open.add(file.path);
    const directives = expand(parseFile(file), depth);
    open.delete(file.path);
    return directives;
  };
  const expand = (directives: readonly Directive[], depth: number): readonly Directive[] =>
    directives.flatMap((directive) => {
      // nginx never nests this many blocks: the rest is not configuration.
      if (depth > DEEPEST) return [];
      const [pattern] = directive.args;
      if (directive.name === 'include' && pattern !== undefined) {
        const wanted = globPattern(pattern.startsWith('/') ? pattern : `${folder}/${pattern}`);
        return files.filter(({ path }) => wanted.test(path)).flatMap((file) => read(file, depth + 1));
      }
      return directive.block === undefined
        ? [directive]
        : [{ ...directive, block: expand(directive.block, depth + 1) }];
    });
  return files.filter(({ path }) => path === main).flatMap((file) => read(file, 0));
}

/** The pattern of an `include` as a regular expression; `*` and `?` do not match a slash. */
export function globPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${source}$`);
}

/** A directive whose block may still grow. */
type Growing = { -readonly [Key in keyof Directive]: Directive[Key] } & { block: Growing[] | undefined };

/** The directives of one file, includes left as they are. Forgiving: what is cut off is closed at the end. */
export function parseFile({ path, content }: ConfigFile): readonly Directive[] {
  const root: Growing[] = [];
  const open: { readonly of: Growing | undefined; readonly inner: Growing[] }[] = [
    { of: undefined, inner: root },
  ];
  let words: Token[] = [];
  for (const token of tokens(content)) {
    const current = open.at(-1)?.inner ?? root;
    if (token.text === ';' || token.text === '{') {
      const [name, ...args] = words.map(({ text }) => unquoted(text));
      const inner: Growing[] | undefined = token.text === '{' ? [] : undefined;
      const directive: Growing = {
        name: name ?? '',
        args,
        block: inner,
        file: path,
        from: words[0]?.from ?? token.from,
        to: inner === undefined ? token.to : content.length,
        inside: inner === undefined ? undefined : token.to,
      };
      words = [];
      if (name !== undefined) current.push(directive);
      if (inner !== undefined) open.push({ of: directive, inner });
    } else if (token.text === '}') {
      words = [];
      const closed = open.length > 1 ? open.pop() : undefined;
      if (closed?.of !== undefined) closed.of.to = token.to;
    } else words.push(token);
  }
  return root;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])([\s\S]*)\1$/, '$2');
}

interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Quoted strings, the three marks, and words; comments are skipped. `${name}` is part of a word. */
function tokens(content: string): readonly Token[] {
  const token =
    /#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[;{}]|(?:\$\{\w*\}|\\[\s\S]|[^\s;{}"'\\])+/g;
  return [...content.matchAll(token)]
    .map(({ 0: text, index }) => ({ text, from: index, to: index + text.length }))
    .filter(({ text }) => !text.startsWith('#'));
}
