import { FINDINGS as bridge } from './bridge/findings.ts';
import { FINDINGS as certificate } from './certificate/findings.ts';
import { FINDINGS as claude } from './claude/findings.ts';
import { FINDINGS as deployUser } from './deploy-user/findings.ts';
import type { FindingKind } from './finding.ts';
import { FINDINGS as firewall } from './firewall/findings.ts';
import { FINDINGS as machine } from './machine/findings.ts';
import { FINDINGS as openWebui } from './open-webui/findings.ts';
import { FINDINGS as paperclip } from './paperclip/findings.ts';

/** Everything that a look can find, by tasks in the runbook's order. */
export const CATALOGUE: readonly FindingKind[] = [
  machine,
  deployUser,
  claude,
  firewall,
  paperclip,
  openWebui,
  bridge,
  certificate,
].flatMap((kinds): readonly FindingKind[] => Object.values(kinds));
