import { expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../src/secret/secret.ts';
import { fill } from '../../src/system/templates.ts';

test('fills every place, as often as it occurs', () => {
  expect(fill('User={{user}}\nGroup={{user}}\n', { user: 'cleo' }, 'x')).toBe('User=cleo\nGroup=cleo\n');
});

test('a secret stays a secret until it is revealed', () => {
  const filled = fill('KEY={{key}}\n', { key: new Secret('0123456789abcdef') }, 'x');
  expect(mask(filled)).toBe('KEY=••••\n');
  expect(reveal(filled)).toBe('KEY=0123456789abcdef\n');
});

test.each([
  ['a place without a value', '{{user}}', {}],
  ['a value without a place', 'nothing', { user: 'cleo' }],
])('%s is refused', (_, text, values) => {
  expect(() => fill(text, values, 'x')).toThrow(/templates\/x.*user/);
});
