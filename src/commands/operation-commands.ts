import { flagOf } from '../operation-flow/call.ts';
import { operations, series } from '../operations/index.ts';
import type { AnyOttoOperation } from '../operations/otto-operation.ts';
import type { OttoSeries } from '../operations/series.ts';
import type { Command, Option } from './command.ts';
import { DETACH, JSON_LINES, PLAIN, REHEARSE, YES } from './options.ts';

/** An operation, or a series of them, as a command: its questions are its options. */
function operationCommand(asked: AnyOttoOperation | OttoSeries): Command {
  const { flags, secretFlags = {} } = 'operations' in asked ? { flags: {} } : asked;
  const own: readonly Option[] = [
    ...Object.entries(flags).map(([id, flag]) => ({ name: flagOf(id).slice(2), ...flag })),
    ...Object.entries(secretFlags).map(([id, what]) => ({
      name: `${flagOf(id).slice(2)}-file`,
      value: 'FILE',
      what: `a file that holds ${what}; - is standard input`,
    })),
  ];
  return {
    name: asked.command,
    summary: asked.help,
    about: [`${asked.title}. ${asked.why}`, 'In a terminal, otto-install asks for what you leave out.'],
    options: [
      ...own,
      { ...YES, what: 'ask nothing; if something is missing, name it and end with 2' },
      JSON_LINES,
      PLAIN,
      // What comes after the first of a series is for somebody who waits.
      ...('operations' in asked ? [] : [DETACH]),
      REHEARSE,
    ],
    takesAnswers: false,
    examples: EXAMPLES[asked.command] ?? [`otto-install ${asked.command}`],
    exits: {
      ok: 'done and verified',
      notDone:
        'not done: nothing was changed, or it was undone, or the next start of otto-install undoes it first and then says so',
      couldNotRun: 'wrong use, or it could not run',
      stopped: 'stopped by you',
    },
    run: async (call, shell) => (await import('./operation.ts')).operate(asked, call, shell),
  };
}

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'reset-password': [
    'otto-install reset-password',
    'otto-install reset-password --account ann@example.com --how generated --end-sessions no',
  ],
  'update open-webui': ['otto-install update open-webui --version v0.12.4'],
  'rotate-key': ['otto-install rotate-key --how generated'],
  backup: [
    'otto-install backup',
    'otto-install backup --daily yes --keep 7 --passphrase-file /root/backup-passphrase',
  ],
  restore: [
    'otto-install restore --from /var/backups/otto-install/otto-otto.example.com-20261122-030000.tar.gz',
  ],
  restart: ['otto-install restart --part hermes'],
  uninstall: ['otto-install uninstall', 'otto-install uninstall --data remove --confirm otto.example.com'],
};

const firstWord = ({ command }: { readonly command: string }) => command.split(' ')[0];

/** The operations, each series before the first of those that it consists of. */
export const operationCommands: readonly Command[] = operations.flatMap((operation, at) => {
  const isFirst = operations.findIndex((other) => firstWord(other) === firstWord(operation)) === at;
  const before = isFirst ? series.filter((one) => firstWord(one) === firstWord(operation)) : [];
  return [...before, operation].map(operationCommand);
});
