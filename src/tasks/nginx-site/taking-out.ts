import type { Run } from '../../engine/contracts/action.ts';

/** A file that nginx includes, as far as taking it out goes. */
export interface IncludedFile {
  readonly path: string;
  /** A link: the site itself is elsewhere, usually in sites-available. */
  readonly link: boolean;
  /** Whether a file of the same name is in sites-available already. */
  readonly nameTaken: boolean;
}

/**
 * Takes a file out of nginx and keeps it: of a link only the link goes, a file moves to where nginx does not read it.
 * Undefined for files that more than a site depends on (nginx.conf, snippets, modules).
 */
export function takeOut({
  path,
  link,
  nameTaken,
}: IncludedFile): { readonly action: Run; readonly keptAt: string } | undefined {
  const [, folder, name = ''] = /^\/etc\/nginx\/(sites-enabled|conf\.d)\/([^/]+)$/.exec(path) ?? [];
  if (folder === undefined) return undefined;
  const run = (argv: Run['argv'], purpose: string): Run => ({
    kind: 'run',
    argv,
    purpose,
    timeoutMs: 10_000,
  });
  if (link)
    return {
      action: run(['rm', '--', path], `Remove the link ${path}; the site behind it stays`),
      keptAt: 'where the link leads',
    };
  const keptAt =
    folder === 'conf.d'
      ? `${path}.taken-out`
      : `/etc/nginx/sites-available/${name}${nameTaken ? '.taken-out' : ''}`;
  return {
    action: run(['mv', '--no-clobber', '--', path, keptAt], `Move ${path} to where nginx does not read it`),
    keptAt,
  };
}
