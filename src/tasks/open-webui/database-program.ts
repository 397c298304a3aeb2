import type { SecretText } from '../../engine/secret.ts';
import { template } from '../../templates.ts';

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
