import type { Secret, SecretText } from '../../secret/secret.ts';
import { pythonJson, pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';

/** What the programs read as their secret; plain text where there is none, so that it can be kept for the way back. */
export function secretLiteral(passphrase: Secret | undefined): SecretText {
  return passphrase === undefined
    ? pythonString(JSON.stringify({ passphrase: '' }))
    : pythonJson({ passphrase });
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
      'gaps',
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

/** The unit that runs the program of the night. */
export const nightlyUnit = (): SecretText =>
  template('backup/otto-install-backup.service', { program: NIGHTLY_PROGRAM });

/** The program that runs every night, with what it must know; root only. */
export const NIGHTLY_PROGRAM = '/usr/local/lib/otto-install/backup.py';
export const NIGHTLY_SERVICE = 'otto-install-backup.service';
/** How its copies of databases are called while they are read. */
export const NIGHTLY_PRIVATE = '.otto-install-backup-';
