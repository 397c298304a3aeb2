import type { Secret } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { AptState } from '../../tasks/apt-state.ts';
import type { RunningElsewhere } from '../../tasks/hermes-code/running-elsewhere.ts';
import type { Archive, BadArchive } from './archive.ts';

/** A backup in the usual folder. */
export interface FoundBackup {
  readonly path: string;
  readonly bytes: number;
}

/** What must be known before a backup is restored. */
export interface RestoreFacts {
  /** The newest first. */
  readonly backups: readonly FoundBackup[];
  /** What was chosen, read as a whole; undefined before anything was. */
  readonly archive: Archive | BadArchive | undefined;
  readonly openWebui: Container | undefined;
  readonly paperclip: Container | undefined;
  /** The database schemas that the Open WebUI here knows; undefined when that could not be determined. */
  readonly revisions: readonly string[] | undefined;
  /** The version that the Open WebUI here reports; '' when it does not answer. */
  readonly version: string;
  /** The Hermes that answers, where it is another user's. */
  readonly elsewhere?: RunningElsewhere | undefined;
  readonly domain: string;
  readonly user: string;
  /** There is a database that can be backed up first. */
  readonly canBackUp: boolean;
  readonly gpg: boolean;
  /** Only where gpg is missing. */
  readonly apt: AptState | undefined;
  readonly nowMs: number;
}

/** What the operator chose. */
export interface RestoreChoice {
  readonly from: string;
  readonly passphrase?: Secret;
  /** The archive into which what is here now is backed up first. */
  readonly before?: string;
}
