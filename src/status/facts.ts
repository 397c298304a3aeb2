import type { FileSystem } from '../system/os.ts';
import type { Account } from '../system/web-apps/open-webui-accounts.ts';

/** The state of a service or a container, in the words of systemd or Docker. */
export interface ServiceFact {
  readonly name: string;
  /** 'active (running)', 'running', 'not there' */
  readonly state: string;
  /** Whether systemd or Docker says that it is running. */
  readonly running: boolean;
  /** Since when it is in this state, ms since 1970. */
  readonly sinceMs?: number | undefined;
  /** How often it was restarted automatically. */
  readonly restarts?: number | undefined;
  /** Bytes */
  readonly memory?: number | undefined;
  /** 'next 23 Nov 05:27' */
  readonly note?: string | undefined;
}

export interface VersionFact {
  readonly name: string;
  /** '0.19.0'; 'unknown' */
  readonly version: string;
  /** Commit, image, path. */
  readonly detail?: string | undefined;
  /** A sentence about what is here but not in use yet. */
  readonly newer?: string | undefined;
}

export interface PortFact {
  readonly port: number;
  /** Empty: nothing listens. */
  readonly listeners: readonly { readonly address: string; readonly by: string }[];
}

/** Somebody who administers Open WebUI. */
export type AdministratorFact = Pick<Account, 'email' | 'createdMs' | 'active'>;

/** What `backup` wrote down about its last time. */
export interface BackupFact {
  /** ms since 1970 */
  readonly atMs: number;
  readonly ok: boolean;
  readonly archive?: string | undefined;
  readonly bytes?: number | undefined;
  readonly error?: string | undefined;
  /** What in it was damaged before, and what it does not hold. */
  readonly lacks?: readonly string[];
}

/** The last run that was more than a look. */
export interface RunFact {
  /** ms since 1970 */
  readonly atMs: number;
  /** 'install', 'operate' */
  readonly mode: string;
  /** 'healthy, 53 actions, 59.9 s'; undefined when it was cut off or is still at work. */
  readonly result: string | undefined;
}

/** What `status` shows. */
export interface StatusFacts {
  readonly atMs: number;
  /** Empty when it is not known. */
  readonly domain: string;
  readonly services: readonly ServiceFact[];
  readonly versions: readonly VersionFact[];
  readonly ports: readonly PortFact[];
  /** Of Open WebUI; undefined while it cannot be asked. */
  readonly administrators?: readonly AdministratorFact[] | undefined;
  readonly certificate?: { readonly untilMs: number; readonly issuer: string } | undefined;
  readonly disks: readonly FileSystem[];
  /** Bytes */
  readonly memory?:
    | {
        readonly total: number;
        readonly available: number | undefined;
        readonly swap: number;
        readonly swapFree: number;
      }
    | undefined;
  readonly backup?: BackupFact | undefined;
  readonly lastRun?: RunFact | undefined;
  /** The operation that was cut off, when there is one. */
  readonly cutOff?: string | undefined;
  /** What could not be looked at, a sentence each. */
  readonly problems: readonly string[];
}

/** What a check of everything found. Undefined findings: it could not be checked. */
export interface Checked {
  /** 'healthy', 'findings', 'stopped', 'failed', 'not checked' */
  readonly outcome: string;
  /** Why it could not be checked. */
  readonly reason?: string | undefined;
  /** ms that it took */
  readonly ms: number;
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly evidence: string;
  }[];
  /** How many parts were not judged before others are healthy. */
  readonly waiting: number;
}
