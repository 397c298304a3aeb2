import type { Finding } from '../../engine/contracts/task.ts';
import { judgeApt } from '../../tasks/apt-state.ts';
import { megabytes } from '../backup/survey.ts';
import { type Archive, type BadArchive, dateOf } from './archive.ts';
import type { RestoreChoice, RestoreFacts } from './facts.ts';

type Why = Pick<Finding, 'code' | 'saw' | 'because'>;

/** Pure. Why this backup must not be restored here; empty when it may. Nothing was touched until then. */
export function refusesRestore(facts: RestoreFacts, choice: RestoreChoice): readonly Finding[] {
  const { archive } = facts;
  const why =
    archive === undefined || !archive.ok
      ? badArchive(archive, choice)
      : (nobodys(archive) ?? otherOtto(archive, facts) ?? notNow(archive, facts));
  if (why !== undefined) return [{ severity: 'blocked', fixes: [], ...why }];
  return choice.before?.endsWith('.gpg') === true && facts.apt !== undefined ? judgeApt(facts.apt) : [];
}

const ADVICE: Readonly<Record<string, string>> = {
  damaged:
    'otto-install restores a backup completely or not at all. Fetch the archive again from where you copied it to, or use an older one.',
  'wrong-passphrase':
    'It is the passphrase that was typed when the backup was made, or the one in the file that the nightly backup uses.',
  'passphrase-needed': 'Give it with --passphrase-file FILE, or type it when you are asked.',
  foreign:
    'Only what `otto-install backup` wrote can be restored: such an archive says which files belong where.',
  newer: 'Update otto-install, then restore.',
  suspicious:
    'otto-install never writes such a thing into an archive, so somebody changed this one. Restoring it as root could hand over this machine.',
  exposed:
    'An archive tells root what to write where, so whoever can change it can become root. As root, copy it again from where it was kept into a folder that only root can write, such as /root.',
  'no-file':
    'otto-install reads an archive twice: once to check it and once to restore it. Save it as a file in a folder that only root can write, such as /root, and name that file.',
  unreadable: 'Give the full path of the archive: --from /var/backups/otto-install/otto-….tar.gz',
  'no-gpg': 'gpg opens archives that are locked with a passphrase. Install it: `apt-get install gpg`.',
  'no-room': 'The databases in the archive are unpacked and checked first. Free some disk space.',
};

function badArchive(archive: BadArchive | undefined, { from }: RestoreChoice): Why {
  const kind = archive?.kind ?? 'unreadable';
  const words = archive?.words ?? '';
  return {
    code: kind in ADVICE ? `restore-archive-${kind}` : 'restore-archive-unread',
    saw: words === '' ? `${from} could not be read.` : words,
    because: `${ADVICE[kind] ?? 'The program that reads archives did not finish.'} Nothing was changed.`,
  };
}

/** Pure. Also asked where there is no Otto yet. `accounts`: of Open WebUI, as the archive says. */
export function nobodys({ accounts }: Pick<Archive, 'accounts'>): Why | undefined {
  if (accounts > 0) return undefined;
  return {
    code: 'restore-nobodys',
    saw: 'The Open WebUI in this backup has no account.',
    because:
      'If it were restored, the first visitor would become its administrator, whoever that is. Run `otto-install` to set up an Otto with an administrator instead.',
  };
}

function otherOtto(archive: Archive, { domain, user }: RestoreFacts): Why | undefined {
  if (archive.domain !== domain)
    return {
      code: 'restore-other-domain',
      saw: `This is a backup of ${archive.domain}; the Otto here is ${domain}.`,
      because:
        'Its keys, certificate and addresses belong to that domain. Restore it on the machine with that domain, or on a fresh one.',
    };
  if (archive.user !== user)
    return {
      code: 'restore-other-user',
      saw: `In this backup Otto belongs to the user ${archive.user}; here it belongs to ${user}.`,
      because: `Its files are in that user's folders. Restore it on a fresh machine, where otto-install creates ${archive.user}.`,
    };
  return undefined;
}

function notNow(archive: Archive, facts: RestoreFacts): Why | undefined {
  const { openWebui, revisions, version } = facts;
  if (openWebui === undefined)
    return {
      code: 'restore-no-container',
      saw: 'There is no container named open-webui.',
      because:
        'Run `otto-install` to recreate the container; then restore. A restore brings back its data only.',
    };
  const { revision } = archive.openWebui;
  if (revision !== '' && revisions !== undefined && !revisions.includes(revision))
    return {
      code: 'restore-newer-database',
      saw: `The database in the backup was made by Open WebUI ${archive.openWebui.version || 'of a newer release'}; ${version === '' ? 'the one here' : version} cannot read it.`,
      because: `Older releases crash on a database that a newer one has changed. First: otto-install update open-webui${archive.openWebui.version === '' ? '' : ` --version v${archive.openWebui.version}`}. Then restore.`,
    };
  if (archive.free < archive.needed)
    return {
      code: 'restore-disk-full',
      saw: `The disk has ${megabytes(archive.free)} free; restoring needs ${megabytes(archive.needed)}.`,
      because:
        'The backup is unpacked next to what is here, and what is here is kept until everything is verified. Free some space first: docker image prune, journalctl --vacuum-size=200M.',
    };
  return undefined;
}

/** Pure. What is replaced, what is lost, and for how long nobody can chat. */
export function consequenceOf({ archive }: RestoreFacts, choice: RestoreChoice): string | undefined {
  if (archive === undefined || !archive.ok) return undefined;
  const { present, accounts, chats } = archive;
  const lost =
    present === undefined
      ? 'What is here now cannot be read, so otto-install cannot count what will be lost.'
      : `Everything written since then is ${choice.before === undefined ? 'lost for good' : 'removed'}${lossOf(present)}${choice.before === undefined ? '' : `; a backup in ${choice.before} keeps it`}.`;
  return `Nobody can chat for about a minute. Everything goes back to how it was on ${dateOf(archive)}: ${count(accounts, 'account')}, ${count(chats, 'chat')}, keys and configuration. ${lost}`;
}

function lossOf({ newChats, newAccounts }: NonNullable<Archive['present']>): string {
  const parts = [
    ...(newChats > 0 ? [`${count(newChats, 'chat')} begun or continued`] : []),
    ...(newAccounts > 0 ? [`${count(newAccounts, 'account')} made`] : []),
  ];
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
