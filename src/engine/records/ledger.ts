import { createHash } from 'node:crypto';
import type { Host } from '../../host/host.ts';
import { reveal, type SecretText } from '../../secret/secret.ts';
import type { Presence, Provenance, Thing } from '../contracts/thing.ts';
import { type LedgerFile, readLedger, saveLedger } from './ledger-file.ts';
import { noteBegun, noteDone, type WhetherThere } from './ledger-things.ts';
import { STATE_DIR } from './state-dir.ts';

/** Whose content a file has: what we wrote last, ours but changed since, or never ours. */
export type FileOrigin = 'absent' | 'ours' | 'edited-by-hand' | 'not-ours';

/** Whose the file at `path` is. Throws HostError when it exists but cannot be read. */
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

/** A file that we once wrote. */
export interface NotedFile {
  readonly path: string;
  /** Whether one was there before ours; undefined where only the journals of release 1.0.0 can say. */
  readonly found: boolean | undefined;
  /** Whether this is what we wrote there last. */
  isOurs(content: string): boolean;
}

/** All files that we ever wrote on this machine, whether they are still there or not. */
export async function notedFiles(host: Host): Promise<readonly NotedFile[]> {
  const { files } = await readLedger(host, STATE_DIR);
  return Object.entries(files).map(([path, { sha256: known, found }]) => ({
    path,
    found,
    isOurs: (content) => known.includes(sha256(content)),
  }));
}

/** Remembers what we wrote, by hash, and what we made, by name: /var/lib/otto-install/ledger.json. */
export class Ledger {
  readonly #host: Host;
  readonly #stateDir: string;
  readonly #run: string;
  /** One writer at a time: tasks run side by side. */
  #last: Promise<unknown> = Promise.resolve();

  /** `run`: the id of the run that makes all of it. */
  constructor(host: Host, stateDir: string, run: string) {
    this.#host = host;
    this.#stateDir = stateDir;
    this.#run = run;
  }

  /** See {@link fileOrigin}. */
  origin(path: string): Promise<FileOrigin> {
    return fileOrigin(this.#host, path, this.#stateDir);
  }

  /**
   * Carries out an action between two notes: of what was there before it, and of what it has made when it succeeded. What fails
   * or is cut off leaves the first, so that the next attempt does not take its own half-made work for somebody else's.
   */
  async making<Failure>(
    { makes = [], removes = [] }: Provenance,
    presence: Presence,
    act: () => Promise<Failure | undefined>,
  ): Promise<Failure | undefined> {
    if (makes.length + removes.length === 0) return act();
    const before = await lookFor(this.#host, makes, presence);
    await this.#change((ledger) => noteBegun(ledger, makes, before, this.#stamp()));
    const failure = await act();
    if (failure !== undefined) return failure;
    const now = await lookFor(this.#host, [...makes, ...removes], presence);
    await this.#change((ledger) => noteDone(ledger, { makes, removes }, now, this.#stamp()));
    return undefined;
  }

  /**
   * Notes the content, then lets `write` put it there. When that throws, the note is undone and the error passed on.
   */
  async writing(path: string, content: SecretText, write: () => Promise<void>): Promise<void> {
    return this.#inTurn(async () => {
      const [ledger, there] = await Promise.all([
        readLedger(this.#host, this.#stateDir),
        isThere(this.#host, path),
      ]);
      const before = ledger.files[path];
      const hash = sha256(reveal(content));
      const kept = (before?.sha256 ?? []).filter((known) => known !== hash).slice(0, 1);
      // If we wrote one before, it is that one and its owner is known; if somebody removed it, ours starts again.
      const found = there ? (before === undefined ? true : before.found) : false;
      await this.#save({
        ...ledger,
        files: {
          ...ledger.files,
          [path]: {
            sha256: [hash, ...kept],
            at: this.#stamp().at,
            found,
          },
        },
      });
      try {
        await write();
      } catch (error) {
        await this.#save(ledger);
        throw error;
      }
    });
  }

  /** Remembers what is noted of a path; what comes back notes that again, for a file that was put back. */
  async remember(path: string): Promise<() => Promise<void>> {
    const before = (await readLedger(this.#host, this.#stateDir)).files[path];
    return () =>
      this.#change((ledger) => {
        const { [path]: _, ...others } = ledger.files;
        return { ...ledger, files: before === undefined ? others : { ...others, [path]: before } };
      });
  }

  #change(change: (ledger: LedgerFile) => LedgerFile): Promise<void> {
    return this.#inTurn(async () => {
      const ledger = await readLedger(this.#host, this.#stateDir);
      const changed = change(ledger);
      if (changed !== ledger) await this.#save(changed);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  #save(ledger: LedgerFile): Promise<void> {
    return saveLedger(this.#host, this.#stateDir, ledger);
  }

  #stamp(): { readonly run: string; readonly at: string } {
    return { run: this.#run, at: new Date(this.#host.now()).toISOString() };
  }
}

/** Whether something is there; what cannot be read is somebody's. */
async function isThere(host: Host, path: string): Promise<boolean> {
  return host.readFile(path).then(
    (content) => content !== undefined,
    () => true,
  );
}

/** Looks which of these are there. */
async function lookFor(host: Host, things: readonly Thing[], presence: Presence): Promise<WhetherThere> {
  const kinds = [...new Set(things.map(({ kind }) => kind))].filter((kind) => presence[kind] !== undefined);
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const names = things.filter((thing) => thing.kind === kind).map(({ name }) => name);
      return [kind, await presence[kind]?.(host, names).catch(() => undefined)] as const;
    }),
  );
  const known = new Map(found);
  return ({ kind, name }) => (known.has(kind) ? (known.get(kind)?.has(name) ?? 'unknown') : 'new');
}

function sha256(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}
