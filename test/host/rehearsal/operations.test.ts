import { expect, test } from 'vitest';
import { startFlow } from '../../../src/operation-flow/flow.ts';
import type { FlowState } from '../../../src/operation-flow/flow-state.ts';
import { operations } from '../../../src/operations/index.ts';
import { Secret } from '../../../src/secret/secret.ts';
import { answersWith } from '../../tasks/answers.ts';
import { installedDroplet } from './runs.ts';

/** Every operation can be rehearsed: it looks, asks, plans, does it and proves it, on a droplet in memory; or it says before that it cannot. */

const PASSWORD = 'a-new-password-of-a-rehearsal';

test.each(operations.map((operation) => [operation.command, operation] as const))(
  '%s',
  async (_, operation) => {
    const { host } = await installedDroplet();
    const flow = startFlow({ operation, host, answers: answersWith(), version: '1.0.0', trackRun: () => {} });
    const passed: string[] = [];
    const end = await new Promise<FlowState>((resolve) => {
      const go = () => {
        const state = flow.state();
        passed.push(state.name);
        if (state.name === 'asking') {
          const { ask } = state;
          if (passed.length > 60) return resolve(state);
          if (ask.kind === 'secret') flow.answer(new Secret(PASSWORD));
          else if (ask.kind === 'text') flow.answer(ask.preset ?? 'yes');
          else flow.answer(ask.options[0]?.value ?? '');
        } else if (state.name === 'agreeing') flow.agree();
        else if (['ended', 'unseen', 'refused'].includes(state.name)) resolve(state);
      };
      flow.subscribe(() => queueMicrotask(go));
      go();
    });
    if (end.name === 'unseen') {
      // An entry that cannot be rehearsed says so before it is opened; one that says so really cannot.
      expect([operation.notRehearsed, end.problem]).toEqual([
        true,
        expect.stringContaining('cannot be rehearsed'),
      ]);
      return;
    }
    if (end.name !== 'ended') throw new Error(`${end.name}: ${JSON.stringify(end)}`);
    const failed = end.run.tasks.flatMap(({ failure }) =>
      failure === undefined ? [] : [JSON.stringify(failure)],
    );
    expect([operation.notRehearsed, end.ending.kind, failed]).toEqual([undefined, 'done', []]);
  },
);
