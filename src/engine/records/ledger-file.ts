import * as z from 'zod/mini';
import { type Host, HostError } from '../../host/host.ts';

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

/**
 * What this release can read. It goes up when a ledger says something that an earlier release must not overlook, since that one
 * would leave it out when it writes the ledger again. Release 1.0.0 wrote no number.
 */
const FORMAT = 1;

/** What /var/lib/otto-install/ledger.json holds. */
const LedgerFile = z.object({
  format: z.optional(z.number()),
  files: z.record(z.string(), NotedFile),
  /** Ledgers of release 1.0.0 have none. */
  things: z.optional(z.array(NotedThing)),
});
export type LedgerFile = z.infer<typeof LedgerFile>;

/**
 * Reads the ledger; an empty one when there is none. Throws HostError when it exists but cannot be read, or when a later release
 * wrote it in a way that this one does not know.
 */
export async function readLedger(host: Host, stateDir: string): Promise<LedgerFile> {
  const text = await host.readFile(ledgerPath(stateDir));
  if (text === undefined) return { files: {} };
  const ledger = parsed(text);
  if ((ledger.format ?? 0) > FORMAT)
    throw new HostError(
      `${ledgerPath(stateDir)} was written by a newer otto-install, and this one does not know all that it says. Nothing was changed. Type \`otto-install\` to start the one that is kept on this server, or fetch the newest.`,
    );
  return ledger;
}

/** A damaged ledger makes files 'not ours': they are then shown and kept, never silently replaced. */
function parsed(text: string): LedgerFile {
  try {
    const json: unknown = JSON.parse(text);
    const { success, data } = z.safeParse(LedgerFile, json);
    if (success) return data;
    // What else it holds may have another shape by then.
    const { format } = z.parse(z.object({ format: z.optional(z.number()) }), json);
    return { format, files: {} };
  } catch {
    return { files: {} };
  }
}

/** Throws HostError. */
export async function saveLedger(host: Host, stateDir: string, ledger: LedgerFile): Promise<void> {
  await host.writeFile(ledgerPath(stateDir), `${JSON.stringify({ ...ledger, format: FORMAT }, null, 2)}\n`, {
    mode: 0o600,
  });
}

function ledgerPath(stateDir: string): string {
  return `${stateDir}/ledger.json`;
}
