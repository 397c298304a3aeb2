import type { Action, Command } from '../../engine/contracts/action.ts';
import { command } from '../../engine/contracts/command.ts';
import { things } from '../../engine/contracts/thing.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { makeSystemAccount, type SystemAccount } from '../../system/accounts/system-account.ts';
import { accountCommand } from '../../system/accounts/users.ts';
import type { Container } from '../../system/docker/docker.ts';
import { withoutUnspoken } from '../../system/docker/unspoken.ts';
import { template } from '../../system/templates.ts';

/**
 * Paperclip gets a user number of its own. Its image starts as root and continues as its user node, 1000:1000, which on a fresh droplet
 * is the deploy user: whoever chats could then read its secret and write its data. The three ways to another number:
 *
 * - USER_UID and USER_GID, which the entry point of the image gives to node before it continues as node. This is the one that is
 *   used: the image's makers support it, and node keeps its line in the container's passwd, which Postgres insists on.
 * - `docker run --user`: the entry point can then not become node and ends, and Postgres finds no name for its number.
 * - userns-remap: for all containers of this machine at once, also those of others; Docker then has another folder for all it
 *   has, so every container and image is gone until it is fetched and made again.
 *
 * The number belongs to an account of this machine that nobody can log in as, so that nobody else is given it.
 */
export const ACCOUNT = 'otto-paperclip';

/** What a container's environment says for it. */
export const idVariables = ({ uid, gid }: SystemAccount) => ({
  USER_UID: String(uid),
  USER_GID: String(gid),
});

/** Nothing when it is there. */
export const makeAccount = (account: SystemAccount): readonly Command[] =>
  makeSystemAccount(account, 'Paperclip of Otto').map((argv) =>
    accountCommand(
      argv,
      `Create the ${argv[0] === 'groupadd' ? 'group' : 'account'} ${ACCOUNT}, which nobody can log in as`,
      { makes: things(argv[0] === 'groupadd' ? 'group' : 'user', ACCOUNT) },
    ),
  );

/** A move of the data that has started is noted here, with its way back (templates/paperclip/move.py). */
export const MOVE_NOTE = `${STATE_DIR}/paperclip-move.json`;

const HOUR = 3_600_000;

/** Runs templates/paperclip/data.py: what root does with a folder that another user may be changing. */
export function dataProgram(words: readonly string[], purpose: string): Command {
  const files = ['backup/descriptors.py', 'paperclip/data.py', 'paperclip/move.py'];
  return command(['python3', '-I', '-', ...words], purpose, {
    // Its name comes first: it says which programs root may have at such a folder (system/foreign-folders.ts).
    input: ['# otto-install: paperclip-data', ...files.map((file) => String(template(file, {})))].join(
      '\n\n',
    ),
    timeoutMs: HOUR,
    knownFailures: [
      {
        pattern: 'No space left',
        reason: 'The disk is full, so there is no room for a copy of the data.',
        next: 'Free some space and try again. Nothing was changed.',
      },
      {
        pattern: 'is not a folder that only root can change',
        reason: 'Another user could replace the folder with a link while root works on it.',
        next: 'Give the folder named above to root (chown root:root, chmod go-w), or move the data to a folder below /opt.',
      },
    ],
  });
}

/** The folder and all that is in it go to one user. */
export const giveData = (folder: string, { uid, gid }: Pick<SystemAccount, 'uid' | 'gid'>): Command =>
  dataProgram(['give', folder, String(uid), String(gid)], `Give ${folder} to user ${uid}`);

/** Stops the container, gives its data to the account and starts a new one; when that does not answer, all of it is undone. */
export const moveData = (
  container: Container,
  folder: string,
  account: SystemAccount,
  recreated: { readonly name: string; readonly url: string; readonly runWords: readonly string[] },
): Action => ({
  ...dataProgram(
    [
      'move',
      MOVE_NOTE,
      String(account.uid),
      String(account.gid),
      folder,
      recreated.name,
      container.restartPolicy === '' ? 'always' : container.restartPolicy,
      recreated.url,
      '"status":"ok"',
      '180',
      ...recreated.runWords,
    ],
    `Give Paperclip's data to ${account.name}, and start Paperclip as that user${withoutUnspoken(container.createdWith?.unspoken)}`,
  ),
  makes: things('container', recreated.name),
  // Ended half-way, neither of the two containers would run.
  uninterruptible: true,
});

/** Undoes a move that was cut off. */
export const undoMove = (): Command => ({
  ...dataProgram(['undo', MOVE_NOTE], 'Restore Paperclip and its data as they were'),
  uninterruptible: true,
});
