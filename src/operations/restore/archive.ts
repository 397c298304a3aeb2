import { list, object, parseJson, text } from '../../system/formats/json.ts';
import { minuteText } from '../../text/time.ts';

/** What the archive of a backup contains, and what restoring it would mean here (templates/backup/restore.py, verify). */
export interface Archive {
  readonly ok: true;
  /** ISO 8601, UTC. */
  readonly madeAt: string;
  /** The otto-install that made it. */
  readonly by: string;
  readonly host: string;
  readonly domain: string;
  readonly user: string;
  /** The answers that were kept on that machine: no secrets. */
  readonly answers: Readonly<Record<string, unknown>>;
  readonly openWebui: {
    readonly version: string;
    readonly image: string;
    readonly digests: readonly string[];
    /** The schema of its database, as its last migration names it; '' when unknown. */
    readonly revision: string;
  };
  readonly hermes: { readonly version: string; readonly commit: string };
  readonly paperclip: { readonly image: string; readonly digests: readonly string[] };
  readonly accounts: number;
  readonly chats: number;
  readonly files: number;
  readonly bytes: number;
  /** Bytes that must be free to restore it, and that are. */
  readonly needed: number;
  readonly free: number;
  /** Containers whose environment has changed since. */
  readonly environmentChanged: readonly string[];
  /** With its env file nobody can make an account in Paperclip. */
  readonly signUpClosed: boolean;
  /** Names of the parts that it holds data of. */
  readonly holds: readonly string[];
  /** What is damaged in it, and what its Otto used and it does not hold, a sentence each. */
  readonly lacks: readonly string[];
  /** What is here now; undefined when it cannot be read. */
  readonly present: Present | undefined;
}

/** What is here now, and what of it is newer than the backup. */
interface Present {
  readonly accounts: number;
  readonly chats: number;
  readonly newChats: number;
  readonly newAccounts: number;
}

/** Why an archive cannot be restored, in its program's words. */
export interface BadArchive {
  readonly ok: false;
  readonly kind:
    | 'unreadable'
    | 'no-file'
    | 'exposed'
    | 'foreign'
    | 'newer'
    | 'damaged'
    | 'suspicious'
    | 'passphrase-needed'
    | 'wrong-passphrase'
    | 'no-gpg'
    | 'no-room'
    | 'no-answer'
    | (string & {});
  readonly words: string;
}

/** Reads it. Any other output is 'no-answer' with that output. */
export function parseArchive(stdout: string, stderr: string): Archive | BadArchive {
  const found = object(parseJson(stdout));
  if (found.ok === false) return { ok: false, kind: text(found.kind), words: text(found.words) };
  if (found.ok !== true)
    return { ok: false, kind: 'no-answer', words: stderr.trim().split('\n').at(-1) ?? '' };
  const versions = object(found.versions);
  const openWebui = object(versions.openWebui);
  const hermes = object(versions.hermes);
  const paperclip = object(versions.paperclip);
  const contents = object(found.contents);
  return {
    ok: true,
    madeAt: text(found.madeAt),
    by: text(found.by),
    host: text(found.host),
    domain: text(found.domain),
    user: text(found.user),
    answers: object(found.answers),
    openWebui: {
      version: text(openWebui.version),
      image: text(openWebui.image),
      digests: texts(openWebui.digests),
      revision: text(contents.revision),
    },
    hermes: { version: text(hermes.version), commit: text(hermes.commit) },
    paperclip: { image: text(paperclip.image), digests: texts(paperclip.digests) },
    accounts: Number(contents.accounts),
    chats: Number(contents.chats),
    files: Number(found.files),
    bytes: Number(found.bytes),
    needed: Number(found.needed),
    free: Number(found.free),
    environmentChanged: texts(found.environmentChanged),
    signUpClosed: found.signUpClosed === true,
    holds: texts(found.holds),
    lacks: texts(found.lacks),
    present: parsePresent(found.present),
  };
}

function parsePresent(value: unknown): Present | undefined {
  const found = object(value);
  if (typeof found.accounts !== 'number') return undefined;
  return {
    accounts: found.accounts,
    chats: Number(found.chats),
    newChats: Number(found.newChats),
    newAccounts: Number(found.newAccounts),
  };
}

const texts = (value: unknown): readonly string[] => list(value).map(text);

/** '2026-11-22 23:10 UTC' */
export const dateOf = ({ madeAt }: Pick<Archive, 'madeAt'>): string => minuteText(madeAt);
