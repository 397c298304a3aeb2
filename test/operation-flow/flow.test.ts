import { afterEach, describe, expect, it } from 'vitest';
import { keptAnswers } from '../../src/answers/kept.ts';
import { resolveAnswers } from '../../src/answers/resolve.ts';
import { SECRET_KEYS } from '../../src/answers/schema.ts';
import { rehearseWithOtto } from '../../src/commands/rehearse.ts';
import { chosenFix } from '../../src/engine/contracts/decision.ts';
import type { Host } from '../../src/host/host.ts';
import { type Flow, startFlow } from '../../src/operation-flow/flow.ts';
import type { FlowState } from '../../src/operation-flow/flow-state.ts';
import type { AnyOttoOperation } from '../../src/operations/otto-operation.ts';
import { resetPassword } from '../../src/operations/reset-password/index.ts';
import { Secret } from '../../src/secret/secret.ts';
import { KNOWN } from '../rehearsed-services.ts';
import { action, asksNothing, FAILING, painting, refusal } from './operations.ts';

const flows: Flow[] = [];
afterEach(() => {
  for (const flow of flows.splice(0)) flow.leave();
});

const rehearsal = rehearseWithOtto('healthy', KNOWN, Number.POSITIVE_INFINITY);

async function begin(operation: AnyOttoOperation): Promise<{ flow: Flow; host: Host }> {
  const { host } = await rehearsal;
  const resolution = resolveAnswers(
    { saved: await keptAnswers(host) },
    { unattended: false, notNeeded: new Set(SECRET_KEYS) },
  );
  if (!resolution.ok) throw new Error('the rehearsed Otto has answers');
  const flow = startFlow({ operation, host, answers: resolution.answers, version: '1.0.0' });
  flows.push(flow);
  return { flow, host };
}

/** The first state of that name. */
function reached<Name extends FlowState['name']>(
  flow: Flow,
  name: Name,
): Promise<Extract<FlowState, { name: Name }>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${flow.state().name} instead of ${name}`)), 4_000);
    const look = () => {
      const state = flow.state();
      if (state.name !== name) return;
      clearTimeout(timer);
      unfollow();
      resolve(state as Extract<FlowState, { name: Name }>);
    };
    const unfollow = flow.subscribe(look);
    setImmediate(look);
  });
}

describe('an operation on the screens', () => {
  it('asks one thing after the other, goes back, remembers, and begins only after a yes', async () => {
    const { flow, host } = await begin(painting());
    expect((await reached(flow, 'asking')).ask.id).toBe('colour');
    expect(flow.back()).toBe(false);
    flow.answer('blue');
    await expect.poll(() => (flow.state() as { number?: number }).number).toBe(2);
    flow.answer('wall');
    expect((await reached(flow, 'agreeing')).plan.steps.map((step) => step.do.purpose)).toEqual([
      'Make a folder',
    ]);
    expect(flow.back()).toBe(true);
    expect((await reached(flow, 'asking')).before).toBe('wall');
    expect(flow.back()).toBe(true);
    await expect.poll(() => (flow.state() as { before?: string }).before).toBe('blue');
    flow.answer('red');
    await expect.poll(() => (flow.state() as { number?: number }).number).toBe(2);
    flow.answer('door');
    await reached(flow, 'agreeing');
    expect(await host.stat('/srv/door')).toBeUndefined();
    flow.agree();
    const { ending, summary, ottoIsGone } = await reached(flow, 'ended');
    expect({ ending, summary, ottoIsGone }).toEqual({
      ending: { kind: 'done' },
      summary: ['It is red now.'],
      ottoIsGone: false,
    });
    expect(await host.stat('/srv/door')).toBeDefined();
    expect(await host.stat('/srv/wall')).toBeUndefined();
  });

  it('fetches first, and looks again with what was fetched', async () => {
    const { flow, host } = await begin(
      painting({
        look: async (there) => ({ paint: (await there.stat('/srv/paint')) !== undefined }),
        prepare: ({ paint }) => (paint ? [] : [action(['mkdir', '/srv/paint'], 'Fetch paint')]),
        refuses: ({ paint }) => (paint ? [] : [refusal()]),
        next: () => ({ choice: { name: 'fence' } }),
      }),
    );
    expect((await reached(flow, 'agreeing')).plan.steps).toHaveLength(1);
    expect(await host.stat('/srv/paint')).toBeDefined();
  });

  it('says that nothing was started when it could not be fetched', async () => {
    const { flow } = await begin(painting({ prepare: () => [FAILING] }));
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'not-started' });
  });

  it('fetches again what could not be fetched, when it is tried again', async () => {
    const { flow, host } = await begin(
      painting({
        ...asksNothing,
        prepare: () => [action(['mv', '/srv/parcel', '/srv/unpacked'], 'Fetch the parcel')],
      }),
    );
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'not-started' });
    await host.writeFile('/srv/parcel', '', { mode: 0o600 });
    flow.lookAgain();
    await reached(flow, 'agreeing');
    expect(await host.stat('/srv/unpacked')).toBeDefined();
  });

  it('does not tell of a look that failed after one had gone back', async () => {
    let fail = (_: Error) => {};
    const { flow } = await begin(
      painting({
        looksAtChoice: true,
        look: (_host, _answers, choice) =>
          choice === undefined
            ? Promise.resolve({})
            : new Promise((_resolve, reject) => {
                fail = reject;
              }),
      }),
    );
    await reached(flow, 'asking');
    flow.answer('red');
    await expect.poll(() => (flow.state() as { number?: number }).number).toBe(2);
    flow.answer('shed');
    await reached(flow, 'looking');
    flow.back();
    await reached(flow, 'asking');
    fail(new Error('too late'));
    await new Promise(setImmediate);
    expect(flow.state().name).toBe('asking');
  });

  it('fixes what stands in the way when it is told to, and goes on', async () => {
    const fix = {
      id: 'buy-paint',
      title: 'Buy paint',
      actions: [action(['mkdir', '/srv/bought'], 'Buy paint')],
    };
    const { flow } = await begin(
      painting({
        look: async (there) => ({ paint: (await there.stat('/srv/bought')) !== undefined }),
        refuses: ({ paint }) => (paint ? [] : [refusal([fix])]),
        next: () => ({ choice: { name: 'roof' } }),
      }),
    );
    expect((await reached(flow, 'refused')).findings[0]?.fixes[0]?.title).toBe('Buy paint');
    flow.fix('paint-none', chosenFix(fix));
    await reached(flow, 'agreeing');
  });

  it('takes everything back when a step fails', async () => {
    const { flow, host } = await begin(
      painting({
        ...asksNothing,
        plan: () => ({
          steps: [{ do: action(['mkdir', '/srv/half']), undo: action(['rm', '/srv/half']) }, { do: FAILING }],
        }),
      }),
    );
    await reached(flow, 'agreeing');
    flow.agree();
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'undone' });
    expect(await host.stat('/srv/half')).toBeUndefined();
  });

  it('is stuck when it cannot be rolled back either, and is finished once that is possible', async () => {
    const undo = action(['mv', '/srv/key', '/srv/door-of-stuck'], 'Put the key back');
    const { flow, host } = await begin(
      painting({ ...asksNothing, plan: () => ({ steps: [{ do: FAILING, undo }] }) }),
    );
    await reached(flow, 'agreeing');
    flow.agree();
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'stuck' });
    await host.writeFile('/srv/key', '', { mode: 0o600 });
    flow.finish();
    await expect.poll(() => flow.state()).toMatchObject({ name: 'ended', ending: { kind: 'undone' } });
    expect(await host.stat('/srv/door-of-stuck')).toBeDefined();
  });

  it('is rolled back when it is stopped while it is being proved', async () => {
    const { flow, host } = await begin(
      painting({
        ...asksNothing,
        plan: painting().plan.bind(undefined, {}, { name: 'late' }),
        proves: () => new Promise(() => {}),
      }),
    );
    await reached(flow, 'agreeing');
    flow.agree();
    await expect.poll(() => (flow.state() as { run?: { actionsDone: number } }).run?.actionsDone).toBe(1);
    flow.stop('Stopped with Ctrl-C.');
    const { ending, run } = await reached(flow, 'ended');
    expect(ending).toEqual({ kind: 'undone' });
    expect(run.ended?.reason).toContain('Ctrl-C');
    expect(await host.stat('/srv/late')).toBeUndefined();
  });

  it('asks for no yes where nothing is done', async () => {
    const { flow } = await begin(painting({ ...asksNothing, plan: () => ({ steps: [] }) }));
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'done' });
  });

  it('looks at the choice where that is wanted, and is judged by what is seen then', async () => {
    const { flow } = await begin(
      painting({
        ...asksNothing,
        looksAtChoice: true,
        look: async (_host, _answers, choice) => ({ seen: choice !== undefined }),
        refuses: ({ seen }) => (seen ? [refusal()] : []),
      }),
    );
    expect((await reached(flow, 'refused')).findings).toHaveLength(1);
  });

  it('goes back to the question also while it looks at what was chosen', async () => {
    const { flow } = await begin(
      painting({
        looksAtChoice: true,
        look: (_host, _answers, choice) =>
          choice === undefined ? Promise.resolve({}) : new Promise(() => {}),
      }),
    );
    await reached(flow, 'asking');
    flow.answer('red');
    await expect.poll(() => (flow.state() as { number?: number }).number).toBe(2);
    flow.answer('gate');
    await reached(flow, 'looking');
    expect(flow.back()).toBe(true);
    expect(await reached(flow, 'asking')).toMatchObject({ number: 2, before: 'gate' });
  });

  it('says what cannot be looked at, also that it cannot be rehearsed', async () => {
    const { flow } = await begin(
      painting({ look: async (host) => void (await host.exec(['brew', 'install'])) }),
    );
    expect((await reached(flow, 'unseen')).problem).toBe(
      'This cannot be rehearsed: the server in memory does not know brew install. On a droplet it works.',
    );
  });

  it('sets a password that is typed, over a droplet in memory', async () => {
    const { flow, host } = await begin(resetPassword);
    await reached(flow, 'asking');
    for (const answer of ['ops@client.example', 'typed', new Secret('a-brand-new-password')]) {
      const state = flow.state();
      if (state.name !== 'asking') throw new Error(state.name);
      const option =
        state.ask.kind === 'choose'
          ? state.ask.options.find(({ label, value }) => [label, value].includes(String(answer)))
          : undefined;
      flow.answer(option?.value ?? answer);
      await expect.poll(() => flow.state()).not.toBe(state);
    }
    const state = await reached(flow, 'asking');
    flow.answer(state.ask.kind === 'choose' ? (state.ask.options[1]?.value ?? '') : '');
    await reached(flow, 'agreeing');
    flow.agree();
    expect((await reached(flow, 'ended')).ending).toEqual({ kind: 'done' });
    const body = JSON.stringify({ email: 'ops@client.example', password: 'a-brand-new-password' });
    const answer = await host.fetch('http://127.0.0.1:3000/api/v1/auths/signin', { method: 'POST', body });
    expect(answer).toMatchObject({ ok: true, status: 200 });
  });
});
