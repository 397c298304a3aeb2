import { type FileHandle, open } from 'node:fs/promises';
import * as z from 'zod/mini';
import { redactDeep } from '../../secret/masking.ts';
import { ActionView } from '../contracts/action-view.ts';
import { Thing } from '../contracts/thing.ts';

/** One step of a run: that an action is about to be carried out, or how it ended. */
export const JournalEntry = z.discriminatedUnion('phase', [
  z.object({
    phase: z.literal('before'),
    at: z.string(),
    task: z.string(),
    action: z.string(),
    view: ActionView,
    /** What it declares to make. Journals of release 1.0.0 have none of it. */
    makes: z.optional(z.array(Thing)),
    /** The old file, and where it is kept. */
    replaced: z.optional(
      z.object({ path: z.string(), keptAt: z.string(), mode: z.string(), owner: z.string() }),
    ),
  }),
  z.object({ phase: z.literal('after'), at: z.string(), action: z.string(), ok: z.boolean() }),
]);
export type JournalEntry = z.infer<typeof JournalEntry>;

/** Records every action before and after it, so that a power cut in between is visible afterwards. */
export interface Journal {
  /** Resolves when the entry is on the disk. Never rejects: if the disk is full, whatever fails next shows it. */
  note(entry: JournalEntry): Promise<void>;
  close(): Promise<void>;
}

/** For a rehearsal, and for a machine that we only look at. */
export const NO_JOURNAL: Journal = { note: async () => undefined, close: async () => undefined };

/** A journal in a file of its own, one JSON object a line. */
export class JournalFile implements Journal {
  readonly #file: FileHandle;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Throws when the file cannot be made. */
  static async create(path: string): Promise<JournalFile> {
    return new JournalFile(await open(path, 'a', 0o600));
  }

  async note(entry: JournalEntry): Promise<void> {
    const turn = this.#last.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(redactDeep(entry))}\n`);
      // Before an action the entry must be on the disk; after it, the next entry or the end ensures that.
      if (entry.phase === 'before') await this.#file.datasync();
    });
    this.#last = turn.catch(() => undefined);
    await this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close().catch(() => undefined);
  }
}

/** Reads a journal. Truncated lines are skipped. */
export function entriesIn(journal: string): readonly JournalEntry[] {
  return journal.split('\n').flatMap((line) => {
    try {
      return [JournalEntry.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}
