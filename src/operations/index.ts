import { backup } from './backup.ts';
import type { AnyOttoOperation } from './otto-operation.ts';
import { resetPassword } from './reset-password.ts';
import { restart } from './restart.ts';
import { restore } from './restore.ts';
import { rotateKey } from './rotate-key.ts';
import type { OttoSeries } from './series.ts';
import { uninstall } from './uninstall.ts';
import { updateAll } from './update-all.ts';
import { updateHermes } from './update-hermes.ts';
import { updateOpenWebui } from './update-open-webui.ts';
import { updatePaperclip } from './update-paperclip.ts';

/** All that an operator can ask for, in the order of the help. */
export const operations: readonly AnyOttoOperation[] = [
  resetPassword,
  updateHermes,
  updateOpenWebui,
  updatePaperclip,
  rotateKey,
  backup,
  restore,
  restart,
  uninstall,
];

/** Several of them under one command. */
export const series: readonly OttoSeries[] = [updateAll];
