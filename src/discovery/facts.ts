import type { SecretText } from '../secret/secret.ts';
import type { Container } from '../system/docker/docker.ts';
import type { Env } from '../system/formats/env-file.ts';
import type { Server } from '../system/nginx/nginx.ts';
import type { Accounts } from '../system/web-apps/open-webui-accounts.ts';

import type { FoundHermes } from './found-hermes.ts';
import type { FoundOpenWebui } from './found-open-webui.ts';

/** What a machine shows of an Otto on it that nobody told us about. */
export interface DiscoveryFacts {
  /** Whether Docker could be asked. */
  readonly dockerAnswers: boolean;
  readonly openWebui: Container | undefined;
  /** Under which name it was found, and where this machine reaches it; undefined where both are the usual ones. */
  readonly openWebuiAs?: FoundOpenWebui;
  /** The name, tag or digest, by which exactly this image of Open WebUI can be fetched again. */
  readonly openWebuiImage: string | undefined;
  readonly paperclip: Container | undefined;
  readonly servers: readonly Server[];
  /** Names of certificates that certbot keeps. */
  readonly certificates: readonly string[];
  /** Addresses that certbot was told, the surest first. */
  readonly contacts: readonly string[];
  /** Where those certificates come from. */
  readonly authorities: readonly string[];
  /** Whom hermes-gateway.service runs as; undefined without that unit. */
  readonly unitUser: string | undefined;
  /** The folders of the Hermes that the unit runs, where they are not the usual ones. */
  readonly hermesAs?: FoundHermes;
  /** Users with a Hermes in their home. */
  readonly homes: readonly string[];
  /** Of the one user that is found; undefined when there is none or there are several. */
  readonly hermes: HermesFacts | undefined;
  /** Undefined when they could not be read. */
  readonly accounts: Accounts | undefined;
}

/** What Hermes of one user says. Contents of files; undefined where there is none. */
export interface HermesFacts {
  readonly user: string;
  readonly env: SecretText | undefined;
  /** What the unit sets for it; .env counts more. */
  readonly unitEnv?: Env;
  readonly config: SecretText | undefined;
  /** .git/config, .git/HEAD, and the HEAD of origin. */
  readonly git: SecretText | undefined;
  readonly head: string | undefined;
  readonly originHead: string | undefined;
  readonly claudeSignIn: boolean;
  readonly ghHosts: boolean;
}

/** The users that a Hermes on this machine may belong to. */
export function candidates({
  unitUser,
  homes,
}: Pick<DiscoveryFacts, 'unitUser' | 'homes'>): readonly string[] {
  if (unitUser !== undefined && unitUser !== 'root' && homes.includes(unitUser)) return [unitUser];
  return [...new Set([...(unitUser === undefined || unitUser === 'root' ? [] : [unitUser]), ...homes])];
}
