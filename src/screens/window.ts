import type { FlowState } from '../operation-flow/flow-state.ts';
import { askedNow, type RunModel } from '../run/view-model.ts';

/** What the terminal's window is called, and what waits for somebody; a new one of these rings. */
export interface WindowState {
  readonly title: string;
  /** Empty: nothing waits. */
  readonly waiting: string;
}

const NAME = 'otto-install';

/** Of a run; `doing`: 'installing', undefined where nothing is at work. */
export function windowOfRun(run: RunModel, doing: string | undefined): WindowState {
  const asked = askedNow(run);
  if (asked !== undefined) return { title: `${NAME} needs you`, waiting: asked.id };
  if (doing === undefined) return { title: NAME, waiting: '' };
  if (run.ended === undefined) return { title: `${NAME}: ${doing}`, waiting: '' };
  const how = run.ended.outcome === 'healthy' ? 'ready' : 'ended';
  return { title: `${NAME}: ${how}`, waiting: `${run.run} ended` };
}

/** Of an operation. Its questions follow keys that somebody pressed just now; its end comes when it comes. */
export function windowOfFlow(title: string, flow: FlowState): WindowState {
  if (flow.name === 'working' || flow.name === 'fetching') return { title: `${NAME}: ${title}`, waiting: '' };
  if (flow.name !== 'ended') return { title: NAME, waiting: '' };
  const how = flow.ending.kind === 'done' ? 'done' : 'needs you';
  return { title: `${NAME}: ${title}, ${how}`, waiting: `${title} ended` };
}
