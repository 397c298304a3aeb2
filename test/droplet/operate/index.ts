import { backup } from './backup.ts';
import { home } from './home.ts';
import { logs } from './logs.ts';
import type { Part } from './part.ts';
import { resetPassword } from './reset-password.ts';
import { restart } from './restart.ts';
import { restore } from './restore.ts';
import { rotateKey } from './rotate-key.ts';
import { status } from './status.ts';
import { support } from './support.ts';
import { uninstall } from './uninstall.ts';
import { updateAll } from './update-all.ts';
import { updateHermes } from './update-hermes.ts';
import { updateOpenWebui } from './update-open-webui.ts';
import { updatePaperclip } from './update-paperclip.ts';

/** All parts, in the order in which they are tried on one droplet: what can be had only once comes after its twins. */
export const parts: readonly Part[] = [
  ...status,
  ...logs,
  ...support,
  ...restart,
  ...resetPassword,
  ...rotateKey,
  ...home,
  ...backup,
  ...restore,
  ...updateHermes,
  ...updateOpenWebui,
  ...updatePaperclip,
  ...updateAll,
  ...uninstall,
];
