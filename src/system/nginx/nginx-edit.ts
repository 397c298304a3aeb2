import { type ConfigFile, type Directive, parseConfiguration } from './nginx-syntax.ts';

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
 * Changes the server blocks that `chosen` picks, as little as possible, each line in the file in which it stands, also in one that is
 * included: a directive that is there gets other words, one that is not is added at the end of its block, and everything else stays
 * as it is, comments and blanks too. `location /` of a block that has none is left alone. Returns the files that have become others.
 */
export function editConfiguration(
  files: readonly ConfigFile[],
  main: string,
  chosen: (server: Directive) => boolean,
  wanted: readonly Wanted[],
): readonly ConfigFile[] {
  const edited = wanted.reduce((all, one) => {
    const servers = serversOf(parseConfiguration(all, main)).filter(chosen);
    const blocks = servers.flatMap((server) => (one.where === 'server' ? [server] : rootOf(server)));
    const changes = new Map(
      blocks
        .map((block) => changeIn(all, block, one))
        .map((change) => [`${change.file} ${change.from}`, change]),
    );
    return all.map(({ path, content }) => ({
      path,
      content: [...changes.values()]
        .filter(({ file }) => file === path)
        // From the end, so that the offsets of what comes before stay right.
        .toSorted((a, b) => b.from - a.from)
        .reduce((text, { from, to, by }) => text.slice(0, from) + by + text.slice(to), content),
    }));
  }, files);
  return edited.filter(({ content }, index) => content !== files[index]?.content);
}

/** The same in one file by itself. Returns its new text; the same one when nothing was to change. */
export function editServers(
  content: string,
  chosen: (server: Directive) => boolean,
  wanted: readonly Wanted[],
): string {
  return editConfiguration([{ path: 'site', content }], 'site', chosen, wanted)[0]?.content ?? content;
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

/** Some text of a file in place of other text. */
interface Change {
  readonly file: string;
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

function changeIn(files: readonly ConfigFile[], block: Directive, { name, args, replaces }: Wanted): Change {
  const line = `${name} ${args};`;
  const first = args.split(/\s/)[0]?.toLowerCase();
  const there = (block.block ?? []).find(
    (one) => one.name === name && (replaces === 'same-name' || one.args[0]?.toLowerCase() === first),
  );
  if (there !== undefined && replaces !== 'add')
    return { file: there.file, from: there.from, to: there.to, by: line };
  return addTo(files.find(({ path }) => path === block.file)?.content ?? '', block, line);
}

/** Adds a line after the last directive of the block that stands in its own file, indented as that one is. */
function addTo(text: string, block: Directive, line: string): Change {
  const { file } = block;
  const own = (block.block ?? []).filter(
    (one) => one.file === file && block.from <= one.from && one.to <= block.to,
  );
  const last = own.at(-1);
  if (last === undefined) {
    const inside = block.inside ?? block.to;
    return { file, from: inside, to: inside, by: `\n${indentation(text, block.from)}    ${line}` };
  }
  // What follows on the same line (certbot's remark) belongs to the directive.
  const rest = /^[^\n}]*(?=\n)/.exec(text.slice(last.to))?.[0] ?? '';
  const end = last.to + (/^\s*(#.*)?$/.test(rest) ? rest.length : 0);
  return { file, from: end, to: end, by: `\n${indentation(text, last.from)}${line}` };
}

/** The blanks with which the line of this offset begins. */
function indentation(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))?.[0] ?? '';
}

/** The server blocks of a configuration that have this name. */
export const serversNamed = (configuration: readonly Directive[], name: string): readonly Directive[] =>
  serversOf(configuration).filter((server) => serverNames(server).includes(name));

/** Those that have not. */
export const serversBeside = (configuration: readonly Directive[], name: string): readonly Directive[] =>
  serversOf(configuration).filter((server) => !serverNames(server).includes(name));

/** The files in which their lines stand. */
export function filesOf(directives: readonly Directive[]): ReadonlySet<string> {
  return new Set(directives.flatMap(({ file, block = [] }) => [file, ...filesOf(block)]));
}
