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
    'A backup is restored whole or not at all. Fetch the archive again from where it was copied to, or take an older one.',
  'wrong-passphrase':
    'It is the one that was typed when the backup was made, or stands in the file that the nightly backup uses.',
  'passphrase-needed': 'Give it with --passphrase-file FILE, or type it when you are asked.',
  foreign: 'Only what `otto-install backup` wrote can be restored: it says itself which files belong where.',
  newer: 'Update otto-install, then restore.',
  suspicious:
    'An archive that otto-install wrote holds no such thing, so somebody changed this one. Restoring it as root could give this machine away.',
  exposed:
    'An archive says what root puts where, so whoever can change it can become root. Copy it again from where it was kept into a folder that only root can write, such as /root, as root.',
  'no-file':
    'An archive is a file that can be read twice: once to look at it as a whole, and once to restore it. Save it into a folder that only root can write, such as /root, and name it there.',
  unreadable: 'Name the archive by its whole path: --from /var/backups/otto-install/otto-….tar.gz',
  'no-gpg': 'gpg opens archives that are locked with a passphrase. `apt-get install gpg` brings it.',
  'no-room': 'The databases in the archive are unpacked and checked first. Make room on the disk.',
};

function badArchive(archive: BadArchive | undefined, { from }: RestoreChoice): Why {
  const kind = archive?.kind ?? 'unreadable';
  const words = archive?.words ?? '';
  return {
    code: kind in ADVICE ? `restore-archive-${kind}` : 'restore-archive-unread',
    saw: words === '' ? `${from} could not be read.` : words,
    because: `${ADVICE[kind] ?? 'The program that reads archives did not come to its end.'} Nothing was changed.`,
  };
}

/** Pure. Also asked where there is no Otto yet. `accounts`: of Open WebUI, as the archive says. */
export function nobodys({ accounts }: Pick<Archive, 'accounts'>): Why | undefined {
  if (accounts > 0) return undefined;
  return {
    code: 'restore-nobodys',
    saw: 'The Open WebUI in this backup has no account.',
    because:
      'Restored, the first person to reach it would become its administrator, whoever that is; and there is nothing in it that anybody could sign in to. `otto-install` sets up an Otto with an administrator.',
  };
}

function otherOtto(archive: Archive, { domain, user }: RestoreFacts): Why | undefined {
  if (archive.domain !== domain)
    return {
      code: 'restore-other-domain',
      saw: `This is a backup of ${archive.domain}; the Otto here is ${domain}.`,
      because:
        'Its keys, certificate and addresses belong to that name. Restore it on a machine of that name, or on a fresh one.',
    };
  if (archive.user !== user)
    return {
      code: 'restore-other-user',
      saw: `In this backup Otto belongs to the user ${archive.user}; here it belongs to ${user}.`,
      because: `Its files lie in that user's folders. Restore it on a fresh machine, where ${archive.user} is made.`,
    };
  return undefined;
}

function notNow(archive: Archive, facts: RestoreFacts): Why | undefined {
  const { openWebui, revisions, version } = facts;
  if (openWebui === undefined)
    return {
      code: 'restore-no-container',
      saw: 'There is no container named open-webui.',
      because: '`otto-install` makes it; then restore. What is restored is its data.',
    };
  const { revision } = archive.openWebui;
  if (revision !== '' && revisions !== undefined && !revisions.includes(revision))
    return {
      code: 'restore-newer-database',
      saw: `The database in the backup was made by Open WebUI ${archive.openWebui.version || 'of a newer release'}; ${version === '' ? 'the one here' : version} does not know its form.`,
      because: `Older releases die of a database that a newer one has changed. First: otto-install update open-webui${archive.openWebui.version === '' ? '' : ` --version v${archive.openWebui.version}`}. Then restore.`,
    };
  if (archive.free < archive.needed)
    return {
      code: 'restore-disk-full',
      saw: `${megabytes(archive.free)} are free on the disk; ${megabytes(archive.needed)} are needed.`,
      because:
        'The backup is unpacked beside what is here, and what is here is kept until everything is verified. Make room first: docker image prune, journalctl --vacuum-size=200M.',
    };
  return undefined;
}

/** Pure. What is replaced, what is lost, and for how long nobody can chat. */
export function consequenceOf({ archive }: RestoreFacts, choice: RestoreChoice): string | undefined {
  if (archive === undefined || !archive.ok) return undefined;
  const { present, accounts, chats } = archive;
  const lost =
    present === undefined
      ? 'What is here now cannot be read, so what is lost cannot be counted.'
      : `Lost is what was written since${choice.before === undefined ? ', for good' : `; it is kept in ${choice.before}`}.`;
  return `Everything becomes as it was on ${dateOf(archive)}: ${count(accounts, 'account')}, ${count(chats, 'chat')}, keys and configuration. ${lost} Nobody can chat for about a minute.`;
}

/** Pure. How much that is at this moment. */
export function lossOf({ archive }: RestoreFacts): string | undefined {
  if (archive === undefined || !archive.ok || archive.present === undefined) return undefined;
  const { newChats, newAccounts } = archive.present;
  const parts = [
    ...(newChats > 0 ? [`${count(newChats, 'chat')} begun or continued`] : []),
    ...(newAccounts > 0 ? [`${count(newAccounts, 'account')} made`] : []),
  ];
  return parts.length === 0 ? undefined : `Since then: ${parts.join(', ')}.`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
