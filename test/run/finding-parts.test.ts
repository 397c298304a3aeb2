import { expect, test } from 'vitest';
import { findingBlock, findingLine, findingParts, findingSentence } from '../../src/run/finding-parts.ts';
import { finding, runAction } from '../events.ts';

const found = finding({
  code: 'nginx-down',
  severity: 'broken',
  evidence: 'nginx is not running.',
  reason: 'Nobody can reach Otto.',
  impact: 'Otto stays away.',
  fixes: [{ id: 'start', title: 'Start nginx', consequence: 'A moment.', actions: [runAction] }],
});

test('a block has all that is known, in one order', () => {
  const block = findingBlock(found, {
    place: 'Way in',
    cameBack: true,
    failure: { action: runAction, exitCode: 1, timedOut: false, tail: ['no'] },
    changed: 'The site was changed.',
    name: '(nginx-down)',
  });
  expect(block).toEqual([
    '✗ Way in: nginx is not running.',
    '  It came back after it was fixed.',
    '  It ended with exit code 1.',
    '  | no',
    '  Why: Nobody can reach Otto.',
    '  The site was changed.',
    '  Fix: Start nginx (A moment.)',
    '       apt-get install git',
    '  Without it: Otto stays away.',
    '  (nginx-down)',
  ]);
});

test('what is not known is not said', () => {
  const kinds = findingParts({ ...found, fixes: [], impact: undefined }).map(({ kind }) => kind);
  expect(kinds).toEqual(['evidence', 'why']);
});

test('in one line', () => {
  expect(findingLine(found, { mark: 'risk', place: 'nginx' })).toBe('▲ nginx: nginx is not running.');
  expect(findingSentence(found)).toBe('nginx is not running. Nobody can reach Otto.');
});
