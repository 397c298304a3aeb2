import { describe, expect, test } from 'vitest';
import { linesFor, stanzasFor } from './mirror.ts';

describe('the sources of this machine, for another release', () => {
  test('deb822: mirror and key stay, the suites change, others are left out', () => {
    const text = [
      'Types: deb',
      '# a comment',
      'URIs: http://mirror.example/debian',
      'Suites: bookworm bookworm-updates',
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
      'Types: deb',
      'URIs: https://other.example',
      'Suites: nodistro',
      'Components: main',
    ].join('\n');
    expect(stanzasFor(text, 'bookworm', 'trixie')).toBe(
      [
        'Types: deb',
        'URIs: http://mirror.example/debian',
        'Suites: trixie trixie-updates',
        'Components: main',
        'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
        '',
      ].join('\n'),
    );
    // Unstable has neither updates nor security fixes of its own.
    const security = 'Types: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security';
    const unstable = stanzasFor(`${text}\n\n${security}`, 'bookworm', 'sid');
    expect(unstable.match(/^(Types|Suites):.*$/gm)).toEqual(['Types: deb', 'Suites: sid']);
  });

  test('one line each: with and without options', () => {
    const text = [
      'deb http://mirror.example/debian bookworm main',
      'deb [arch=amd64] http://mirror.example/security bookworm-security main',
      'deb-src http://mirror.example/debian bookworm main',
      'deb https://other.example/apt cloud-bookworm main',
      '',
    ].join('\n');
    expect(linesFor(text, 'bookworm', 'trixie')).toBe(
      [
        'deb http://mirror.example/debian trixie main',
        'deb [arch=amd64] http://mirror.example/security trixie-security main',
        '',
      ].join('\n'),
    );
    expect(linesFor(text, 'bookworm', 'sid')).toBe('deb http://mirror.example/debian sid main\n');
  });
});
