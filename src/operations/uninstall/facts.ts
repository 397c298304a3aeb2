import type { Container } from '../../system/docker/docker.ts';
import type { Server } from '../../system/nginx/nginx.ts';
import type { Unit } from '../../system/services/systemd.ts';
import type { BackupSurvey } from '../backup/survey.ts';

/** Whose a file is: ours; ours but edited by hand since; or somebody else's, even if we changed it. */
export type Whose = 'ours' | 'edited' | 'not-ours';

/** A file that exists. */
export interface PlacedFile {
  readonly path: string;
  readonly whose: Whose;
}

/** A container on this machine, whoever made it. */
export interface PlacedContainer {
  readonly name: string;
  readonly container: Container;
  /** We created or recreated it. */
  readonly ours: boolean;
}

/** A systemd unit whose file we wrote. */
export interface PlacedUnit extends PlacedFile {
  /** 'hermes-gateway.service' */
  readonly name: string;
  readonly unit: Unit;
}

/** An image that we fetched and that still exists. */
export interface FetchedImage {
  readonly name: string;
  /** Names of the containers besides ours that were made from it. */
  readonly usedBy: readonly string[];
}

/** A folder with what people put into Otto. */
export interface DataFolder {
  readonly path: string;
  /** To an operator: 'chats and accounts of Open WebUI'. */
  readonly what: string;
  /** What is beside it and useless without it (keys), or an earlier state of it (folders that were set aside). */
  readonly files: readonly string[];
  /** The account that holds the number which its files belong to. */
  readonly owner?: string;
  /** Why it is not ours to remove; undefined when it may be removed. */
  readonly stays: string | undefined;
}

/** The account that Paperclip runs as, or what is left of it. It holds a number, so that nobody else is given it. */
interface HeldAccount {
  readonly name: string;
  /** We made it. */
  readonly made: boolean;
}

/** The deploy user. */
export interface DeployUser {
  readonly name: string;
  readonly home: string;
  /** We made it. */
  readonly made: boolean;
  /** What is in its home that neither every home nor Otto has. */
  readonly besides: readonly string[];
}

/** What of an Otto is on this machine, and whose it is. */
export interface Remains {
  readonly domain: string;
  readonly nginx: {
    readonly active: boolean;
    /** The file that nginx -t complains about; undefined when it has nothing to complain about. */
    readonly complaint: string | undefined;
    /** The files with a server block of our name. */
    readonly sites: readonly PlacedFile[];
    /** The names of other sites. */
    readonly others: readonly string[];
    /** All server blocks. */
    readonly servers: readonly Server[];
  };
  /** Docker is stopped: nobody can say which containers there are. */
  readonly dockerStopped: boolean;
  readonly containers: readonly PlacedContainer[];
  readonly images: readonly FetchedImage[];
  /** The first is Hermes's own, when it is there. */
  readonly units: readonly PlacedUnit[];
  /** Drop-ins of Hermes's unit, and programs that units of ours run. */
  readonly helpers: readonly PlacedFile[];
  /** UFW's words after 'allow', of rules that we added and that are still there. */
  readonly rules: readonly string[];
  readonly cli: {
    /** The folder, when it is there and ours. */
    readonly folder: string | undefined;
    /** The link, when it leads there. */
    readonly link: string | undefined;
  };
  readonly data: readonly DataFolder[];
  /** Files with a sign-in that was made by us, as paths of the deploy user's. */
  readonly signIns: readonly string[];
  readonly user: DeployUser | undefined;
  /** Undefined when there is none: neither the user nor the group. */
  readonly account: HeldAccount | undefined;
  /** Giving Paperclip's data to that account was cut off: which of the two it belongs to is only noted. */
  readonly halfMoved: boolean;
  /** nftables still has the rules for local ports that Hermes's sandbox loads. */
  readonly portRules: boolean;
  /** Backups that were made, and what opens them: they stay. */
  readonly backups: readonly string[];
  readonly certificate:
    | {
        readonly name: string;
        readonly made: boolean;
        /** Files of other sites that use it. */
        readonly usedBy: readonly string[];
      }
    | undefined;
  /** Other files that we wrote or changed (/etc/fstab, …) and that stay as they are. */
  readonly elsewhere: readonly string[];
  /** Whether anything that the wizard remembers is there. */
  readonly state: boolean;
  /** What a last backup would take; only looked at once one is wanted. */
  readonly backup?: { readonly survey: BackupSurvey | undefined; readonly said: string };
  readonly nowMs: number;
}
