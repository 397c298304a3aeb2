import type { Secret, SecretText } from '../../secret/secret.ts';
import type { SystemAccount } from '../../system/accounts/system-account.ts';
import type { Container, NamedContainer } from '../../system/docker/docker.ts';
import type { Env } from '../../system/formats/env-file.ts';
import type { PaperclipHealth } from '../../system/web-apps/paperclip-api.ts';
import type { Administrators } from '../first-admin/administrators.ts';
import type { ImageNote } from '../managed-container/image-note.ts';
import type { LeftPort } from '../managed-container/left-port.ts';
import type { PaperclipData } from './data.ts';
import type { Administrator } from './look-inside.ts';

/** What Paperclip looks like. */
export interface PaperclipFacts {
  /** What answers on 127.0.0.1:3000, when it is Paperclip. */
  readonly health: PaperclipHealth | undefined;
  /** It answers inside its container, whatever comes out of it. */
  readonly answersInside?: boolean;
  /** Docker is told to publish ports in no way at all; only looked at then. */
  readonly publishesNothing?: boolean;
  /** The process that listens on port 3000. */
  readonly holder: string | undefined;
  readonly taken: boolean;
  /** What is on its port belongs to no container; only looked at where it is not Paperclip’s own. */
  readonly leftPort?: LeftPort | undefined;
  /** Port 3000 can be reached from other machines; UFW does not hold that back when Docker publishes it. */
  readonly openToOthers: boolean;
  /** The container named paperclip. */
  readonly container: Container | undefined;
  /** Containers of other names in which Paperclip runs; only looked for where there is none of this Otto's name. */
  readonly elsewhere?: readonly NamedContainer[];
  readonly imageThere: boolean;
  /** The very image that an updated Paperclip ran from. */
  readonly imageNote?: ImageNote | undefined;
  readonly envFile: SecretText | undefined;
  /** How a new container's log is kept small. */
  readonly logLimit?: readonly string[] | undefined;
  /** BETTER_AUTH_SECRET as this machine has it. */
  readonly secret: Secret | undefined;
  /** The image that the answers name is the one of the container. */
  readonly sameImage: boolean;
  /** What the container was given beyond what its image brings. */
  readonly ownEnv: Env;
  readonly data: PaperclipData;
  /** The account that Paperclip is to run as, there or not. */
  readonly account: SystemAccount;
  /** Whose numbers its processes and its data have now. `who`: who else has it, in words. */
  readonly ids: readonly {
    readonly uid: number;
    readonly who: string | undefined;
    readonly isProcess: boolean;
  }[];
  /** A move of its data to another user was cut off. */
  readonly halfMoved: boolean;
  /** Undefined where it cannot be told. */
  readonly administrators: readonly Administrator[] | undefined;
  /** The administrators that an operator named. */
  readonly named: Administrators;
  /** The container's last lines, while it does not answer. */
  readonly log: readonly string[];
  readonly nowMs: number;
}
