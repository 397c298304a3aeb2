import { expect, test } from 'vitest';
import { seriesEnd } from '../../src/operations/series.ts';
import { updateAll } from '../../src/operations/update-all.ts';

test('update all is Hermes, Open WebUI and Paperclip, each with what it asks itself', () => {
  expect(updateAll.operations.map(({ command }) => command)).toEqual([
    'update hermes',
    'update open-webui',
    'update paperclip',
  ]);
});

test('how it ended: what was done, what was not, what was never started', () => {
  const [hermes, page, office] = updateAll.operations;
  expect(seriesEnd(updateAll, undefined)).toEqual([
    'Everything is done: Update Hermes, Update Open WebUI, Update Paperclip.',
  ]);
  expect(seriesEnd(updateAll, page)).toEqual([
    expect.stringContaining('Not done: Update Open WebUI'),
    'Done before that, and kept: Update Hermes.',
    'Not started: Update Paperclip.',
  ]);
  expect(seriesEnd(updateAll, hermes)).toHaveLength(2);
  expect(seriesEnd(updateAll, office)).toHaveLength(2);
});
