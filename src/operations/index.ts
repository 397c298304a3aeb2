import { backup } from './backup/index.ts';
import type { AnyOttoOperation } from './otto-operation.ts';
import { resetPassword } from './reset-password/index.ts';
import { restart } from './restart.ts';
import { restore } from './restore/index.ts';
import { rotateKey } from './rotate-key/index.ts';
import type { OttoSeries } from './series.ts';
import { uninstall } from './uninstall/index.ts';
import { updateAll } from './update-all.ts';
import { updateHermes } from './update-hermes/index.ts';
import { updateOpenWebui } from './update-open-webui/index.ts';
import { updatePaperclip } from './update-paperclip/index.ts';

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
