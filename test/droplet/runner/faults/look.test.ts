import { expect, test } from 'vitest';
import { beyond, type Found, misjudged, readLook } from './look.ts';

const finding = (code: string, severity: Found['severity'] = 'broken') => ({
  code,
  severity,
  evidence: `saw ${code}`,
  reason: 'because',
  fixes: [],
});
const event = (value: object) => JSON.stringify({ at: 1, ...value });
const END = event({ type: 'run-ended', outcome: 'findings', ms: 1, commandMs: 1, actions: 0 });

test('the findings of a look, the last word of each task counts', () => {
  const lines = [
    event({ type: 'findings', task: 'machine', findings: [finding('port-80-held')] }),
    event({ type: 'findings', task: 'bridge', findings: [finding('bridge-url')] }),
    event({ type: 'findings', task: 'machine', findings: [finding('machine-small', 'risk')] }),
    event({ type: 'something-new', value: 1 }),
    END,
  ];
  expect(readLook(`npm warn\n${lines.join('\n')}\n`)).toMatchObject({
    outcome: 'findings',
    found: [
      { task: 'machine', code: 'machine-small', severity: 'risk' },
      { task: 'bridge', code: 'bridge-url' },
    ],
  });
});

test('a look that does not come to its end is no look', () => {
  expect(() => readLook(event({ type: 'findings', task: 'machine', findings: [] }))).toThrow(
    /come to an end/,
  );
});

const found = (code: string, severity: Found['severity'] = 'broken'): Found => ({
  task: 't',
  code,
  severity,
  evidence: `saw ${code}`,
});

test('what was there before it was broken does not count', () => {
  const look = { outcome: 'findings', found: [found('machine-small', 'risk'), found('docker-down')] };
  expect(beyond(look, new Set(['machine-small']))).toEqual([found('docker-down')]);
});

test.each<[string, readonly Found[], string | undefined, RegExp | undefined]>([
  ['the one code', [found('docker-down')], 'docker-down', undefined],
  ['a risk that is the code itself', [found('reboot-pending', 'risk')], 'reboot-pending', undefined],
  ['a risk beside it', [found('docker-down'), found('unreachable', 'risk')], 'docker-down', undefined],
  ['a cause of its own beside it', [found('docker-down'), found('allowed')], 'docker-down', undefined],
  ['nothing', [], 'docker-down', /was not found, nor anything else/],
  ['another', [found('hermes-down')], 'docker-down', /was not found; found: hermes-down/],
  [
    'a symptom beside it',
    [found('docker-down'), found('site-502')],
    'docker-down',
    /besides docker-down: site-502/,
  ],
  ['a blocked one beside it', [found('a'), found('b', 'blocked')], 'a', /besides a: b/],
  ['no fault and nothing found', [], undefined, undefined],
  ['no fault and only a risk', [found('x', 'risk')], undefined, undefined],
  ['no fault and something found', [found('apt-busy', 'blocked')], undefined, /nothing is wrong: apt-busy/],
])('%s', (_, seen, code, expected) => {
  const wrong = misjudged(seen, code, ['allowed']);
  if (expected === undefined) expect(wrong).toBeUndefined();
  else expect(wrong).toMatch(expected);
});
