import { lockHolder } from '../../engine/records/lock.ts';
import { STATE_DIR } from '../../engine/records/state-dir.ts';
import { loadRecord } from '../../engine/records/undo-record.ts';
import type { Host } from '../../host/host.ts';
import { minuteText } from '../../text/time.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** An operation that was started, did not finish, and is no longer running. */
export type CutOff =
  | {
      readonly title: string;
      /** ISO 8601 */
      readonly startedAt: string;
      /** Everything was done and verified; only clearing up is left, or what has no way back. */
      readonly verified: boolean;
    }
  /** What it left cannot be read. */
  | 'unreadable';

/** Looks for what an operation left. Undefined also while another otto-install is running: it may be its own. */
export async function lookForCutOff(host: Host): Promise<CutOff | undefined> {
  const record = await loadRecord(host).catch(() => 'unreadable' as const);
  if (record === undefined || (await lockHolder(host)) !== undefined) return undefined;
  if (record === 'unreadable') return record;
  const { title, startedAt, state } = record;
  return { title, startedAt, verified: state === 'verified' };
}

/** Pure. It has no fix: every start of otto-install that may change anything finishes it first. */
export function judgeCutOff(cutOff: CutOff): Finding {
  if (cutOff === 'unreadable')
    return found(FINDINGS['operation-record-unreadable'], {
      evidence: `${STATE_DIR}/operation.json exists but cannot be read.`,
    });
  const { title, startedAt, verified } = cutOff;
  return found(FINDINGS['operation-cut-off'], {
    evidence: `'${title}' was started at ${minuteText(startedAt)} and interrupted before it finished.`,
    values: { verified },
  });
}
