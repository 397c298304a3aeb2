import type { Flow } from '../../../src/operation-flow/flow.ts';
import type { FlowState } from '../../../src/operation-flow/flow-state.ts';
import { Secret } from '../../../src/secret/secret.ts';

const PASSWORD = new Secret('a-new-password-of-a-rehearsal');

/** Answers as somebody who takes what is first and agrees. Resolves to how it ended, or to the question that is asked for ever. */
export function answering(flow: Flow): Promise<FlowState> {
  let asked = 0;
  return new Promise<FlowState>((resolve) => {
    const go = () => {
      const state = flow.state();
      if (state.name === 'asking') {
        const { ask } = state;
        asked += 1;
        if (asked > 60) return resolve(state);
        if (ask.kind === 'secret') flow.answer(PASSWORD);
        else if (ask.kind === 'text') flow.answer(ask.preset ?? 'yes');
        else flow.answer(ask.options[0]?.value ?? '');
      } else if (state.name === 'agreeing') flow.agree();
      else if (['ended', 'unseen', 'refused'].includes(state.name)) resolve(state);
    };
    flow.subscribe(() => queueMicrotask(go));
    go();
  });
}
