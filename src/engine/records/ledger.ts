import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Host } from '../../host/host.ts';
import { reveal, type SecretText } from '../../secret/secret.ts';
import { STATE_DIR } from './state-dir.ts';

/** Whose content a file has: what we wrote last, that but changed since, or never ours. */
export type FileOrigin = 'absent' | 'ours' | 'edited-by-hand' | 'not-ours';

const LedgerFile = z.object({
  files: z.record(
    z.string(),
    z.object({
      /** SHA-256 of what we wrote, the newest first. Two, so that a power cut between ledger and file leaves it ours. */
      sha256: z.array(z.string()),
      at: z.string(),
    }),
  ),
});
type LedgerFile = z.infer<typeof LedgerFile>;

/** Whose the file at `path` is. Throws HostError when it is there and cannot be read. */
export async function fileOrigin(host: Host, path: string, stateDir = STATE_DIR): Promise<FileOrigin> {
  const [content, ledger] = await Promise.all([host.readFile(path), readLedger(host, stateDir)]);
  return originOf(path, content, ledger);
}

function originOf(path: string, content: string | undefined, ledger: LedgerFile): FileOrigin {
  if (content === undefined) return 'absent';
  const entry = ledger.files[path];
  if (entry === undefined) return 'not-ours';
  return entry.sha256.includes(sha256(content)) ? 'ours' : 'edited-by-hand';
}

/** A file that we wrote at some time. */
export interface NotedFile {
  readonly path: string;
  /** Whether this is what we wrote there last. */
  isOurs(content: string): boolean;
}

/** All files that we ever wrote on this machine, whether they are still there or not. */
export async function notedFiles(host: Host, stateDir = STATE_DIR): Promise<readonly NotedFile[]> {
  const { files } = await readLedger(host, stateDir);
  return Object.entries(files).map(([path, { sha256: known }]) => ({
    path,
    isOurs: (content) => known.includes(sha256(content)),
  }));
}

/** Remembers by hash what we wrote: /var/lib/otto-install/ledger.json. */
export class Ledger {
  readonly #host: Host;
  readonly #stateDir: string;
  /** One writer at a time: tasks run side by side. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(host: Host, stateDir: string) {
    this.#host = host;
    this.#stateDir = stateDir;
  }

  /** See {@link fileOrigin}. */
  origin(path: string): Promise<FileOrigin> {
    return fileOrigin(this.#host, path, this.#stateDir);
  }

  /**
   * Notes the content, then lets `write` put it there. When that throws, the note is taken back and the error passed on.
   */
  async writing(path: string, content: SecretText, write: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(async () => {
      const ledger = await readLedger(this.#host, this.#stateDir);
      const before = ledger.files[path];
      const hash = sha256(reveal(content));
      const kept = (before?.sha256 ?? []).filter((known) => known !== hash).slice(0, 1);
      const at = new Date(this.#host.now()).toISOString();
      await this.#save({ files: { ...ledger.files, [path]: { sha256: [hash, ...kept], at } } });
      try {
        await write();
      } catch (error) {
        await this.#save(ledger);
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Remembers what is noted of a path; what comes back notes that again, for a file that was put back. */
  async remember(path: string): Promise<() => Promise<void>> {
    const before = (await readLedger(this.#host, this.#stateDir)).files[path];
    return () => {
      const turn = this.#last.then(async () => {
        const { [path]: _, ...others } = (await readLedger(this.#host, this.#stateDir)).files;
        await this.#save({ files: before === undefined ? others : { ...others, [path]: before } });
      });
      this.#last = turn.catch(() => undefined);
      return turn;
    };
  }

  async #save(ledger: LedgerFile): Promise<void> {
    await this.#host.writeFile(ledgerPath(this.#stateDir), `${JSON.stringify(ledger, null, 2)}\n`, {
      mode: 0o600,
    });
  }
}

async function readLedger(host: Host, stateDir: string): Promise<LedgerFile> {
  const text = await host.readFile(ledgerPath(stateDir));
  if (text === undefined) return { files: {} };
  try {
    return LedgerFile.parse(JSON.parse(text));
  } catch {
    // A damaged ledger makes files 'not ours': they are then shown and kept, never silently replaced.
    return { files: {} };
  }
}

function ledgerPath(stateDir: string): string {
  return `${stateDir}/ledger.json`;
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
