import { Secret } from '../../secret/secret.ts';
import { stamp } from '../../text/time.ts';
import type { Ask, Asked, Given } from '../otto-operation.ts';
import { BACKUP_FOLDER, type BackupWish } from './program.ts';

/** What the operator chose. */
export type BackupChoice =
  | { readonly kind: 'now'; readonly wish: BackupWish & { readonly file: string } }
  | { readonly kind: 'daily'; readonly wish: BackupWish & { readonly keep: number } }
  | { readonly kind: 'end-daily' };

/** What the questions depend on. */
export interface BackupAsking {
  readonly domain: string;
  readonly nowMs: number;
  /** A backup is made every night already. */
  readonly daily: boolean;
}

/** Pure. The next question, or the choice that the answers make. */
export function askBackup(facts: BackupAsking, given: Given): Asked<BackupChoice> {
  const { daily } = given;
  const kinds = facts.daily ? ['now', 'yes', 'no'] : ['now', 'yes'];
  const told = given.to !== undefined || given.encrypt !== undefined || given.passphrase !== undefined;
  const kind =
    typeof daily === 'string' && (kinds.includes(daily) || daily === 'no')
      ? daily
      : told
        ? 'now'
        : given.keep === undefined
          ? undefined
          : 'yes';
  if (kind === undefined) return { ask: when(facts) };
  if (kind === 'no') return { choice: { kind: 'end-daily' } };

  const { encrypt = given.passphrase instanceof Secret ? 'yes' : undefined } = given;
  if (encrypt !== 'yes' && encrypt !== 'no') return { ask: ENCRYPT };
  const { passphrase } = given;
  if (encrypt === 'yes' && !usable(passphrase)) return { ask: PASSPHRASE };
  const locked = {
    encrypt: encrypt === 'yes',
    ...(encrypt === 'yes' && usable(passphrase) && { passphrase }),
  };
  if (kind === 'now')
    return { choice: { kind: 'now', wish: { ...placeOf(facts, given, locked.encrypt), ...locked } } };
  const keep =
    typeof given.keep === 'string' && /^[1-9]\d{0,2}$/.test(given.keep) ? Number(given.keep) : undefined;
  if (keep === undefined) return { ask: KEEP };
  const folder = folderOf(given.to);
  return { choice: { kind: 'daily', wish: { folder, file: undefined, keep, ...locked } } };
}

/** A name that ends as archives do is a file; everything else is a folder. */
const isFile = (path: string) => /\.tar\.gz(\.gpg)?$/.test(path);

function folderOf(to: Given[string]): string {
  if (typeof to !== 'string' || !to.startsWith('/')) return BACKUP_FOLDER;
  const folder = isFile(to) ? to.slice(0, to.lastIndexOf('/')) : to.replace(/\/+$/, '');
  return folder === '' ? '/' : folder;
}

function placeOf({ domain, nowMs }: BackupAsking, { to }: Given, encrypt: boolean) {
  const folder = folderOf(to);
  const name = `otto-${domain}-${stamp(nowMs)}.tar.gz${encrypt ? '.gpg' : ''}`;
  return {
    folder,
    file:
      typeof to === 'string' && to.startsWith('/') && isFile(to)
        ? to
        : `${folder.replace(/\/$/, '')}/${name}`,
  };
}

function usable(passphrase: Given[string]): passphrase is Secret {
  return passphrase instanceof Secret && passphraseProblem(passphrase.reveal()) === undefined;
}

/** What is wrong with a passphrase; undefined when it can be used. */
function passphraseProblem(value: string): string | undefined {
  if (/[\r\n]/.test(value)) return 'A passphrase is one line.';
  return value.length < 8
    ? 'At least 8 characters: whoever has the archive can try as often as they like.'
    : undefined;
}

function when({ daily }: BackupAsking): Ask {
  return {
    kind: 'choose',
    id: 'daily',
    question: daily
      ? 'A backup is made every night. What would you like to change?'
      : 'When should otto-install make a backup?',
    unasked: 'now',
    options: [
      { value: 'now', label: 'Now', note: `One archive in ${BACKUP_FOLDER}.` },
      {
        value: 'yes',
        label: daily ? 'Set up the nightly backup again' : 'Every night',
        note: 'A systemd timer starts it; the newest few are kept.',
      },
      ...(daily
        ? [{ value: 'no', label: 'Turn off the nightly backup', note: 'Existing backups stay.' }]
        : []),
    ],
  };
}

const ENCRYPT: Ask = {
  kind: 'choose',
  id: 'encrypt',
  question: 'Should the archive be locked with a passphrase?',
  unasked: 'no',
  options: [
    { value: 'no', label: 'No', note: 'Only root can read it here. It holds every key and password hash.' },
    { value: 'yes', label: 'Yes, with gpg', note: 'Without the passphrase nobody can ever restore it.' },
  ],
};

const PASSPHRASE: Ask = {
  kind: 'secret',
  id: 'passphrase',
  question: 'Which passphrase should lock it?',
  problem: passphraseProblem,
};

const KEEP: Ask = {
  kind: 'choose',
  id: 'keep',
  question: 'How many should be kept?',
  unasked: '7',
  options: [
    { value: '7', label: 'The newest 7' },
    { value: '14', label: 'The newest 14' },
    { value: '30', label: 'The newest 30' },
  ],
};
