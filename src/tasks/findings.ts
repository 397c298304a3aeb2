import type { FindingKind } from './finding.ts';
import { FINDINGS as openWebui } from './open-webui/findings.ts';
import { FINDINGS as paperclip } from './paperclip/findings.ts';

const ALL = { ...paperclip, ...openWebui } as const;
export const CATALOGUE: readonly FindingKind[] = Object.values(ALL);
