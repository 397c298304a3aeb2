import type { Command, KnownFailure } from '../../engine/contracts/action.ts';
import { type CommandOptions, command } from '../../engine/contracts/command.ts';
import type { Argv } from '../../host/host.ts';

/** Reads `id -Gn NAME`. */
export function parseGroups(output: string): readonly string[] {
  return output.split(/\s+/).filter((group) => group !== '');
}

/** passwd(1) -S: P has a password, L is locked, NP has an empty one. */
export type PasswordState = 'set' | 'locked' | 'empty' | 'unknown';

/** Reads `passwd -S NAME`: 'cleo L 2026-11-22 0 99999 7 -1'. */
export function parsePasswordState(output: string): PasswordState {
  const states: Readonly<Record<string, PasswordState>> = {
    P: 'set',
    PS: 'set',
    L: 'locked',
    LK: 'locked',
    NP: 'empty',
  };
  return states[output.trim().split(/\s+/)[1] ?? ''] ?? 'unknown';
}

/** Creates a user with a home and bash; its password is locked, so nobody logs in with one. useradd(8) */
export function addUser(name: string, groupExists: boolean): Argv {
  return [
    'useradd',
    '--create-home',
    '--shell',
    '/bin/bash',
    '--comment',
    'Otto',
    ...(groupExists ? ['--gid', name] : ['--user-group']),
    name,
  ];
}

/** Shells that end at once, so that `su - NAME` is refused. */
export function refusesLogin(shell: string): boolean {
  return /\/(nologin|false|sync|halt|shutdown)$/.test(shell);
}

/** Whether `sudo -l -U NAME` says that the user may run anything. Exit code 0 either way. */
export function maySudo(output: string): boolean {
  return /may run the following commands/.test(output);
}

/** A command about an account, or a folder of one. */
export const accountCommand = (argv: Argv, purpose: string, options: CommandOptions = {}): Command =>
  command(argv, purpose, { knownFailures: ACCOUNT_FAILURES, ...options });

/** The ways in which useradd, usermod, groupadd and passwd are known to fail. */
const ACCOUNT_FAILURES: readonly KnownFailure[] = [
  {
    pattern: 'cannot lock /etc/(passwd|group|shadow|gshadow|subuid|subgid)',
    reason: 'Another program is changing the users of this machine right now.',
    next: 'Look again in a few seconds. If it stays and no such program is running, remove the .lock file that the line names.',
  },
  {
    pattern: 'is currently used by process',
    reason: 'Something still runs as that user.',
    next: 'The line above names the process. End it, then look again.',
  },
  {
    pattern: 'already exists',
    reason: 'A user, group or folder with this name already exists.',
    next: 'Look again: otto-install then checks what is there.',
  },
];
