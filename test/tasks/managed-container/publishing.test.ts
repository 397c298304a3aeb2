import { expect, test } from 'vitest';
import { OURS } from '../../../src/tasks/containers.ts';
import { publishAgain } from '../../../src/tasks/managed-container/publishing.ts';
import { container, NOW } from '../containers.ts';

const ours = { [OURS]: 'open-webui' };
const started = (minutes: number, labels = {}) => container({ startedMs: NOW - minutes * 60_000, labels });
const fix = (one: ReturnType<typeof container>, told = false) =>
  publishAgain('open-webui', one, { told, nowMs: NOW })[0];

test.each([
  ['ours, started a minute ago: nobody has come in since', started(1, ours), undefined],
  ['ours, for hours', started(180, ours), 'interrupted'],
  ['somebody else’s, started a minute ago', started(1), 'interrupted'],
])('%s', (_, one, consequence) => {
  const { consequence: said, actions } = fix(one) ?? {};
  if (consequence === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(consequence);
  expect(actions).toMatchObject([
    { effects: [{ does: 'stops', whose: { by: consequence === undefined ? 'label' : 'nobody' } }] },
  ]);
});

test('a restart does not help a Docker that is told to publish nothing', () => {
  expect(fix(started(1, ours), true)).toBeUndefined();
});
