/** Where nginx says the mistake is. */
export interface Mistake {
  readonly file: string;
  /** From 1; undefined when nginx names only the file. */
  readonly line: number | undefined;
}

interface TextFile {
  readonly path: string;
  readonly content: string;
}

/**
 * The file that a complaint of `nginx -t` is about. Some complaints name no file (an unknown variable, a certificate that
 * is gone): then it is the first one that has the word in question.
 */
export function findMistake(complaint: string, files: readonly TextFile[]): Mistake | undefined {
  // A link to nothing: nginx names the line of the include, too.
  const [, opened] =
    /^open\(\) "(\/etc\/nginx\/(?:sites-enabled|conf\.d)\/[^"]+)" failed/.exec(complaint) ?? [];
  if (opened !== undefined) return { file: opened, line: undefined };
  const [, named, line] = / in (\/\S+?):(\d+)$/.exec(complaint) ?? [];
  if (named !== undefined) return { file: named, line: Number(line) };
  const [, variable] = /^unknown "(\w+)" variable/.exec(complaint) ?? [];
  const [, path] = /^cannot load certificate(?: key)? "([^"]+)"/.exec(complaint) ?? [];
  const word = variable === undefined ? path : `$${variable}`;
  if (word === undefined) return undefined;
  for (const { path: file, content } of files) {
    const index = content.split('\n').findIndex((text) => code(text).includes(word));
    if (index >= 0) return { file, line: index + 1 };
  }
  return undefined;
}

/** A file with one mistake less. */
interface Repaired {
  readonly content: string;
  /** What was done, to the operator: 'Line 9 gets the missing semicolon'. */
  readonly what: string;
}

/**
 * Fixes the usual typing mistakes, one at a time: a semicolon or a last brace that is missing, a line that nginx does
 * not understand (it becomes a comment). Undefined when it is none of these; the rest is for a person.
 */
export function repairMistake(content: string, complaint: string, { line }: Mistake): Repaired | undefined {
  const lines = content.split('\n');
  const open = unfinishedLine(lines);
  if (open !== undefined)
    return {
      content: lines
        .map((text, index) => (index === open ? text.replace(/\s*(#.*)?$/, (rest) => `;${rest}`) : text))
        .join('\n'),
      what: `Line ${open + 1} gets the missing semicolon`,
    };
  if (/^unexpected end of file, expecting "}"/.test(complaint))
    return { content: `${content.trimEnd()}\n}\n`, what: 'The missing brace is added at the end' };
  const wrong = line === undefined ? undefined : lines[line - 1];
  // Of a line that opens or closes a block the rest would stay behind.
  if (line === undefined || wrong === undefined || !/;\s*$/.test(code(wrong))) return undefined;
  if ((code(wrong).match(/;/g) ?? []).length !== 1 || /[{}]/.test(code(wrong).replace(/\$\{\w+\}/g, '')))
    return undefined;
  return {
    content: lines
      .map((text, index) => (index === line - 1 ? text.replace(/\S/, (first) => `# ${first}`) : text))
      .join('\n'),
    what: `Line ${line} becomes a comment: ${wrong.trim()}`,
  };
}

/** The only line that does not end as a directive does, although the next one begins with a word; its index. */
function unfinishedLine(lines: readonly string[]): number | undefined {
  const codes = lines
    .map((text, index) => ({ text: code(text).trim(), index }))
    .filter(({ text }) => text !== '');
  const open = codes.filter(({ text }, at) => {
    const next = codes[at + 1]?.text ?? '}';
    return /^[a-z_]+\s+\S/.test(text) && !/[;{}]$/.test(text) && /^(?:[a-z_]+[\s{]|\}|#|$)/.test(next);
  });
  return open.length === 1 ? open[0]?.index : undefined;
}

/** A line without its comment. A `#` inside quotes or a word does not start one. */
function code(line: string): string {
  return line.replace(/(^|\s)#.*$/, '$1');
}
