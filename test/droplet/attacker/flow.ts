import type { Scene } from './scene.ts';

/** What root does while it is attacked. */
export type FlowName =
  | 'install'
  | 'check'
  | 'status'
  | 'plan'
  | 'logs'
  | 'support'
  | 'fix'
  | 'backup'
  | 'nightly-backup'
  | 'restore'
  | 'rotate-key'
  | 'update-hermes'
  | 'start-by-npx'
  | 'answers'
  | 'uninstall';

/** The kernel's protections of links, files and pipes (fs.protected_*): as Ubuntu has them, or none. */
export type Sysctls = 'on' | 'off';

/** One thing that an operator or the night does, and the attempts that are made meanwhile. */
export interface Flow {
  readonly name: FlowName;
  /** What is tried meanwhile, by the watchers' names. */
  readonly cleo?: readonly string[];
  readonly mallory?: readonly string[];
  /** Attempts that the flow itself makes, and counts by `scene.tried`. */
  readonly own?: readonly string[];
  /** What has to be there before, undisturbed; not looked at. */
  prepare?(scene: Scene): Promise<void>;
  /** Does it; resolves to how it ended, in a few words. What it throws is a fault of the test. */
  run(scene: Scene): Promise<string>;
  /** Takes away what is only of the flow. */
  after?(scene: Scene): Promise<void>;
}
