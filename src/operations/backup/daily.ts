import type { Answers } from '../../answers/schema.ts';
import type { Action } from '../../engine/contracts/action.ts';
import { command, writeFile } from '../../engine/contracts/command.ts';
import { deletes, foundAs, stops } from '../../engine/contracts/effect.ts';
import type { OperationPlan, Step } from '../../engine/contracts/operation.ts';
import { things } from '../../engine/contracts/thing.ts';
import { systemctl } from '../../system/services/systemd.ts';
import { template } from '../../system/templates.ts';
import { NIGHTLY_PROGRAM, NIGHTLY_SERVICE, nightlyUnit } from '../../tasks/nightly-backup/program.ts';
import { BACKUP_FAILURES } from './plan.ts';
import { type BackupWish, backupProgram } from './program.ts';

const DAILY_PASSPHRASE = '/etc/otto-install/backup-passphrase';
const TIMER = 'otto-install-backup.timer';
const UNITS = '/etc/systemd/system';
export const DAILY_TIMER = `${UNITS}/${TIMER}`;
/** Its units and files have names that nobody else gives. */
const NIGHTLY = foundAs('the nightly backup');
const STOPS_NIGHTLY = stops('the nightly backup', NIGHTLY);
const FILES = [NIGHTLY_PROGRAM, DAILY_PASSPHRASE, `${UNITS}/${NIGHTLY_SERVICE}`, DAILY_TIMER] as const;

const files = (what: 'keep' | 'put-back' | 'forget', purpose: string): Action =>
  command(['sh', '-s', '--', what, ...FILES], purpose, {
    input: String(template('backup/keep-files.sh', {})),
  });

const reload = systemctl('Let systemd read its units again', ['daemon-reload']);
const forget = files('forget', 'Remove the copy of the earlier nightly settings');
const keep: Step = { do: files('keep', 'Keep a copy of the nightly settings as they are'), undo: forget };
const putBack: readonly Action[] = [files('put-back', 'Restore the nightly settings as they were'), reload];

/** A backup every night, tried once; the program needs nothing but Python, so that it still runs after otto-install was removed. */
export function planDaily(
  wish: BackupWish,
  answers: Answers,
  { wasThere }: { readonly wasThere: boolean },
): OperationPlan {
  const { passphrase, ...others } = wish;
  const nightly = { ...others, ...(wish.encrypt && { passphraseFile: DAILY_PASSPHRASE }) };
  const off = systemctl('Turn off the nightly backup', ['disable', '--now', TIMER], {
    effects: STOPS_NIGHTLY,
  });
  return {
    steps: [
      keep,
      {
        do: command(
          ['install', '-d', '-m', '0755', '/usr/local/lib/otto-install'],
          'Create the folder for the backup program',
          { makes: things('folder', '/usr/local/lib/otto-install') },
        ),
        undo: putBack,
      },
      ...(passphrase === undefined
        ? [
            {
              do: command(['rm', '-f', '--', DAILY_PASSPHRASE], 'Remove the earlier passphrase', {
                effects: deletes('the earlier passphrase', NIGHTLY),
              }),
            },
          ]
        : [
            {
              do: command(
                ['install', '-d', '-m', '0700', '/etc/otto-install'],
                'Create a folder that only root can read',
                { makes: things('folder', '/etc/otto-install') },
              ),
            },
            {
              do: writeFile(
                DAILY_PASSPHRASE,
                [passphrase, '\n'],
                0o600,
                'Store the passphrase where only root can read it',
              ),
            },
          ]),
      {
        do: writeFile(NIGHTLY_PROGRAM, backupProgram(nightly, answers), 0o700, 'Install the backup program'),
      },
      {
        do: writeFile(`${UNITS}/${NIGHTLY_SERVICE}`, nightlyUnit(), 0o644, 'Write its systemd unit'),
      },
      {
        do: writeFile(
          DAILY_TIMER,
          template('backup/otto-install-backup.timer', {}),
          0o644,
          'Write the systemd timer for the backup',
        ),
      },
      { do: reload },
      {
        do: systemctl('Turn on the nightly backup', ['enable', '--now', TIMER]),
        ...(wasThere ? {} : { undo: off }),
      },
      {
        do: command(
          ['sh', '-s', '--', NIGHTLY_SERVICE],
          'Make a backup now, the way the nightly one is made',
          {
            input: template('backup/start-once.sh', {}),
            timeoutMs: 3 * 3_600_000,
            knownFailures: BACKUP_FAILURES,
          },
        ),
        // systemd continues when the command that waits for it is ended. 5: the unit no longer exists.
        undo: {
          ...systemctl('Stop the backup that is being made', ['stop', NIGHTLY_SERVICE], {
            effects: STOPS_NIGHTLY,
          }),
          succeedsWith: [0, 5],
        },
      },
    ],
    cleanupAfterSuccess: [forget],
  };
}

/** Ends the nightly backups. Existing ones stay. */
export function planEndDaily(): OperationPlan {
  return {
    steps: [
      keep,
      {
        do: systemctl('Turn off the nightly backup', ['disable', '--now', TIMER], { effects: STOPS_NIGHTLY }),
        undo: systemctl('Turn the nightly backup back on', ['enable', '--now', TIMER]),
      },
      {
        do: command(['rm', '-f', '--', ...FILES], 'Remove the backup program and its systemd units', {
          effects: deletes('the nightly backup', NIGHTLY),
        }),
        undo: putBack,
      },
      { do: reload },
    ],
    cleanupAfterSuccess: [forget],
  };
}
