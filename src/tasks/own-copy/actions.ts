import type { Action } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, madeByUs } from '../../engine/contracts/effect.ts';
import { things } from '../../engine/contracts/thing.ts';
import { removeFolders } from '../../system/accounts/folder-programs.ts';
import type { OwnProgram } from '../../system/own-program.ts';
import { template } from '../../system/templates.ts';
import { COMMAND, commandFor, folderOf, PROGRAMS } from './places.ts';

/** Pure. Puts the running version where it stays, and removes these others. */
export function keepActions(running: OwnProgram, remove: readonly string[]): readonly Action[] {
  const { version, root, manifest, node, fetch } = running;
  const folder = folderOf(version);
  return [
    ...(node === undefined
      ? [
          command(fetch.argv, 'Fetch the Node that otto-install is published with (50 MB)', {
            timeoutMs: 12 * 60_000,
          }),
        ]
      : []),
    command(['install', '-d', '-m', '0755', PROGRAMS], 'Create the folder for programs of otto-install', {
      makes: things('folder', PROGRAMS),
    }),
    command(
      ['sh', '-s', '--', root, node ?? fetch.node, folder],
      `Copy otto-install ${version} and its Node`,
      {
        input: template('keep-program.sh', { manifest: manifest.trimEnd() }),
        makes: things('folder', folder),
        timeoutMs: 3 * 60_000,
        knownFailures: [
          {
            pattern: 'No space left on device',
            reason: `The disk is full: the copy needs 130 MB in ${PROGRAMS}.`,
            next: 'Make room (df -h shows what is full), then look again.',
          },
          {
            pattern: 'computed checksums? did NOT match',
            reason:
              'What was copied is not what this otto-install consists of: the disk has errors, or its files changed while it ran.',
            next: 'Start a new otto-install, then look again.',
          },
        ],
      },
    ),
    writeFile(COMMAND, commandFor(version), 0o755, 'Make otto-install a command on this server'),
    ...remove.map((old) => ({
      ...removeFolders([folderOf(old)], `Remove otto-install ${old}`),
      removes: things('folder', folderOf(old)),
      effects: deletes(`otto-install ${old}`, madeByUs('folder', folderOf(old))),
    })),
  ];
}
