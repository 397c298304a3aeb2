import type { FindingKind } from '../tasks/finding.ts';
import { FINDINGS as backup } from './backup/findings.ts';
import { FINDINGS as resetPassword } from './reset-password/findings.ts';
import { FINDINGS as restore } from './restore/findings.ts';
import { FINDINGS as rotateKey } from './rotate-key/findings.ts';
import { FINDINGS as uninstall } from './uninstall/findings.ts';
import { FINDINGS as updateHermes } from './update-hermes/findings.ts';
import { FINDINGS as updateOpenWebui } from './update-open-webui/findings.ts';
import { FINDINGS as updatePaperclip } from './update-paperclip/findings.ts';

/** Why an operation may not start, and what shows afterwards that it did not do its job. */
export const REFUSALS: readonly FindingKind[] = [
  backup,
  resetPassword,
  restore,
  rotateKey,
  uninstall,
  updateHermes,
  updateOpenWebui,
  updatePaperclip,
].flatMap((kinds): readonly FindingKind[] => Object.values(kinds));
