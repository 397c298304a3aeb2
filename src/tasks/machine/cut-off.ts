import { STATE_FOLDER } from '../../answers/layout.ts';
import { LockHolder } from '../../engine/records/lock.ts';
import { loadRecord } from '../../engine/records/undo-record.ts';
import type { Host } from '../../host/host.ts';
import { found } from '../finding.ts';
import { FINDINGS, type Finding } from './findings.ts';

/** An operation that was started, that nobody is at work on, and that did not come to its end. */
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
  if (record === undefined || (await isAtWork(host))) return undefined;
  if (record === 'unreadable') return record;
  const { title, startedAt, state } = record;
  return { title, startedAt, verified: state === 'verified' };
}

/** Whether the process that holds the lock lives; a pid alone may be somebody else's by now. */
async function isAtWork(host: Host): Promise<boolean> {
  const holder = await readHolder(host);
  if (holder === undefined) return false;
  const stat = await host.readFile(`/proc/${holder.pid}/stat`).catch(() => undefined);
  if (stat === undefined) return false;
  // Field 22 (proc_pid_stat(5)); the name in field 2 may hold blanks and brackets.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return holder.startTicks === undefined || ticks === holder.startTicks;
}

async function readHolder(host: Host): Promise<LockHolder | undefined> {
  try {
    const text = await host.readFile(`${STATE_FOLDER}/lock-holder.json`);
    return text === undefined ? undefined : LockHolder.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Pure. It has no fix of its own: every start of otto-install that may change anything brings it to its end first. */
export function judgeCutOff(cutOff: CutOff): Finding {
  if (cutOff === 'unreadable')
    return found(FINDINGS['operation-record-unreadable'], {
      evidence: `${STATE_FOLDER}/operation.json exists but cannot be read.`,
    });
  const { title, startedAt, verified } = cutOff;
  const since = `${startedAt.slice(0, 16).replace('T', ' ')} UTC`;
  return found(FINDINGS['operation-cut-off'], {
    evidence: `'${title}' was started at ${since} and interrupted before it finished.`,
    values: { verified },
  });
}
