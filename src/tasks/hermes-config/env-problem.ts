import type { SecretText } from '../../secret/secret.ts';
import type { Finding } from './findings.ts';

/** What is wrong with ~/.hermes/.env and what would be set; names to values. */
export interface EnvProblem {
  readonly finding: Finding;
  readonly set: Readonly<Record<string, SecretText>>;
  /** What changing it gives up. */
  readonly consequence?: string;
  /** Changes the text before variables are set in it. */
  readonly rewrite?: (text: string) => string;
  /** Only the form changes: a running Hermes has the same values already. */
  readonly sameValues?: true;
}

/** Keys that may be in use although .env does not have them. */
export interface OtherKeys {
  /** In config.yaml: Hermes takes it when .env has none. */
  readonly inConfig?: SecretText | undefined;
  /** What Open WebUI shows when it asks Hermes. */
  readonly ofOpenWebui?: SecretText | undefined;
}
