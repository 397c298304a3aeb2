import { expect, test } from 'vitest';
import { keptAnswers } from '../../src/answers/kept.ts';
import { lastHealthy } from '../../src/changes/healthy.ts';
import { rehearseWithOtto } from '../../src/commands/rehearse.ts';
import { begin } from '../../src/wizard/begin.ts';
import { standIn } from '../../src/wizard/services.ts';
import { KNOWN } from '../rehearsed-services.ts';

async function begun(how: 'healthy' | 'broken', mode: 'install' | 'check' | 'plan') {
  const { host } = await rehearseWithOtto(how, KNOWN, Number.POSITIVE_INFINITY);
  const answers = standIn({ ...(await keptAnswers(host)), ...KNOWN });
  const place = { host, version: '1.0.0', warn: () => {} };
  const { run, kept } = begin(mode, place, { answers });
  await kept;
  return { host, outcome: (await run.result).outcome };
}

test.each(['install', 'check'] as const)('a healthy end of %s keeps how things stood', async (mode) => {
  const { host, outcome } = await begun('healthy', mode);
  expect(outcome).toBe('healthy');
  expect(await lastHealthy(host)).toBeDefined();
});

test.each([
  ['healthy', 'plan'],
  ['broken', 'check'],
] as const)('what is %s and looked at with %s keeps nothing', async (how, mode) => {
  expect(await lastHealthy((await begun(how, mode)).host)).toBeUndefined();
});
