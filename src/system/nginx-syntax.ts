/** A directive of nginx: `listen 80;`, or with a block: `server { … }`. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[] | undefined;
  /** The file that it stands in. */
  readonly file: string;
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

/** The configuration that starts in `main`, with its includes in place. What cannot be read is left out. */
export function parseConfiguration(files: readonly ConfigFile[], main: string): readonly Directive[] {
  const folder = main.replace(/\/[^/]*$/, '');
  const open = new Set<string>();
  const read = (file: ConfigFile): readonly Directive[] => {
    if (open.has(file.path)) return [];
    open.add(file.path);
    const directives = expand(parseFile(file));
    open.delete(file.path);
    return directives;
  };
  const expand = (directives: readonly Directive[]): readonly Directive[] =>
    directives.flatMap((directive) => {
      const [pattern] = directive.args;
      if (directive.name === 'include' && pattern !== undefined) {
        const wanted = globPattern(pattern.startsWith('/') ? pattern : `${folder}/${pattern}`);
        return files.filter(({ path }) => wanted.test(path)).flatMap(read);
      }
      return directive.block === undefined ? [directive] : [{ ...directive, block: expand(directive.block) }];
    });
  return files.filter(({ path }) => path === main).flatMap(read);
}

/** The pattern of an `include` as a regular expression; `*` and `?` do not match a slash. */
export function globPattern(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^/]*')
    .replace(/\?/g, '[^/]');
  return new RegExp(`^${source}$`);
}

/** The directives of one file, includes left as they are. Forgiving: what is cut off is closed at the end. */
export function parseFile({ path, content }: ConfigFile): readonly Directive[] {
  const root: Directive[] = [];
  const open: Directive[][] = [root];
  let words: string[] = [];
  for (const token of tokens(content)) {
    const current = open.at(-1) ?? root;
    if (token === ';' || token === '{') {
      const [name, ...args] = words;
      words = [];
      const block: Directive[] | undefined = token === '{' ? [] : undefined;
      if (name !== undefined) current.push({ name, args, block, file: path });
      if (block !== undefined) open.push(block);
    } else if (token === '}') {
      words = [];
      if (open.length > 1) open.pop();
    } else words.push(token.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return root;
}

/** Quoted strings, the three marks, and words; comments are skipped. `${name}` is part of a word. */
function tokens(content: string): readonly string[] {
  const token =
    /#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[;{}]|(?:\$\{\w*\}|\\[\s\S]|[^\s;{}"'\\])+/g;
  return (content.match(token) ?? []).filter((text) => !text.startsWith('#'));
}
