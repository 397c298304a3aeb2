import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../src/command-line.ts';

describe('the command line', () => {
  it.each([
    [[], { command: 'install', yes: false, json: false, plain: false, color: true, rehearse: false }],
    [['check', '--json'], { command: 'check', json: true }],
    [['--json', 'check'], { command: 'check', json: true }],
    [['plan', '--domain', 'x.de'], { command: 'plan', flags: { domain: 'x.de' } }],
    [['--yes', '--answers', '-'], { command: 'install', yes: true, answersFile: '-' }],
    [['--no-color'], { color: false }],
    [['--acme-server=https://ca.test/dir'], { flags: { acmeServer: 'https://ca.test/dir' } }],
    [['--api-key-file', '/root/key'], { flags: {}, secretFiles: { apiKey: '/root/key' } }],
    [['check', '--help'], { command: 'help' }],
    [['--version'], { command: 'version' }],
  ])('%o', (words, invocation) => {
    expect(parseCommandLine(words)).toMatchObject(invocation);
  });

  it.each([
    [['chekc'], 'chekc'],
    [['--domian', 'x'], '--domian'],
    [['--domain'], '--domain'],
    [['check', 'plan'], 'too much'],
    [['--api-key', 'secret'], '--api-key'],
  ])('%o is refused', (words, part) => {
    expect(() => parseCommandLine(words)).toThrow(UsageError);
    expect(() => parseCommandLine(words)).toThrow(part);
  });
});
