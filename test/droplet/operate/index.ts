import type { Part } from './part.ts';
import { resetPassword } from './reset-password.ts';
import { restart } from './restart.ts';
import { rotateKey } from './rotate-key.ts';
import { updateHermes } from './update-hermes.ts';
import { updateOpenWebui } from './update-open-webui.ts';

/** All parts, in the order in which they are tried on one droplet: what it takes to make a fresh one comes last. */
export const parts: readonly Part[] = [
  ...restart,
  ...resetPassword,
  ...rotateKey,
  ...updateHermes,
  ...updateOpenWebui,
];
