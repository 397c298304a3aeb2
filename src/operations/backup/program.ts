import type { Answers } from '../../answers.ts';
import type { Secret, SecretText } from '../../engine/secret.ts';
import type { Argv } from '../../host/host.ts';
import { ownVersion } from '../../own-version.ts';
import { pythonJson, pythonString } from '../../system/python-literal.ts';
import { layout } from '../../tasks/layout.ts';
import { template } from '../../templates.ts';
import { backupParts } from './parts.ts';

/** Where backups are, when nothing else is said. */
export const BACKUP_FOLDER = '/var/backups/otto-install';

/** How the last backup went, for `status`: {at, daily, ok, archive?, bytes?, seconds, error?}. */
export const LAST_BACKUP = '/var/lib/otto-install/backup-last.json';

/** What the daily backups wrote, so that they remove nothing else. */
const WRITTEN_BACKUPS = '/var/lib/otto-install/backups-written.json';

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

/** What the programs read as their secret; plain text where there is none, so that it can be kept for the way back. */
export function secretLiteral(passphrase: Secret | undefined): SecretText {
  return passphrase === undefined
    ? pythonString(JSON.stringify({ passphrase: '' }))
    : pythonJson({ passphrase });
}

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
    private: '.otto-install-backup-',
  };
  return makeProgram(config, wish.passphrase);
}

/** Files of templates/backup by name: the chapters of a program. */
export function pieces<Name extends string>(...names: readonly Name[]): Record<Name, SecretText> {
  const filled = names.map((name) => [name, template(`backup/${name}.py`, {})]);
  return Object.fromEntries(filled) as Record<Name, SecretText>;
}

/** How root learns what is in a database that others can write, without opening it. */
export const databases = (): SecretText =>
  template('backup/databases.py', {
    reader: pythonString(String(template('backup/database-reader.py', {}))),
  });

/** templates/backup/make.py with a configuration of its own. */
export function makeProgram(config: object, passphrase: Secret | undefined): SecretText {
  return template('backup/make.py', {
    ...pieces(
      'descriptors',
      'trees',
      'common',
      'archive',
      'collect',
      'copies',
      'versions',
      'write',
      'nightly',
    ),
    databases: databases(),
    config: pythonString(JSON.stringify(config)),
    secret: secretLiteral(passphrase),
  });
}
