import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';

const NotedFile = z.object({
  /** SHA-256 of what we wrote, the newest first. Two, so that a power cut between ledger and file leaves it ours. */
  sha256: z.array(z.string()),
  at: z.string(),
  /** Whether one was there before ours. Ledgers of release 1.0.0 do not say: its journals do (uninstall/history-1.0.ts). */
  found: z.optional(z.boolean()),
});

const NotedThing = z.object({
  /** One of Thing's kinds; any word, so that a later release's does not make all of this unreadable. */
  kind: z.string(),
  name: z.string(),
  /**
   * begun: it was not there, and an action that makes it was started. made: that action succeeded. found: it was there before.
   * removed: we made it, or found it, and removed it again.
   */
  state: z.enum(['begun', 'made', 'found', 'removed']),
  /** Id of the run. */
  run: z.string(),
  at: z.string(),
});
export type NotedThing = z.infer<typeof NotedThing>;

/** What /var/lib/otto-install/ledger.json holds. */
const LedgerFile = z.object({
  files: z.record(z.string(), NotedFile),
  /** Ledgers of release 1.0.0 have none. */
  things: z.optional(z.array(NotedThing)),
});
export type LedgerFile = z.infer<typeof LedgerFile>;

/** Reads it; an empty one when there is none. Throws HostError when it is there and cannot be read. */
export async function readLedger(host: Host, stateDir: string): Promise<LedgerFile> {
  const text = await host.readFile(ledgerPath(stateDir));
  if (text === undefined) return { files: {} };
  try {
    return LedgerFile.parse(JSON.parse(text));
  } catch {
    // A damaged ledger makes files 'not ours': they are then shown and kept, never silently replaced.
    return { files: {} };
  }
}

/** Throws HostError. */
export async function saveLedger(host: Host, stateDir: string, ledger: LedgerFile): Promise<void> {
  await host.writeFile(ledgerPath(stateDir), `${JSON.stringify(ledger, null, 2)}\n`, { mode: 0o600 });
}

function ledgerPath(stateDir: string): string {
  return `${stateDir}/ledger.json`;
}
