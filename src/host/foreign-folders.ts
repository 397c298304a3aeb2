import { posix } from 'node:path';
import { reveal, type SecretText } from '../secret/secret.ts';
import type { Argv } from './host.ts';

/**
 * Below a folder that another user can write, root does nothing by path: between two looks at a path that user can put a
 * link to anywhere instead of a folder in it. What must be done there is done as that user, or by a program that
 * works from a descriptor. This says whether a command keeps to that; tests and the rehearsal refuse one that does not.
 */
export interface Carried {
  readonly argv: Argv;
  /** As whom; undefined: root. */
  readonly user?: string | undefined;
  readonly cwd?: string | undefined;
  /** What it gets on stdin: a program, often. */
  readonly input?: SecretText | undefined;
}

/** Programs of templates/ that may be given such paths, by the name in their heading, each with the reason. */
export const ALLOWED: Readonly<Record<string, string>> = {
  'folders/give-back': 'walks from a descriptor, follows no link, and changes owners through descriptors',
  'folders/remove':
    'walks from a descriptor, follows no link, and removes names in folders that it holds open',
  'folders/measure': 'walks from a descriptor, follows no link, and opens no file',
  backup: 'opens everything below a folder that it holds, component by component',
  restore: 'opens everything below a folder that it holds, component by component',
  'paperclip-data':
    'holds each entry before it judges or changes it, and copies as the user whose data it is',
  'wait-for-answer': 'looks at those files as the user whose folder it is',
};

/** What a folder is to root: whether another user can write in it. */
type IsForeign = (folder: string) => boolean;

/** The first path below a folder of another user that this command would have root use; undefined when there is none. */
export function foreignPath(command: Carried, isForeign: IsForeign): string | undefined {
  const { argv, user, cwd, input } = command;
  if ((user !== undefined && user !== 'root') || givesUpRoot(argv)) return undefined;
  const program = posix.basename(argv[0]);
  // With the rights of a number that may have no name: runuser knows only names.
  if (program === 'setpriv' && argv.some((word) => /^--reuid=[1-9]\d*$/.test(word))) return undefined;
  const text = input === undefined ? '' : reveal(input);
  const name = /^# otto-install: (\S+)/m.exec(text)?.[1];
  if (name !== undefined && Object.hasOwn(ALLOWED, name)) return undefined;
  const deep = isDeep(program, argv.slice(1));
  const isBelow = (path: string): boolean =>
    above(path).some(isForeign) || (deep && isForeign(posix.normalize(path)));
  // In a container its paths are others.
  const mentioned = program === 'docker' ? [] : pathsIn(text);
  const folder = cwd === undefined ? [] : [`${cwd}/.`];
  return [...folder, ...operands(argv), ...mentioned].find(isBelow);
}

/** Begins as root only to go on as a user that needs no account. */
function givesUpRoot([program, ...words]: Argv): boolean {
  const number = (name: string) =>
    words.map((word) => new RegExp(`^--${name}=([1-9]\\d*)$`).exec(word)).some((found) => found !== null);
  const limits = words.slice(0, words.indexOf('--'));
  return (
    posix.basename(program) === 'setpriv' &&
    number('reuid') &&
    number('regid') &&
    limits.includes('--clear-groups')
  );
}

/** Commands that go into a folder that they are given by path. Those of GNU that only look (du, find) or remove (rm) do so from descriptors. */
function isDeep(program: string, words: readonly string[]): boolean {
  const recursive = words.some((word) => word === '--recursive' || /^-\w*[raR]/.test(word));
  return (
    (['cp', 'chown', 'chmod', 'chgrp'].includes(program) && recursive) ||
    ['tar', 'rsync', 'sh', 'bash', 'python3'].includes(program)
  );
}

/** find's own patterns are compared with paths, not used as such. */
const PATTERNS = ['-lname', '-path', '-name', '-ipath', '-iname', '-regex'];

function operands([program, ...words]: Argv): readonly string[] {
  const found = words.flatMap((word, index) => {
    if (PATTERNS.includes(words[index - 1] ?? '')) return [];
    const path = /^(?:-[\w-]*=)?(\/[^:]*)/.exec(word)?.[1];
    return path === undefined ? [] : [path];
  });
  return program.startsWith('/') ? [program, ...found] : found;
}

const pathsIn = (text: string): readonly string[] => text.match(/\/[\w.-]+(?:\/[\w.@%+-]+)+/g) ?? [];

/** The folders above a path, without the path itself. */
function above(path: string): readonly string[] {
  const parts = posix.normalize(path).split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
