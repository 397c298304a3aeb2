import { expect, test } from 'vitest';
import { command, writeFile } from '../../src/engine/contracts/command.ts';
import { foundAs, madeByUs, notOurs, opens, stops } from '../../src/engine/contracts/effect.ts';
import type { OperationPlan } from '../../src/engine/contracts/operation.ts';
import { viewPlan } from '../../src/engine/plan-view.ts';
import { operations } from '../../src/operations/index.ts';
import { refuseUnlistedSteps } from '../effects.ts';
import { FakeHost } from '../engine/fake-host.ts';
import { EFFECTS_OF_OPERATIONS } from './effects-of-operations.ts';

const stop = (whose = notOurs) =>
  command(['systemctl', 'stop', 'x'], 'Stop x', { effects: stops('x', whose) });
const said = async (plan: OperationPlan, words?: string, host = new FakeHost()) =>
  (await viewPlan(plan, words, host)).consequence;

test('the list names each operation, and none that there is not', () => {
  expect(Object.keys(EFFECTS_OF_OPERATIONS).sort()).toEqual(operations.map(({ id }) => id).sort());
});

test('no operation opens a way in, leads anything elsewhere, or does anything to what is not Otto’s', () => {
  const all = Object.values(EFFECTS_OF_OPERATIONS).flat();
  expect(all.filter((one) => /^(opens|leads-elsewhere) | nobody$/.test(one))).toEqual([]);
});

test('the tests’ setup refuses a step that does what the list does not say', () => {
  expect(() => refuseUnlistedSteps('restart', [stop(foundAs('nginx'))])).not.toThrow();
  expect(() => refuseUnlistedSteps('restart', [stop()])).toThrow(/stops nobody/);
  expect(() => refuseUnlistedSteps('renovate', [])).toThrow();
});

test('what a plan does to what is not Otto’s is part of what is agreed to, wherever it stands in the plan', async () => {
  const words = 'Stops x, which is not known to belong to this Otto.';
  expect(await said({ steps: [{ do: stop() }] })).toBe(words);
  expect(await said({ steps: [{ do: stop() }] }, 'Nobody can chat.')).toBe(`Nobody can chat. ${words}`);
  expect(await said({ steps: [{ do: stop(foundAs('x')), undo: stop() }] })).toBe(words);
  expect(await said({ steps: [{ do: stop(foundAs('x')), undo: [stop(foundAs('x')), stop()] }] })).toBe(words);
  expect(await said({ steps: [], irreversible: [stop()] })).toBe(words);
  expect(await said({ steps: [], cleanupAfterSuccess: [stop()] })).toBe(words);
  expect(await said({ steps: [], cleanupAfterUndo: [stop()] })).toBe(words);
  expect(await said({ steps: [{ do: stop(foundAs('x')) }] }, 'Nobody can chat.')).toBe('Nobody can chat.');
  const open = command(['ufw', 'allow', '80/tcp'], 'Open', {
    effects: opens('port 80 to everyone', notOurs),
  });
  expect(await said({ steps: [{ do: open }] })).toBe('Opens port 80 to everyone.');
});

test('what the ledger does not know, and a file that somebody else wrote, are not Otto’s', async () => {
  expect(await said({ steps: [{ do: stop(madeByUs('container', 'x')) }] })).toContain('Stops x');
  const host = new FakeHost();
  host.files.set('/etc/x', { content: 'theirs', mode: 0o644, owner: 'root:root' });
  const write = writeFile('/etc/x', 'ours', 0o644, 'Write x');
  expect(await said({ steps: [{ do: write }] }, undefined, host)).toBe(
    'Replaces /etc/x, which otto-install did not write.',
  );
  expect(await said({ steps: [{ do: writeFile('/etc/y', 'ours', 0o644, 'Write y') }] })).toBeUndefined();
});
