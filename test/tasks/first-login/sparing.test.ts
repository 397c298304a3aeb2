import { expect, test } from 'vitest';
import {
  countFailures,
  isSpared,
  isSparing,
  rememberAnswer,
  sparingClaude,
} from '../../../src/tasks/first-login/sparing.ts';
import { answersWith } from '../answers.ts';

const MINUTE = 60_000;

test('a single look always asks', () => {
  const answers = answersWith();
  rememberAnswer(answers, 0, 0);
  expect(isSparing(answers)).toBe(false);
  expect(isSpared(answers, 1, 0)).toBe(false);
});

test('looks that repeat ask at first, then after a while, and as soon as a call failed', () => {
  const answers = sparingClaude(answersWith(), 15 * MINUTE);
  expect(isSpared(answers, 0, 2)).toBe(false);
  rememberAnswer(answers, 0, 2);
  expect(isSpared(answers, 14 * MINUTE, 2)).toBe(true);
  expect(isSpared(answers, 15 * MINUTE, 2)).toBe(false);
  expect(isSpared(answers, MINUTE, 3)).toBe(false);
});

test('failed calls are told from everything else that Hermes writes down', () => {
  const log = [
    '2026-11-22 19:55:26,373 WARNING gateway.platforms.api_server: API server rejected invalid API key: remote=1',
    '2026-11-22 19:56:01,120 WARNING agent: API call failed (attempt 1/3) error_type=RateLimitError',
    '2026-11-22 19:56:09,551 ERROR agent: Non-retryable client error: 401',
  ].join('\n');
  expect(countFailures(log)).toBe(2);
  expect(countFailures(undefined)).toBe(0);
});
