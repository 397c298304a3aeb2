import type { Argv, ExecResult, Host } from '../host/host.ts';

/**
 * Looks below a folder for the first thing that does not belong to its user; `pruned` is not gone into. To be carried out as
 * that user: a folder that this user cannot enter belongs to somebody else itself.
 */
export const findForeignArgv = (folder: string, user: string, pruned?: string): Argv => [
  'find',
  folder,
  ...(pruned === undefined ? [] : ['-path', pruned, '-prune', '-o']),
  '!',
  '-user',
  user,
  '-print0',
  '-quit',
];

/**
 * The path that {@link findForeignArgv} found, when what is there really belongs to somebody else; undefined when not. While
 * Hermes starts it replaces files by the hundred, and `find` then names one that has just gone as somebody else's (seen). A
 * name that is no text cannot be looked at again, and must not hide what else is there.
 */
export async function firstForeign(
  host: Host,
  { stdout }: Pick<ExecResult, 'stdout'>,
  user: string,
): Promise<string | undefined> {
  const path = stdout.replace(/\0$/, '');
  if (path === '' || path.includes('\ufffd')) return path || undefined;
  const stat = await host.stat(path);
  return stat !== undefined && stat.owner !== user ? path : undefined;
}
