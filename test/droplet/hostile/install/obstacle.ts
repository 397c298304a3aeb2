import type { HostName } from '../../internet/names.ts';
import type { ScenarioContext } from '../../runner/scenario.ts';

/** How far an installation has come. */
export const STAGES = ['packages', 'downloads', 'python', 'certificate'] as const;
export type Stage = (typeof STAGES)[number];

/** The servers that a stage needs, and the part of a path at which a run that asks for it can be held: it is in the middle then. */
export const ASKED: Readonly<Record<Stage, readonly (readonly [host: HostName, part: string])[]>> = {
  packages: [['deb.small.example', '.deb']],
  downloads: [
    ['ghcr.io', '/blobs/'],
    ['github.com', 'upload-pack'],
  ],
  python: [['pypi.small.example', '.whl']],
  certificate: [['acme-v02.api.letsencrypt.org', 'order']],
};

type Where = Pick<ScenarioContext, 'droplet' | 'internet' | 'check'>;

/** Something in the way of an installation: it has to be told in clear words, and the next run goes on from there. */
export interface Obstacle {
  /** Stable, unique: 'downloads-portal'. */
  readonly name: string;
  readonly stage: Stage;
  /** As one would tell a colleague. */
  readonly title: string;
  /** At the start: a first look tells it. In the middle: everything was well until this stage began. */
  readonly from: 'the start' | 'the middle';
  begin(where: Where): Promise<void>;
  /** Each of them has to be told. */
  readonly says: readonly RegExp[];
  /** It is over. */
  end(where: Where): Promise<void>;
}
