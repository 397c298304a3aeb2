import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { foundAs, replaces } from '../../engine/contracts/effect.ts';
import { giveBack } from '../../system/accounts/folder-programs.ts';
import type { ClaudeFacts } from './look.ts';

/** Moves a user's file out of the way and keeps it, numbered when there are several. */
export function setAside(user: string, path: string, to: string, purpose: string): Command {
  return command(['mv', '--backup=numbered', '-T', '--', path, to], purpose, {
    timeoutMs: 10_000,
    user,
    effects: replaces(path, foundAs('a sign-in to Claude')),
  });
}

/** Sets the sign-in to Claude aside as its owner; a folder that this user cannot write is given back first. */
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
