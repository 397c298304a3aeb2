import { judgeApt } from '../../tasks/apt-state.ts';
import { found } from '../../tasks/finding.ts';
import { ofAnotherUser } from '../../tasks/hermes-code/running-elsewhere.ts';
import { hasOtherDatabase } from '../../tasks/open-webui/creation-spec.ts';
import { megabytes } from '../backup/survey.ts';
import { type Archive, type BadArchive, dateOf } from './archive.ts';
import type { RestoreChoice, RestoreFacts } from './facts.ts';
import { ARCHIVE_PROBLEMS, FINDINGS, type Finding } from './findings.ts';

/** Pure. Why this backup must not be restored here; empty when it may. Nothing was touched until then. */
export function refusesRestore(facts: RestoreFacts, choice: RestoreChoice): readonly Finding[] {
  const { archive } = facts;
  const why =
    archive === undefined || !archive.ok
      ? badArchive(archive, choice)
      : (nobodys(archive) ?? otherOtto(archive, facts) ?? notNow(archive, facts));
  if (why !== undefined) return [why];
  const apt =
    choice.before?.endsWith('.gpg') === true && facts.apt !== undefined ? judgeApt(facts.apt) : undefined;
  if (apt === undefined) return [];
  return [
    'busy' in apt
      ? found(FINDINGS['restore-apt-busy'], apt.busy)
      : found(FINDINGS['restore-dpkg-interrupted'], apt.interrupted),
  ];
}

function badArchive(archive: BadArchive | undefined, { from }: RestoreChoice): Finding {
  const kind = ARCHIVE_PROBLEMS.find((one) => one === (archive?.kind ?? 'unreadable')) ?? 'unread';
  const words = archive?.words ?? '';
  return found(FINDINGS[`restore-archive-${kind}`], {
    evidence: words === '' ? `${from} could not be read.` : words,
  });
}

/** Pure. Also asked where there is no Otto yet. `accounts`: of Open WebUI, as the archive says. */
export function nobodys({ accounts }: Pick<Archive, 'accounts'>): Finding | undefined {
  if (accounts > 0) return undefined;
  return found(FINDINGS['restore-nobodys'], { evidence: 'The Open WebUI in this backup has no account.' });
}

function otherOtto(archive: Archive, { domain, user }: RestoreFacts): Finding | undefined {
  if (archive.domain !== domain)
    return found(FINDINGS['restore-other-domain'], {
      evidence: `This is a backup of ${archive.domain}; the Otto here is ${domain}.`,
    });
  if (archive.user !== user)
    return found(FINDINGS['restore-other-user'], {
      evidence: `In this backup Otto belongs to the user ${archive.user}; here it belongs to ${user}.`,
      values: { user: archive.user },
    });
  return undefined;
}

function notNow(archive: Archive, facts: RestoreFacts): Finding | undefined {
  const { openWebui, revisions, version } = facts;
  if (openWebui === undefined)
    return found(FINDINGS['restore-no-container'], { evidence: 'There is no container named open-webui.' });
  if (hasOtherDatabase(openWebui))
    return found(FINDINGS['restore-another-database'], {
      evidence:
        'Open WebUI does not keep its data in webui.db: DATABASE_URL in its environment says where it is.',
    });
  const { revision } = archive.openWebui;
  if (revision !== '' && revisions !== undefined && !revisions.includes(revision))
    return found(FINDINGS['restore-newer-database'], {
      evidence: `The database in the backup was made by Open WebUI ${archive.openWebui.version || 'of a newer release'}; ${version === '' ? 'the one here' : version} cannot read it.`,
      values: { version: archive.openWebui.version },
    });
  if (archive.free < archive.needed)
    return found(FINDINGS['restore-disk-full'], {
      evidence: `The disk has ${megabytes(archive.free)} free; restoring needs ${megabytes(archive.needed)}.`,
    });
  return undefined;
}

/** Pure. What is replaced, what is lost, and for how long nobody can chat. */
export function consequenceOf(
  { archive, elsewhere }: RestoreFacts,
  choice: RestoreChoice,
): string | undefined {
  if (archive === undefined || !archive.ok) return undefined;
  const { present, accounts, chats, lacks } = archive;
  const lost =
    present === undefined
      ? 'What is here now cannot be read, so otto-install cannot count what will be lost.'
      : choice.before === undefined
        ? 'Everything written since then is lost for good.'
        : `Everything written since then is removed; the backup in ${choice.before} keeps it.`;
  return `Nobody can chat for about a minute. Everything goes back to how it was on ${dateOf(archive)}: ${count(accounts, 'account')}, ${count(chats, 'chat')}, keys and configuration. ${lost}${lacks.length === 0 ? '' : ` This backup is not whole: ${lacks.join('; ')}`}${
    elsewhere === undefined
      ? ''
      : ` ${ofAnotherUser(elsewhere)} All of that stays there and is not used any more: the Hermes of the backup takes its place.`
  }`;
}

/** Pure. How much that is right now. */
export function lossOf({ archive }: RestoreFacts): string | undefined {
  if (archive === undefined || !archive.ok || archive.present === undefined) return undefined;
  const { newChats, newAccounts } = archive.present;
  const parts = [
    ...(newChats > 0 ? [`${count(newChats, 'chat')} started or continued`] : []),
    ...(newAccounts > 0 ? [`${count(newAccounts, 'account')} created`] : []),
  ];
  return parts.length === 0 ? undefined : `Since then: ${parts.join(', ')}.`;
}

export const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
