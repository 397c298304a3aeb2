import { type Directive, parseFile } from './nginx-syntax.ts';

/** A directive that a site must have. */
export interface Wanted {
  /** root: in `location /`. */
  readonly where: 'server' | 'root';
  readonly name: string;
  /** As written in the file, without the `;`: 'Upgrade $http_upgrade'. */
  readonly args: string;
  /**
   * What it replaces: the directive of that name (with the same first word, when `sameFirst`). Without one there it is
   * added. 'add' always adds.
   */
  readonly replaces: 'same-name' | 'same-first' | 'add';
}

/**
 * Changes the server blocks of a file that `chosen` picks, as little as possible: a directive that is there gets other
 * words, one that is not is added at the end of its block, and everything else stays as it is, comments and blanks too.
 * `location /` of a block that has none is left alone. Returns the new text; the same one when nothing was to change.
 */
export function editServers(
  content: string,
  chosen: (server: Directive) => boolean,
  wanted: readonly Wanted[],
): string {
  return wanted.reduce((text, one) => {
    const servers = serversOf(parseFile({ path: '', content: text })).filter(chosen);
    const blocks = servers.flatMap((server) => (one.where === 'server' ? [server] : rootOf(server)));
    // From the end, so that the offsets of what comes before stay right.
    return blocks.toSorted((a, b) => b.from - a.from).reduce((rest, block) => edit(rest, block, one), text);
  }, content);
}

/** The names of a server block. */
export function serverNames({ block = [] }: Directive): readonly string[] {
  return block.filter(({ name }) => name === 'server_name').flatMap(({ args }) => args);
}

function serversOf(directives: readonly Directive[]): readonly Directive[] {
  return directives.flatMap((one) =>
    one.name === 'server' && one.block !== undefined
      ? [one]
      : one.name === 'http'
        ? serversOf(one.block ?? [])
        : [],
  );
}

function rootOf({ block = [] }: Directive): readonly Directive[] {
  return block.filter(({ name, args }) => name === 'location' && args.at(-1) === '/').slice(0, 1);
}

function edit(text: string, block: Directive, { name, args, replaces }: Wanted): string {
  const line = `${name} ${args};`;
  const first = args.split(/\s/)[0]?.toLowerCase();
  const there = (block.block ?? []).find(
    (one) => one.name === name && (replaces === 'same-name' || one.args[0]?.toLowerCase() === first),
  );
  if (there !== undefined && replaces !== 'add')
    return text.slice(0, there.from) + line + text.slice(there.to);
  return addTo(text, block, line);
}

/** Adds a line after the last directive of the block, indented as that one is. */
function addTo(text: string, block: Directive, line: string): string {
  const last = block.block?.at(-1);
  if (last === undefined) {
    const inside = block.inside ?? block.to;
    return `${text.slice(0, inside)}\n${indentation(text, block.from)}    ${line}${text.slice(inside)}`;
  }
  // What follows on the same line (certbot's remark) belongs to the directive.
  const rest = /^[^\n}]*(?=\n)/.exec(text.slice(last.to))?.[0] ?? '';
  const end = last.to + (/^\s*(#.*)?$/.test(rest) ? rest.length : 0);
  return `${text.slice(0, end)}\n${indentation(text, last.from)}${line}${text.slice(end)}`;
}

/** The blanks with which the line of this offset begins. */
function indentation(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
}
