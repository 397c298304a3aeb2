import type { Argv } from '../../host/host.ts';
import type { SecretText } from '../../secret/secret.ts';
import type { Effects } from './effect.ts';
import type { Provenance } from './thing.ts';

/** A way in which a command is known to fail, recognised in what it printed. */
export interface KnownFailure {
  /** A regular expression (source text, so that an action stays data), matched against stdout and stderr together. */
  readonly pattern: string;
  /** What it means, to an operator. */
  readonly reason: string;
  /** What to do next. */
  readonly next: string;
}

/** Runs a command. */
export interface Command extends Provenance, Effects {
  readonly kind: 'run';
  readonly argv: Argv;
  /** What it is for, as a verb phrase: 'Install the packages'. */
  readonly purpose: string;
  readonly user?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: SecretText;
  readonly timeoutMs: number;
  /** Exit codes that are success; default only 0. */
  readonly succeedsWith?: readonly number[];
  readonly knownFailures?: readonly KnownFailure[];
  /** Name of the reader that turns its output lines into progress (src/system/progress.ts). */
  readonly progress?: string;
  /**
   * Once started, the run waits for it, even when the run is stopped: a package manager that is killed half-way leaves
   * a machine that somebody must repair by hand. Its time limit still applies.
   */
  readonly uninterruptible?: boolean;
}

/**
 * Writes a file: atomically, keeping the old one, after showing a diff. The ledger remembers it without a declaration.
 */
export interface WriteFile extends Effects {
  readonly kind: 'write-file';
  readonly path: string;
  readonly content: SecretText;
  /** Permission bits, 0o644. */
  readonly mode: number;
  /** user:group, 'root:root'. */
  readonly owner: string;
  readonly purpose: string;
  /** Run as soon as the file is there, one after the other. When one fails, the file is put back as it was before: `nginx -t`. */
  readonly proof?: Command | readonly Command[];
  /**
   * Run after the file was put back, even if one of them fails: what a proof has restarted then uses the old file
   * again.
   */
  readonly afterPutBack?: readonly Command[];
}

/** Drives another program's dialogue through our own screens: `claude auth login`, `gh auth login`. */
export interface Converse extends Provenance, Effects {
  readonly kind: 'converse';
  /** Name of the dialogue that knows this program (src/system/…). */
  readonly dialogue: string;
  readonly argv: Argv;
  readonly purpose: string;
  readonly user?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** Every change to a machine is one of these, as data. */
export type Action = Command | WriteFile | Converse;
