import type { Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { deletes, notOurs } from '../../engine/contracts/effect.ts';

/** A file that nginx includes and that can be removed from it. */
export interface IncludedFile {
  readonly path: string;
  /** A link: the site itself is elsewhere, usually in sites-available. */
  readonly link: boolean;
  /** Whether a file of the same name is in sites-available already. */
  readonly nameTaken: boolean;
}

/**
 * Removes a file from nginx and keeps it: a link is deleted, a file moves to where nginx does not read it. Undefined
 * for files that more than a site depends on (nginx.conf, snippets, modules).
 */
export function takeOut({
  path,
  link,
  nameTaken,
}: IncludedFile): { readonly action: Command; readonly keptAt: string } | undefined {
  const [, folder, name = ''] = /^\/etc\/nginx\/(sites-enabled|conf\.d)\/([^/]+)$/.exec(path) ?? [];
  if (folder === undefined) return undefined;
  if (link)
    return {
      action: command(['rm', '--', path], `Remove the link ${path}; the site behind it stays`, {
        effects: deletes(path, notOurs),
      }),
      keptAt: 'where the link leads',
    };
  const keptAt =
    folder === 'conf.d'
      ? `${path}.taken-out`
      : `/etc/nginx/sites-available/${name}${nameTaken ? '.taken-out' : ''}`;
  return {
    action: command(
      ['mv', '--no-clobber', '--', path, keptAt],
      `Move ${path} to where nginx does not read it`,
      { effects: deletes(`${path} from nginx`, notOurs) },
    ),
    keptAt,
  };
}
