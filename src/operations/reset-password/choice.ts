import type { Secret } from '../../engine/secret.ts';

/** What the operator chose. */
export interface ResetChoice {
  /** The account's id: addresses may differ in case between Open WebUI's tables (facts: open-webui A2). */
  readonly accountId: string;
  readonly password: Secret;
  /** Let a deactivated account sign in again. */
  readonly activate: boolean;
  /** Make it an administrator: for when none is left. */
  readonly promote: boolean;
  /** Whoever is signed in to this account is signed out. */
  readonly endSessions: boolean;
  /** Whoever lost their second factor sets up a new one at the next sign-in. */
  readonly dropSecondFactor: boolean;
}
