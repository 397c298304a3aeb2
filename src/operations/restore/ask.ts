import { Secret } from '../../secret/secret.ts';
import { stamp } from '../../text/time.ts';
import { BACKUP_FOLDER } from '../backup/program.ts';
import { megabytes } from '../backup/survey.ts';
import type { Ask, Asked, Given } from '../otto-operation.ts';
import type { FoundBackup, RestoreChoice, RestoreFacts } from './facts.ts';

/** Pure. The next question of a restore, or the choice that the answers make. */
export function askRestore(
  facts: Pick<RestoreFacts, 'backups' | 'canBackUp' | 'domain' | 'nowMs'>,
  given: Given,
): Asked<RestoreChoice> {
  const archive = askArchive(facts.backups, given);
  if ('ask' in archive) return archive;
  const { from, passphrase } = archive.choice;
  const locked = passphrase === undefined ? {} : { passphrase };
  if (!facts.canBackUp) return { choice: { from, ...locked } };
  const { backupFirst } = given;
  if (backupFirst !== 'yes' && backupFirst !== 'no') return { ask: BACKUP_FIRST };
  const name = `otto-${facts.domain}-${stamp(facts.nowMs)}-before-restore.tar.gz`;
  return {
    choice: {
      from,
      ...locked,
      ...(backupFirst === 'yes' && {
        before: `${BACKUP_FOLDER}/${name}${passphrase === undefined ? '' : '.gpg'}`,
      }),
    },
  };
}

/** Pure. Which archive, and what opens it: also asked where there is no Otto yet. */
export function askArchive(
  backups: readonly FoundBackup[],
  given: Given,
): Asked<{ readonly from: string; readonly passphrase?: Secret }> {
  const from = typeof given.from === 'string' ? pathOf(given.from, backups) : undefined;
  if (from === undefined) return { ask: backups.length === 0 ? PATH : whichOf(backups) };
  const passphrase = given.passphrase instanceof Secret ? given.passphrase : undefined;
  if (passphrase === undefined && from.endsWith('.gpg')) return { ask: PASSPHRASE };
  return { choice: { from, passphrase } };
}

/** A whole path, or the name of one of the backups in the usual folder. */
function pathOf(given: string, backups: readonly FoundBackup[]): string | undefined {
  if (pathProblem(given) === undefined) return given;
  return backups.find(({ path }) => path.slice(path.lastIndexOf('/') + 1) === given)?.path;
}

/** What is wrong with an archive's path; undefined when it may be one. */
function pathProblem(value: string): string | undefined {
  return value.startsWith('/') ? undefined : 'Give the full path: /root/otto-….tar.gz';
}

const PATH: Ask = {
  kind: 'text',
  id: 'from',
  question: 'Where is the archive of the backup?',
  problem: pathProblem,
};

function whichOf(backups: readonly FoundBackup[]): Ask {
  return {
    kind: 'choose',
    id: 'from',
    question: 'Which backup should be restored?',
    options: backups.slice(0, 20).map(({ path, bytes }) => ({
      value: path,
      label: path.slice(path.lastIndexOf('/') + 1),
      note: megabytes(bytes),
    })),
  };
}

const PASSPHRASE: Ask = {
  kind: 'secret',
  id: 'passphrase',
  question: 'What is the passphrase of this archive?',
  problem: (value) => (value === '' ? 'The archive is locked with one.' : undefined),
};

const BACKUP_FIRST: Ask = {
  kind: 'choose',
  id: 'backupFirst',
  question: 'Should otto-install first back up what is here now?',
  unasked: 'yes',
  options: [
    {
      value: 'yes',
      label: 'Yes',
      note: 'It takes a few seconds, and lets you go back if this was the wrong backup.',
    },
    { value: 'no', label: 'No', note: 'Everything written since the backup is then gone for good.' },
  ],
};
