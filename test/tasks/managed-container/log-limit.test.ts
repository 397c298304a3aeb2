import { expect, test } from 'vitest';
import { logLimitIn } from '../../../src/tasks/managed-container/log-limit.ts';

const LIMITED = ['--log-opt', 'max-size=20m', '--log-opt', 'max-file=3'];

test.each([
  ['Docker as it comes', {}, LIMITED],
  ['its usual driver, named', { 'log-driver': 'json-file' }, LIMITED],
  ['a limit for all containers', { 'log-opts': { 'max-size': '10m' } }, []],
  ['a limit as a flag of the daemon', { 'log-opt': 'max-size=10m' }, []],
  ['the journal, which refuses these words', { 'log-driver': 'journald' }, []],
  ['the driver with limits of its own', { 'log-driver': 'local' }, []],
])('%s', (_, settings, words) => {
  expect(logLimitIn(settings)).toEqual(words);
});
