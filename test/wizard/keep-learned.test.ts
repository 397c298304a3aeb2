import { expect, test } from 'vitest';
import { typedBefore, typedSecrets } from '../../src/answers/typed-secrets.ts';
import { lastHealthy } from '../../src/changes/healthy.ts';
import type { Event } from '../../src/engine/contracts/event.ts';
import type { Detached, RunSummary } from '../../src/engine/contracts/run.ts';
import { createRehearsal } from '../../src/rehearsal/index.ts';
import { keepLearned } from '../../src/wizard/keep-learned.ts';
import { started, task } from '../events.ts';
import { answersWith } from '../tasks/answers.ts';

const SUMMARY: RunSummary = {
  run: '1',
  mode: 'install',
  outcome: 'healthy',
  ms: 60_000,
  commandMs: 30_000,
  actions: 2,
  tasks: [],
};

async function keptAfter(summary: RunSummary, detached?: Detached): Promise<boolean> {
  const { host } = createRehearsal({ speed: 1_000 });
  const run = { subscribe: () => () => {}, result: Promise.resolve(summary), detached };
  await keepLearned(run, host, answersWith());
  return (await lastHealthy(host)) !== undefined;
}

test('a healthy end is kept by the process that did the work, whether anybody watches or not', async () => {
  expect(await keptAfter(SUMMARY)).toBe(true);
  expect(await keptAfter({ ...SUMMARY, outcome: 'stopped' })).toBe(false);
});

test('who only watches keeps nothing', async () => {
  const watching = { get: () => ({ viewers: [] }), subscribe: () => () => {} };
  expect(await keptAfter(SUMMARY, { watching, takeOver: () => {}, leave: () => {} })).toBe(false);
});

test('that a password was typed is known until a run has ended healthy; what it was is written nowhere', async () => {
  const { host } = createRehearsal({ speed: 1_000 });
  expect(typedSecrets({ adminPassword: 'flags', apiKey: 'generated', anthropicApiKey: 'flags' })).toEqual([
    'adminPassword',
  ]);
  const answers = answersWith({ adminPassword: 'typed-horse-battery-9' });
  const after = async (outcome: RunSummary['outcome']) => {
    const subscribe = (listener: (event: Event) => void) => {
      listener(started([task('domain')]));
      return () => {};
    };
    const run = { subscribe, result: Promise.resolve({ ...SUMMARY, outcome }) };
    await keepLearned(run, host, answers, ['adminPassword']);
    return [...(await typedBefore(host))];
  };
  expect(await after('stopped')).toEqual(['adminPassword']);
  expect(await host.readFile('/var/lib/otto-install/typed-secrets.json')).toBe('["adminPassword"]\n');
  expect(await after('healthy')).toEqual([]);
});
