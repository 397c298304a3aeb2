import type { Account, Group } from '../../host/accounts.ts';
import type { Argv } from '../../host/host.ts';
import { refusesLogin } from './users.ts';

/** Who has which number on this machine, from all of its user databases (files, LDAP, systemd). */
export const LIST_USERS: Argv = ['getent', 'passwd'];
export const LIST_GROUPS: Argv = ['getent', 'group'];

/** An account that only holds a number, so that nobody else gets it: no password, no shell, no home. */
export interface SystemAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** False: the numbers are free ones, to be given to it. */
  readonly there: boolean;
  readonly groupThere: boolean;
  /** Why the account of this name is not such an account; '' when it is, or when it does not exist. */
  readonly unfit: string;
}

/** Debian's and Ubuntu's range for accounts of the system that are made later on (login.defs: SYS_UID_MIN, SYS_UID_MAX). */
const RANGE = { from: 100, to: 999 } as const;
/** The first number that a person gets, and the last (login.defs: UID_MIN, UID_MAX). */
const PEOPLE = { from: 1000, to: 60_000 } as const;

/**
 * Pure. The account of this name, or the numbers that it would get: `wanted`, which its files may have already, when nobody
 * has it; else the highest one that neither a user nor a group has.
 */
export function systemAccount(
  name: string,
  users: readonly Account[],
  groups: readonly Group[],
  wanted?: number,
): SystemAccount {
  const user = users.find((one) => one.name === name);
  const group = groups.find((one) => one.name === name);
  if (user !== undefined)
    return {
      name,
      uid: user.uid,
      gid: user.gid,
      there: true,
      groupThere: group !== undefined,
      unfit: unfit(user),
    };
  // Its own group may already exist: a run was interrupted between the two.
  const isFree = (id: number) =>
    !users.some(({ uid }) => uid === id) && !groups.some((one) => one.gid === id && one.name !== name);
  const range = Array.from({ length: RANGE.to - RANGE.from + 1 }, (_, index) => RANGE.to - index);
  const preferred = [group?.gid, wanted].find((id) => id !== undefined && range.includes(id) && isFree(id));
  const uid = preferred ?? range.find(isFree);
  return {
    name,
    uid: uid ?? RANGE.from,
    gid: group?.gid ?? uid ?? RANGE.from,
    there: false,
    groupThere: group !== undefined,
    unfit: '',
  };
}

function unfit({ uid, shell }: Account): string {
  if (uid === 0) return 'it is root under another name';
  if (uid >= PEOPLE.from) return `its number ${uid} is one of those for people`;
  return refusesLogin(shell) ? '' : `one can log in as it: its shell is ${shell}`;
}

/**
 * Creates the group and the account where they do not exist yet. Fails if somebody has got the number in the meantime.
 */
export function makeSystemAccount(
  { name, uid, gid, there, groupThere }: SystemAccount,
  comment: string,
): readonly Argv[] {
  return [
    ...(there || groupThere ? [] : [['groupadd', '--system', '--gid', String(gid), name] as const]),
    ...(there
      ? []
      : [
          [
            'useradd',
            '--system',
            '--uid',
            String(uid),
            '--gid',
            String(gid),
            '--no-create-home',
            '--home-dir',
            '/nonexistent',
            '--shell',
            '/usr/sbin/nologin',
            '--comment',
            comment,
            name,
          ] as const,
        ]),
  ];
}

/**
 * Pure. Who on this machine has a number, in words: 'cleo, as which Otto runs'; also the next person that is added, where nobody
 * has it yet. Undefined where that is nobody but `own`, and for root: who is root on this machine needs no container for it.
 */
export function whoElseHas(
  uid: number,
  users: readonly Account[],
  { deployUser, own }: { readonly deployUser: string; readonly own: string },
): string | undefined {
  if (uid === 0) return undefined;
  const holders = users.filter((user) => user.uid === uid);
  const deploy = holders.find(({ name }) => name === deployUser);
  const other = deploy ?? holders.find(({ name }) => name !== own);
  if (other !== undefined)
    return deploy === undefined ? other.name : `${other.name}, the user that Otto runs as`;
  if (holders.length > 0 || uid < PEOPLE.from || uid > PEOPLE.to) return undefined;
  return 'nobody yet, but the next user added to this machine may get it';
}
