import type { SecretText } from '../../secret/secret.ts';
import { pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';

/**
 * A program of templates/open-webui that changes Open WebUI's database, together with the one backup that all of them make
 * first. Python reads it on stdin.
 */
export function databaseProgram(
  name: 'change-settings' | 'change-accounts' | 'set-password' | 'backup-database',
  values: Readonly<Record<string, SecretText>>,
): SecretText {
  return template(`open-webui/${name}.py`, { backup: template('open-webui/backup.py', {}), ...values });
}

/** Restoring a database detects what people wrote in the meantime, and keeps it. */
const keepsWhatCameSince = (): SecretText => template('open-webui/since.py', {});

/** The program that puts the database back as a backup has it; `backup` is its path below the data folder. */
export function restoreDatabase(backup: string): SecretText {
  return template('open-webui/restore-database.py', {
    since: keepsWhatCameSince(),
    backup: pythonString(backup),
  });
}
