import type { Container } from '../../system/docker/docker.ts';
import { describe, isOurs } from '../containers.ts';

/** What Docker says of a container that does not answer. */
type ContainerState =
  /** It ends soon after each start. */
  | 'restarts'
  | 'running'
  | 'paused'
  /** It was created and never ran. */
  | 'never-started'
  | 'stopped';

/** Between two starts a container in a loop is 'running' for a moment. */
const LOOP = 3;

/** Pure. In which state a container is. */
export function stateOf({ status, restarting, restarts }: Container): ContainerState {
  if (restarting || (status === 'running' && restarts >= LOOP)) return 'restarts';
  if (status === 'running' || status === 'paused') return status;
  return status === 'created' ? 'never-started' : 'stopped';
}

/** The evidence for it: the state in words, and the last line that it wrote. */
export function stateEvidence(container: Container, log: readonly string[], nowMs: number): string {
  const last = log.at(-1);
  const state = `The container ${describe(container, nowMs)}.`;
  return last === undefined ? state : `${state} Last line: ${last}`;
}

/** The consequence of a fix that needs no consent for our container, but does for somebody else's. */
export const unlessOurs = (container: Container, consequence: string): { readonly consequence?: string } =>
  isOurs(container) ? {} : { consequence };
