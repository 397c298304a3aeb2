import { describe, expect, it } from 'vitest';
import { parseCommandLine, UsageError } from '../../src/commands/command-line.ts';

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
    [['check'], { watch: false, list: false, everySeconds: 30 }],
    [['check', '--watch', '--every', '5'], { watch: true, everySeconds: 5 }],
    [['check', '--list'], { list: true }],
    [['fix'], { command: 'fix', codes: [] }],
    [['fix', 'docker-down', 'a-b', 'docker-down'], { codes: ['docker-down', 'a-b'] }],
    [['check', '--help'], { command: 'help' }],
    [['logs'], { command: 'logs', sources: [], follow: false, search: '', errors: false }],
    [
      ['logs', 'hermes', 'nginx', '-f', '--search', 'x y', '--errors', '--since', '2h', '-n', '5'],
      { sources: ['hermes', 'nginx'], follow: true, search: 'x y', errors: true, since: '2h', lines: 5 },
    ],
    [['status', '--json'], { command: 'status', json: true }],
    [['support', '--to', '/root/x', '--yes'], { command: 'support', to: '/root/x', yes: true }],
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
    [['fix', '--watch'], '--watch belongs'],
    [['check', '--every', 'often'], '--every takes'],
    [['check', '--every', '0'], '--every takes'],
    [['check', '--follow'], '--follow belongs to "logs"'],
    [['logs', '--to', 'x'], '--to belongs to "support"'],
    [['logs', '--lines', 'many'], '--lines takes'],
    [['status', 'hermes'], 'too much'],
  ])('%o is refused', (words, part) => {
    expect(() => parseCommandLine(words)).toThrow(UsageError);
    expect(() => parseCommandLine(words)).toThrow(part);
  });
});
