import { expect, test } from 'vitest';
import { mask, reveal, Secret } from '../../src/secret/secret.ts';
import { hideIn, parseDockerEnvFile, setInDockerEnvFile } from '../../src/system/docker/docker-env-file.ts';

test('quotes, dollars and blanks belong to the value, as for Docker', () => {
  const content = '# a comment\nA="quoted"\nB=a $b # c \nNAME_ONLY\n  C=1\nA=last\n';
  expect(parseDockerEnvFile(content)).toEqual({ A: 'last', B: 'a $b # c ', C: '1' });
});

test('a change keeps comments, order and unknown lines', () => {
  const content = '# why\nA=1\n\nOTHER=x\n#B=commented out\n';
  expect(setInDockerEnvFile(content, { A: '2', B: '3' })).toBe(
    '# why\nA=2\n\nOTHER=x\n#B=commented out\nB=3\n',
  );
});

test('setting what is set already changes nothing', () => {
  const content = '# why\nA=1\n';
  expect(setInDockerEnvFile(content, { A: '1' })).toBe(content);
});

test('secrets in a text stay secrets', () => {
  const first = new Secret('first-secret-value');
  const second = new Secret('second-secret-value');
  const content = 'A=first-secret-value\nB=second-secret-value\nC=first-secret-value\n';
  const hidden = hideIn(content, [first, second]);
  expect(mask(hidden)).toBe('A=••••\nB=••••\nC=••••\n');
  expect(reveal(hidden)).toBe(content);
});
