import type { PythonProject } from '../../system/python/python.ts';
import type { HermesCodeFacts } from '../../tasks/hermes-code/look.ts';
import type { HermesServiceFacts } from '../../tasks/hermes-service/look.ts';

/** The state of the new code. */
export interface Target {
  /** What was asked for: 'origin/main', 'v0.19.0', a commit. */
  readonly ref: string;
  /** Undefined when the checkout does not know that name. */
  readonly commit: string | undefined;
  /** Commits that only the checkout has. */
  readonly ownCommits: number;
  /** 'a1b2c3d Fix the lock', the newest first. */
  readonly news: readonly string[];
  /** The version it reports; undefined when it could not be read. */
  readonly project: PythonProject | undefined;
}

/** What must be known before Hermes is updated. */
export interface UpdateFacts {
  readonly code: HermesCodeFacts;
  readonly service: HermesServiceFacts;
  readonly target: Target;
  /** Bytes of the virtual environment, which is kept as a copy. */
  readonly venvBytes: number;
  /** Bytes free where Hermes is. */
  readonly freeBytes: number | undefined;
}
