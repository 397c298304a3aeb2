import type { ChosenFix } from '../src/engine/contracts/decision.ts';
import type { Flow } from '../src/operation-flow/flow.ts';
import type { FlowState } from '../src/operation-flow/flow-state.ts';
import type { Secret } from '../src/secret/secret.ts';
import { painting } from './operation-flow/operations.ts';

/** A flow that stands where the test says, and remembers what it is told. */
export class ScriptedFlow implements Flow {
  readonly operation = painting();
  readonly told: (string | Secret)[] = [];
  readonly calls: string[] = [];
  /** How many steps back there are. */
  steps = 0;
  #state: FlowState;
  #listeners = new Set<() => void>();

  constructor(state: FlowState = { name: 'looking' }) {
    this.#state = state;
  }
  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly state = () => this.#state;
  go(state: FlowState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
  readonly answer = (value: string | Secret) => void this.told.push(value);
  readonly back = () => {
    this.calls.push('back');
    this.steps -= 1;
    return this.steps >= 0;
  };
  readonly agree = () => void this.calls.push('agree');
  readonly lookAgain = () => void this.calls.push('look again');
  readonly fix = (code: string, { fix }: ChosenFix) => void this.calls.push(`fix ${code} ${fix}`);
  readonly finish = () => void this.calls.push('bring to end');
  readonly stop = (reason: string) => void this.calls.push(reason);
  readonly leave = () => void this.calls.push('leave');
}
