import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Run } from '../../engine/contracts/action.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import type { ClaudeFacts } from './look.ts';

/** Moves a user's file out of the way and keeps it, numbered when there are several. */
export function setAside(user: string, path: string, to: string, purpose: string): Run {
  return { ...run(['mv', '--backup=numbered', '-T', '--', path, to], purpose, 10_000), user };
}

/** Sets the sign-in to Claude aside as the user whose it is; a folder that this user cannot write is given back first. */
export function setSignInAside(
  { folder }: Pick<ClaudeFacts, 'folder'>,
  answers: Answers,
  as: string,
  purpose: string,
): readonly Action[] {
  const { claude, owner, user } = layout(answers);
  const usable = folder === undefined || (folder.writable && folder.enterable);
  return [
    ...(usable ? [] : [giveBack(owner, [claude.folder], `Give ${claude.folder} to ${user}`)]),
    setAside(user, claude.credentials, `${claude.credentials}.${as}`, purpose),
  ];
}

/** A short command, of root where nothing else is said. */
export function run(argv: [string, ...string[]], purpose: string, timeoutMs: number): Run {
  return { kind: 'run', argv, purpose, timeoutMs };
}
