import type { Secret, SecretText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { RunningElsewhere } from '../../tasks/hermes-code/running-elsewhere.ts';
import type { SettingsFile } from '../../tasks/hermes-config/look.ts';
import type { CreationSpec } from '../../tasks/open-webui/creation-spec.ts';

/** What must be known before the key is changed. */
export interface RotateFacts {
  /** Hermes's .env. */
  readonly env: SettingsFile | undefined;
  /** The file of the unit that sets API_SERVER_KEY; undefined where Hermes's .env does. */
  readonly setBy?: string | undefined;
  /** The Hermes that answers, where it is another user's. */
  readonly elsewhere?: RunningElsewhere | undefined;
  /** API_SERVER_KEY as Hermes reads it. */
  readonly key: Secret | undefined;
  readonly container: Container | undefined;
  readonly creationSpec: CreationSpec | undefined;
  /** Open WebUI's env file. */
  readonly envFile: SecretText | undefined;
  readonly nowMs: number;
}

/** What the operator chose. */
export interface RotateChoice {
  readonly key: Secret;
  /** When it was chosen, ms since 1970: what is kept for the way back is named after it. */
  readonly at: number;
}
