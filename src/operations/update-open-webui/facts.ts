import type { SecretText } from '../../secret/secret.ts';
import type { Container, ImageNames } from '../../system/docker/docker.ts';
import { object, parseJson, text } from '../../system/formats/json.ts';
import type { AccountsInFull } from '../../system/web-apps/open-webui-accounts.ts';
import type { PublicConfig } from '../../system/web-apps/open-webui-api.ts';
import type { CreationSpec } from '../../tasks/open-webui/creation-spec.ts';
import type { Settlement } from './duplicates.ts';

/** What templates/open-webui/look-at-release.py prints about the release that is to come. */
interface Release {
  /** '0.12.4'; '' when the image does not say. */
  readonly version: string;
  /** False: the database was made by a newer release, and this one would crash on it. */
  readonly knowsDatabase: boolean;
  /** How many migrations of the database it would run; undefined when the image does not say. */
  readonly migrations: number | undefined;
  /** Why the database could not be read; '' otherwise. */
  readonly problem: string;
  readonly databaseBytes: number;
}

/** What the operator chose. */
export interface UpdateChoice {
  /** The image to run: 'ghcr.io/open-webui/open-webui:v0.12.4'. */
  readonly image: string;
  /** How long the new one may be silent, without answering, before it is given up. */
  readonly patienceSeconds: number;
  /** What happens to accounts whose addresses differ only in case. */
  readonly settlements: readonly Settlement[];
  /** When it was chosen, ms since 1970: the backup is named after it. */
  readonly at: number;
}

/** What must be known before Open WebUI is updated. */
export interface UpdateFacts {
  readonly container: Container | undefined;
  readonly creationSpec: CreationSpec | undefined;
  /** Open WebUI's env file. */
  readonly envFile: SecretText | undefined;
  /** What runs now says of itself; undefined when it does not answer. */
  readonly config: PublicConfig | undefined;
  /** The image that is asked for: 'ghcr.io/open-webui/open-webui:main'. */
  readonly image: string;
  /** The id of what was fetched for it, otherwise of what it leads to on this machine; undefined when it leads nowhere. */
  readonly imageId: string | undefined;
  /** The id that the name leads to on this machine. */
  readonly namedId: string | undefined;
  readonly imageNames: ImageNames | undefined;
  /** Of the image that runs now. */
  readonly imageNamesNow: ImageNames | undefined;
  readonly release: Release | undefined;
  readonly accounts: AccountsInFull | undefined;
  /** Bytes free where Open WebUI's data is. */
  readonly freeBytes: number | undefined;
  readonly nowMs: number;
}

/** Reads it; undefined when it printed something else. */
export function parseRelease(stdout: string): Release | undefined {
  const found = object(parseJson(stdout));
  if (typeof found.knowsDatabase !== 'boolean') return undefined;
  return {
    version: text(found.version),
    knowsDatabase: found.knowsDatabase,
    migrations: typeof found.migrations === 'number' ? found.migrations : undefined,
    problem: text(found.problem),
    databaseBytes: Number(found.databaseBytes ?? 0),
  };
}

/** Pure. Whether there is another image to change to. */
export function isNews({ container, imageId }: Pick<UpdateFacts, 'container' | 'imageId'>): boolean {
  return container !== undefined && imageId !== undefined && imageId !== container.imageId;
}

/** A backup, the copy that would be put back, and room to breathe. */
const ROOM_FACTOR = 3;
const LEAST_ROOM = 500_000_000;

/** Pure. How many bytes must be free where the data is. */
export const roomNeeded = (databaseBytes: number): number =>
  Math.max(LEAST_ROOM, databaseBytes * ROOM_FACTOR);
