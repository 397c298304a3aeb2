import { messageOf } from '../text/error-message.ts';
/** Nothing is there, or what it was about is gone: a process has ended between two looks into /proc. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ESRCH'].includes(codeOf(error) ?? '');
}

/** 'ENOENT' */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

export const WORDS = {
  EACCES: 'no permission',
  EPERM: 'not permitted',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a directory',
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'a part of its path is not a directory',
  EIO: 'the disk reports an input/output error',
  EAGAIN: 'another program keeps it from being opened',
  ELOOP: 'a link was put in its place at this moment',
} as const;

/** What an error of the file system means, in words. */
export function wordsFor(error: unknown): string {
  return knownWordsFor(error) ?? messageOf(error);
}

/** The same; undefined when it is no error of the file system that has words. */
export function knownWordsFor(error: unknown): string | undefined {
  return Object.entries(WORDS).find(([code]) => code === codeOf(error))?.[1];
}
