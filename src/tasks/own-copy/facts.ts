import type { OwnProgram } from '../../system/own-program.ts';

/** A version of otto-install that was put on this server. */
export interface Standing {
  readonly version: string;
  /** Its list of checksums; undefined when it has none. */
  readonly manifest: string | undefined;
}

/** What stays of otto-install on this server, and what runs now. */
export interface OwnCopyFacts {
  /** Undefined for what cannot be put elsewhere: a checkout. */
  readonly running: OwnProgram | undefined;
  /** The versions that are here, the newest first. */
  readonly standing: readonly Standing[];
  /** Whether the files of the running version, where they are to stay, are what their list says. */
  readonly whole: boolean;
  /** What `otto-install` starts: the file's text. */
  readonly command: string | undefined;
  /** Whose Open WebUI runs here. On a server that otto-install did not set up nothing is added unasked. */
  readonly otto: 'absent' | 'ours' | 'not-ours';
}
