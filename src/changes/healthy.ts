import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { Answers } from '../answers/schema.ts';
import type { Host } from '../host/host.ts';
import { HEALTHY_FILE } from '../tasks/last-healthy.ts';
import type { Changes } from './changes.ts';
import { compare } from './compare.ts';
import { Snapshot, takeSnapshot } from './snapshot.ts';

/** How this droplet was when a look found everything healthy the last time. */
const HealthyRecord = z.object({
  /** ms since 1970 */
  at: z.number(),
  /** Mixed into the hashes of files. */
  salt: z.string(),
  ...Snapshot.shape,
});
type HealthyRecord = z.infer<typeof HealthyRecord>;

/** How it was when everything was healthy; undefined when that never was, or cannot be read. Never rejects. */
export async function lastHealthy(host: Host): Promise<HealthyRecord | undefined> {
  try {
    return HealthyRecord.parse(JSON.parse((await host.readFile(HEALTHY_FILE)) ?? ''));
  } catch {
    // It only helps to find causes: an unreadable file counts as absent.
    return undefined;
  }
}

/** What has changed since then; undefined when it is not known how it was. Never rejects. */
export async function changesSinceHealthy(host: Host, answers: Answers): Promise<Changes | undefined> {
  const record = await lastHealthy(host);
  if (record === undefined) return undefined;
  const now = await takeSnapshot(host, answers, record.salt);
  return { since: record.at, changed: compare(record, now) };
}

/** Saves the current state: call it when a look has found everything healthy. Fails silently. */
export async function keepHealthy(host: Host, answers: Answers): Promise<void> {
  const salt = randomBytes(16).toString('hex');
  const snapshot = await takeSnapshot(host, answers, salt);
  const record: HealthyRecord = { at: host.now(), salt, ...snapshot };
  await host.writeFile(HEALTHY_FILE, `${JSON.stringify(record)}\n`, { mode: 0o600 }).catch(() => undefined);
}
