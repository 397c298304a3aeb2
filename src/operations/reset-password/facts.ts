import type { Secret, SecretText } from '../../secret/secret.ts';
import type { Container } from '../../system/docker/docker.ts';
import type { AccountsInFull } from '../../system/web-apps/open-webui-accounts.ts';
import type { PublicConfig } from '../../system/web-apps/open-webui-api.ts';
import type { CreationSpec } from '../../tasks/open-webui/creation-spec.ts';

/** What must be known before a password is reset. */
export interface ResetFacts {
  readonly container: Container | undefined;
  readonly creationSpec: CreationSpec | undefined;
  /** Open WebUI's env file. */
  readonly envFile: SecretText | undefined;
  /** Undefined where they were not asked for, or nothing answered. */
  readonly accounts: AccountsInFull | undefined;
  /** The last output of the program that should have read them, when it failed. */
  readonly said: string;
  /** The version Open WebUI reports; undefined when it does not answer. */
  readonly config: PublicConfig | undefined;
  readonly nowMs: number;
}

/** What the operator chose. */
export interface ResetChoice {
  /** The account's id: addresses may differ in case between Open WebUI's tables (facts: open-webui A2). */
  readonly accountId: string;
  readonly password: Secret;
  /** Whether it was generated, so that it has to be shown. */
  readonly generated: boolean;
  /** Let a deactivated account sign in again. */
  readonly activate: boolean;
  /** Make it an administrator: for when none is left. */
  readonly promote: boolean;
  /** Whoever is signed in to this account is signed out. */
  readonly endSessions: boolean;
  /** Whoever lost their second factor sets up a new one at the next sign-in. */
  readonly dropSecondFactor: boolean;
  /**
   * The key that signs sessions from then on: in releases that cannot end one account's sessions (before 0.12) that is
   * the only way, and ends everybody's. Undefined: the key stays.
   */
  readonly newSessionKey: Secret | undefined;
  /** When it was chosen, ms since 1970: the backup is named after it. */
  readonly at: number;
}
