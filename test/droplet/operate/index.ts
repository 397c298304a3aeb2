import type { Part } from './part.ts';
import { backup } from './parts/backup.ts';
import { home } from './parts/home.ts';
import { logs } from './parts/logs.ts';
import { resetPassword } from './parts/reset-password.ts';
import { restart } from './parts/restart.ts';
import { restore } from './parts/restore.ts';
import { rotateKey } from './parts/rotate-key.ts';
import { status } from './parts/status.ts';
import { support } from './parts/support.ts';
import { uninstall } from './parts/uninstall.ts';
import { updateAll } from './parts/update-all.ts';
import { updateHermes } from './parts/update-hermes.ts';
import { updateOpenWebui } from './parts/update-open-webui.ts';
import { updatePaperclip } from './parts/update-paperclip.ts';

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
