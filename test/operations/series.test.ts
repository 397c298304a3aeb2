import { expect, test } from 'vitest';
import { UsageError } from '../../src/commands/command-line.ts';
import { completions, parseOperation, seriesHelp } from '../../src/commands/operation-words.ts';
import { operations, series } from '../../src/operations/index.ts';
import { seriesEnd } from '../../src/operations/series.ts';
import { updateAll } from '../../src/operations/update-all.ts';

const parse = (line: string) => parseOperation(line.split(' '), operations, series);
const complete = (line: string) =>
  completions(line.split(' '), operations, series).map(({ command }) => command);

test('update all is Hermes, Open WebUI and Paperclip, each with what it asks itself', () => {
  const call = parse('update all --yes --plain');
  expect(call).toMatchObject({ series: updateAll, yes: true, flags: {}, secretFiles: {} });
  expect(call?.operation).toBe(updateAll.operations[0]);
  expect(updateAll.operations.map(({ command }) => command)).toEqual([
    'update hermes',
    'update open-webui',
    'update paperclip',
  ]);
  expect(parse('update paperclip')?.series).toBeUndefined();
});

test.each(['update all --version v1', 'update all of it', 'update nothing', 'update'])(
  '%s is refused',
  (line) => {
    expect(() => parse(line)).toThrow(UsageError);
  },
);

test('update alone can be completed; what is whole or unknown cannot', () => {
  const family = ['update all', 'update hermes', 'update open-webui', 'update paperclip'];
  expect(complete('update')).toEqual(family);
  expect(complete('update --plain')).toEqual(family);
  for (const line of ['update hermes', 'restart', 'check', '']) expect(complete(line)).toEqual([]);
});

test('its help says what it is, and has the exit codes', () => {
  expect(seriesHelp(updateAll)).toMatch(/otto-install update all[\s\S]*Paperclip[\s\S]*Exit codes/);
});

test('how it ended: what was done, what was not, what was never begun', () => {
  const [hermes, page, office] = updateAll.operations;
  expect(seriesEnd(updateAll, undefined)).toEqual([
    'All of it is done: Update Hermes, Update Open WebUI, Update Paperclip.',
  ]);
  expect(seriesEnd(updateAll, page)).toEqual([
    expect.stringContaining('Not done: Update Open WebUI'),
    'Done before, and kept: Update Hermes.',
    'Not begun: Update Paperclip.',
  ]);
  expect(seriesEnd(updateAll, hermes)).toHaveLength(2);
  expect(seriesEnd(updateAll, office)).toHaveLength(2);
});
