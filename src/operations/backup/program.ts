import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Argv } from '../../host/host.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import { ownVersion } from '../../system/own-version.ts';
import { makeProgram, NIGHTLY_PRIVATE } from '../../tasks/nightly-backup/program.ts';
import { backupParts } from './parts.ts';

/** Where backups are, when nothing else is said. */
export const BACKUP_FOLDER = '/var/backups/otto-install';

/** How the last backup went, for `status`: {at, daily, ok, archive?, bytes?, damaged?, elsewhere?, seconds, error?}. */
export const LAST_BACKUP = `${STATE_DIR}/backup-last.json`;

/** How the program ends when the backup was made, and something in it was damaged before. */
export const WITH_DAMAGE = 3;

/** What the daily backups wrote, so that they remove nothing else. */
const WRITTEN_BACKUPS = `${STATE_DIR}/backups-written.json`;

/** What is to be backed up, and how. */
export interface BackupWish {
  readonly folder: string;
  /** The archive's path; undefined: named when it is made. */
  readonly file: string | undefined;
  readonly encrypt: boolean;
  /** For the program that runs every night: the file that holds it. */
  readonly passphraseFile?: string;
  readonly passphrase?: Secret;
  /** How many of its own are kept; undefined: all. */
  readonly keep?: number;
}

/** Runs a program that comes on stdin; `words` are its arguments. */
export const pythonHere = (...words: readonly string[]): Argv => ['python3', '-I', '-', ...words];

/** templates/backup/make.py, filled in. Holds the passphrase when the wish does. */
export function backupProgram(wish: BackupWish, answers: Answers): SecretText {
  const place = layout(answers);
  const config = {
    version: ownVersion(),
    domain: answers.domain,
    user: place.user,
    parts: backupParts(place),
    hermesCheckout: place.hermes.checkout,
    openWebuiData: place.openWebui.data,
    openWebuiContainer: place.openWebui.container,
    openWebuiUrl: `http://127.0.0.1:${place.openWebui.port}`,
    paperclipContainer: place.paperclip.container,
    stateFolder: place.state,
    last: LAST_BACKUP,
    written: WRITTEN_BACKUPS,
    folder: wish.folder,
    file: wish.file ?? null,
    encrypt: wish.encrypt,
    passphraseFile: wish.passphraseFile ?? null,
    keep: wish.keep ?? null,
    daily: wish.keep !== undefined,
    private: NIGHTLY_PRIVATE,
  };
  return makeProgram(config, wish.passphrase);
}
