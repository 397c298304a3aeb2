import { expect, test } from 'vitest';
import type { AnyOperation } from '../../src/engine/contracts/operation.ts';
import { FakeHost } from './fake-host.ts';
import { finding, finish, only, run, type TestAnswers, task } from './tools.ts';

const RECORD = '/var/lib/otto-install/operation.json';

function machine(): FakeHost {
  const host = new FakeHost();
  host.commands.rm = (argv) => {
    host.files.delete(argv.at(-1) ?? '');
    return {};
  };
  for (const name of ['paint', 'unpaint']) host.commands[name] = () => ({});
  return host;
}

const paint: AnyOperation<TestAnswers> = {
  id: 'paint',
  title: 'Paint the house',
  why: 'Because.',
  look: async () => undefined,
  refuses: () => [],
  plan: () => ({ steps: [{ do: run('paint'), undo: run('unpaint') }] }),
  verifies: ['house'],
};

const house = task('house', () => []);
const garden = task('garden', () => [finding('weeds')]);

function operating(operation: AnyOperation<TestAnswers>, host = machine()) {
  return finish([house, garden], { host, mode: 'operate', operation: { operation, choice: undefined } });
}

test('a run announces the operation and the parts that it verifies, and leaves neither answers nor progress', async () => {
  const { events, summary, host } = await operating(paint);
  expect(summary).toMatchObject({ outcome: 'healthy', actions: 1 });
  const [started] = only(events, 'run-started');
  expect(started?.tasks.map(({ id, needs }) => [id, needs])).toEqual([
    ['paint', []],
    ['house', ['paint']],
  ]);
  expect([...host.files.keys()].filter((path) => /answers|progress|operation/.test(path))).toEqual([]);
});

test('one that is rolled back fails, and says why and that all is as before', async () => {
  const host = machine();
  host.commands.paint = () => ({ exitCode: 1, stderr: 'no paint' });
  const { summary } = await operating(paint, host);
  expect(summary.outcome).toBe('failed');
  expect(summary.reason).toMatch(/no paint.*as it was before/);
});

test('one that is refused ends with findings, nothing started', async () => {
  const { summary, host } = await operating({ ...paint, refuses: () => [finding('rain')] });
  expect([summary.outcome, summary.actions, host.ran]).toEqual(['findings', 0, []]);
  expect(summary.tasks[0]?.findings[0]?.code).toBe('rain');
});

test('nothing new is started while an earlier one was cut off; that one is finished first', async () => {
  const host = machine();
  const record = {
    operation: 'dig',
    title: 'Dig a pond',
    run: 'r',
    startedAt: '2026-11-22T10:00:00.000Z',
    state: 'at-work',
    begun: 1,
    undo: [[run('unpaint')]],
    afterwards: [],
  };
  host.files.set(RECORD, { content: JSON.stringify(record), mode: 0o600, owner: 'root:root' });
  const refused = await operating(paint, host);
  expect(refused.summary.outcome).toBe('failed');
  expect(refused.summary.reason).toMatch(/Dig a pond.*2026-11-22 10:00/);
  expect(host.ran).toEqual([]);
  const ended = await finish([house], { host, mode: 'operate' });
  expect(ended.summary.tasks.map(({ title }) => title)).toEqual(['Dig a pond']);
  // To take it back was all that was wanted, and reads like that.
  expect(ended.summary).toMatchObject({
    outcome: 'healthy',
    tasks: [{ note: expect.stringMatching(/rolled back/) }],
  });
  expect(host.ran[0]).toBe('unpaint');
  expect(host.files.has(RECORD)).toBe(false);
});

test('a record that cannot be read is never taken for none', async () => {
  const host = machine();
  host.files.set(RECORD, { content: '{"operation":', mode: 0o600, owner: 'root:root' });
  expect((await operating(paint, host)).summary.outcome).toBe('failed');
  expect((await finish([house], { host, mode: 'operate' })).summary.outcome).toBe('failed');
  expect(host.ran).toEqual([]);
});
