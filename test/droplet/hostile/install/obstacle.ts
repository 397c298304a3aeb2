import type { HostName } from '../../internet/names.ts';
import type { ScenarioContext } from '../../runner/scenario.ts';

/** How far an installation has come: what it has not come to yet cannot be reached meanwhile. */
export const STAGES = ['packages', 'downloads', 'python', 'certificate'] as const;
export type Stage = (typeof STAGES)[number];

/** The servers that a stage needs, and none before it. */
export const HOSTS_OF: Readonly<Record<Stage, readonly HostName[]>> = {
  packages: ['deb.small.example'],
  downloads: ['ghcr.io', 'github.com'],
  python: ['pypi.small.example'],
  certificate: ['acme-v02.api.letsencrypt.org'],
};

type Where = Pick<ScenarioContext, 'droplet' | 'internet' | 'check'>;

/** Something in the way of an installation: it has to be told in clear words, and the next run goes on from there. */
export interface Obstacle {
  /** Stable, unique: 'downloads-portal'. */
  readonly name: string;
  readonly stage: Stage;
  /** As one would tell a colleague. */
  readonly title: string;
  begin(where: Where): Promise<void>;
  /** Each of them has to be told. */
  readonly says: readonly RegExp[];
  /** Seconds that the run may take; 300 when absent. */
  readonly seconds?: number;
  /** It is over. */
  end(where: Where): Promise<void>;
}
