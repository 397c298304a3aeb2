import { stamp } from '../../text/time.ts';
import { BACKUP_FOLDER } from '../backup/program.ts';
import type { Asked, Given } from '../otto-operation.ts';
import type { DataFolder, PlacedFile, Remains } from './facts.ts';

/** What should go, in addition to what is certainly ours. */
export interface Choice {
  /** Files of ours that were edited by hand. */
  readonly edited: boolean;
  /** What people put into Otto; never unless it was confirmed twice. */
  readonly data: boolean;
  /** Where a last backup goes before the data does; undefined: none is made. */
  readonly backup: string | undefined;
  readonly certificate: boolean;
  readonly user: boolean;
}

const YES = 'remove';
const NO = 'keep';

/** Pure. Edited files and the data are asked about; the rest only once the data goes. */
export function ask(facts: Remains, given: Given): Asked<Choice> {
  const edited = editedFiles(facts);
  if (edited.length > 0 && !answered(given.edited))
    return keepOrRemove(
      'edited',
      `Written by otto-install and edited by hand since: ${edited.map(({ path }) => path).join(', ')}. Should it stay?`,
      ['Keep it', 'It stays as it is, and may refer to things that are gone.'],
      ['Remove it', 'The changes are lost.'],
    );
  const data = removableData(facts);
  if (data.length > 0 && !answered(given.data))
    return keepOrRemove(
      'data',
      'Should the data stay?',
      ['Keep all data', `${paths(data)} stay, and \`otto-install\` sets Otto up with them again.`],
      [
        'Remove the data, too',
        `${data.map(({ what }) => what).join('; ')}. Only a backup can bring it back.`,
      ],
    );
  const choice: Choice = {
    edited: given.edited === YES,
    // A request to remove what is not ours is refused, not silently ignored.
    data: given.data === YES && facts.data.length > 0,
    backup:
      given.data === YES && data.length > 0 && given.backup !== 'no'
        ? `${BACKUP_FOLDER}/otto-${facts.domain}-${stamp(facts.nowMs)}.tar.gz`
        : undefined,
    certificate: given.certificate === YES && mayForgetCertificate(facts),
    user: given.user === YES && given.data === YES && mayRemoveUser(facts),
  };
  if (!choice.data || data.length === 0) return { choice };
  if (given.backup !== 'yes' && given.backup !== 'no')
    return {
      ask: {
        kind: 'choose',
        id: 'backup',
        question: 'Should otto-install make a last backup first?',
        unasked: 'yes',
        options: [
          { value: 'yes', label: 'Yes', note: `One archive of everything in ${BACKUP_FOLDER}, which stays.` },
          { value: 'no', label: 'No', note: 'Whatever is not backed up elsewhere is gone for good.' },
        ],
      },
    };
  if (mayForgetCertificate(facts) && !answered(given.certificate))
    return keepOrRemove(
      'certificate',
      `Should the certificate for ${facts.domain} stay?`,
      ['Keep it', 'Let’s Encrypt issues only five a week for the same domain.'],
      ['Remove it', 'A new Otto needs a new one.'],
    );
  if (mayRemoveUser(facts) && !answered(given.user))
    return keepOrRemove(
      'user',
      `Should the user ${facts.user?.name} stay?`,
      ['Keep it', 'Its home stays, without Otto’s data.'],
      ['Remove it', `${facts.user?.home} goes with it; it holds nothing but Otto.`],
    );
  if (given.confirm !== facts.domain)
    return {
      ask: {
        kind: 'text',
        id: 'confirm',
        question: `${paths(data)} will be deleted for good. To agree, type the domain: ${facts.domain}`,
        problem: (value) => (value === facts.domain ? undefined : `That is not ${facts.domain}.`),
      },
    };
  return { choice };
}

const answered = (value: Given[string]): boolean => value === YES || value === NO;

function keepOrRemove(
  id: string,
  question: string,
  [keep, kept]: readonly [string, string],
  [remove, removed]: readonly [string, string],
): Asked<Choice> {
  return {
    ask: {
      kind: 'choose',
      id,
      question,
      // Nobody is there to be asked: what can be removed later is kept.
      unasked: NO,
      options: [
        { value: NO, label: keep, note: kept },
        { value: YES, label: remove, note: removed },
      ],
    },
  };
}

const paths = (data: readonly DataFolder[]): string => data.map(({ path }) => path).join(', ');

/** All files that make up the service, not its data. */
export function serviceFiles({ nginx, units, helpers }: Remains): readonly PlacedFile[] {
  return [...nginx.sites, ...units, ...helpers];
}

function editedFiles(facts: Remains): readonly PlacedFile[] {
  return serviceFiles(facts).filter(({ whose }) => whose === 'edited');
}

/** The data that we may remove and that nobody uses once the rest is gone. */
export function removableData({ data }: Remains): readonly DataFolder[] {
  return data.filter(({ stays }) => stays === undefined);
}

export function mayForgetCertificate({ certificate }: Remains): boolean {
  return certificate?.made === true && certificate.usedBy.length === 0;
}

/**
 * The account that Paperclip runs as goes only together with what belongs to it: later its number may be given to somebody else, who
 * could then read what is left. And only when we made it.
 */
export function removesAccount(facts: Remains, choice: Choice): boolean {
  const { account, data } = facts;
  const staying = data.some((one) => one.owner === account?.name && one.stays !== undefined);
  return choice.data && account?.made === true && !staying;
}

/** Only a user that we made, and in whose home is nothing that is not Otto's. */
export function mayRemoveUser({ user, data }: Remains): boolean {
  const staying = data.some(({ path, stays }) => stays !== undefined && path.startsWith(`${user?.home}/`));
  return user?.made === true && user.besides.length === 0 && !staying;
}
