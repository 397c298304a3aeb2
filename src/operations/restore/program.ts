import { PASSWORD_FILE } from '../../answers/kept.ts';
import { layout } from '../../answers/layout.ts';
import type { Answers } from '../../answers/schema.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import type { Secret, SecretText } from '../../secret/secret.ts';
import { pythonString } from '../../system/python/python-literal.ts';
import { template } from '../../system/templates.ts';
import { databases, pieces, secretLiteral } from '../../tasks/nightly-backup/program.ts';
import { backupParts } from '../backup/parts.ts';

/** Where an archive is unpacked, and where what was there before is kept until the restore is verified. Root only. */
const RESTORE_FOLDER = `${STATE_DIR}/restore`;

/** The files that hold what an installation asks for. */
const keyFiles = ({ hermes, openWebui, paperclip, gh, claude }: ReturnType<typeof layout>) => ({
  hermes: hermes.envFile,
  openWebui: openWebui.envFile,
  paperclip: paperclip.envFile,
  gh: gh.hosts,
  claude: claude.credentials,
  password: PASSWORD_FILE,
});

/** templates/backup/restore.py, filled in. Holds the passphrase when one is given. */
export function restoreProgram(
  archive: string,
  passphrase: Secret | undefined,
  answers: Pick<Answers, 'user' | 'openWebuiData' | 'paperclipData'>,
): SecretText {
  const place = layout(answers);
  const config = {
    archive,
    parts: backupParts(place),
    work: RESTORE_FOLDER,
    stateFolder: place.state,
    openWebuiData: place.openWebui.data,
    environment: { 'open-webui': place.openWebui.envFile, paperclip: place.paperclip.envFile },
    keys: keyFiles(place),
    private: '.otto-install-restore-',
  };
  return fillRestore(config, passphrase);
}

/** templates/backup/restore.py with a configuration of its own. */
export function fillRestore(config: object, passphrase: Secret | undefined): SecretText {
  return template('backup/restore.py', {
    ...pieces('descriptors', 'trees', 'common', 'archive', 'moving', 'verify', 'fresh', 'stage'),
    databases: databases(),
    config: pythonString(JSON.stringify(config)),
    secret: secretLiteral(passphrase),
  });
}
