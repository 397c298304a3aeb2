import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/commands/command.ts';
import { parseWords } from '../../src/commands/parse.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { callOf } from '../calls.ts';

const parse = (...words: readonly string[]) => parseWords(words, COMMANDS);

describe('the words of a command', () => {
  it.each<[string[], string, object]>([
    [[], 'install', { yes: false, json: false, plain: false, color: true, rehearse: false }],
    [['install'], 'install', {}],
    [['check', '--json'], 'check', { json: true }],
    [['--json', 'check'], 'check', { json: true }],
    [['plan', '--domain', 'x.de'], 'plan', { flags: { domain: 'x.de' } }],
    [['--domain', 'x.de', 'plan'], 'plan', { flags: { domain: 'x.de' } }],
    [['--yes', '--answers', '-'], 'install', { yes: true, answersFile: '-' }],
    [['-y'], 'install', { yes: true }],
    [['--no-color'], 'install', { color: false }],
    [['--acme-server=https://ca.test/dir'], 'install', { flags: { acmeServer: 'https://ca.test/dir' } }],
    [['--api-key-file', '/root/key'], 'install', { flags: {}, secretFiles: { apiKey: '/root/key' } }],
    [['fix'], 'fix', { operands: [] }],
    [['fix', 'docker-down', 'a-b', 'docker-down', '--json'], 'fix', { operands: ['docker-down', 'a-b'] }],
    [['status', '--json'], 'status', { json: true }],
    [['update', 'hermes'], 'update hermes', {}],
    [['update', '--plain', 'hermes', '--yes'], 'update hermes', { plain: true, yes: true }],
    [['help', 'update', 'hermes'], 'help', { operands: ['update', 'hermes'] }],
  ])('%o', (words, name, expected) => {
    const call = callOf(words);
    expect(call.command.name).toBe(name);
    expect(call).toMatchObject(expected);
  });

  it.each<[string[], Record<string, string>]>([
    [['check'], {}],
    [['check', '--watch', '--every', '5'], { watch: '', every: '5' }],
    [['check', '--list'], { list: '' }],
    [
      ['logs', 'hermes', '-f', '--search', 'x y', '--errors', '--since', '2h', '-n', '5'],
      { follow: '', search: 'x y', errors: '', since: '2h', lines: '5' },
    ],
    [['logs', '--search=--yes'], { search: '--yes' }],
    [['support', '--to', '/root/x', '--yes'], { to: '/root/x', yes: '' }],
    [['update', 'hermes', '--version', 'v2'], { version: 'v2' }],
    [['uninstall', '--user', 'remove'], { user: 'remove' }],
  ])('%o has these values', (words, values) => {
    expect(Object.fromEntries(callOf(words).values)).toEqual(values);
  });

  it('an answer before a command is not the option of the same name behind it', () => {
    const call = callOf(['--user', 'otto', 'uninstall', '--user', 'keep']);
    expect(call.flags).toEqual({ user: 'otto' });
    expect(call.values.get('user')).toBe('keep');
  });

  it.each<[string[], object]>([
    [['--help'], { kind: 'help' }],
    [['-h'], { kind: 'help' }],
    [['check', '--help'], { kind: 'help', command: { name: 'check' } }],
    [['--help', 'logs'], { kind: 'help', command: { name: 'logs' } }],
    [['install', '--help'], { kind: 'help', command: { name: 'install' } }],
    [['update', 'hermes', '-h'], { kind: 'help', command: { name: 'update hermes' } }],
    [['update', '--help'], { kind: 'open', word: 'update', help: true }],
    [['update'], { kind: 'open', word: 'update', help: false }],
    [['--version'], { kind: 'version' }],
    [['-V'], { kind: 'version' }],
    [['-v'], { kind: 'version' }],
    [['check', '--version'], { kind: 'version' }],
  ])('%o', (words, asked) => {
    expect(parse(...words)).toMatchObject(asked);
  });

  it.each([
    [['chekc'], 'There is no command "chekc". Did you mean check?'],
    [['update', 'opne-webui'], 'There is no command "update opne-webui". Did you mean update open-webui?'],
    [['zzz'], 'There is no command "zzz".'],
    [['--domian', 'x'], 'Did you mean --domain?'],
    [['--domain'], '--domain needs a value'],
    [['--domain', '--yes'], '--domain needs a value'],
    [['check', 'plan'], 'too much'],
    [['install', 'it'], 'too much'],
    [['--api-key', 'secret'], '--api-key-file FILE'],
    [['fix', '--watch'], '--watch belongs to "check"'],
    [['check', '--every', 'often'], '--every takes'],
    [['check', '--every', '0'], '--every takes'],
    [['check', '-f'], '-f belongs to "logs"'],
    [['check', '--follow'], '--follow belongs to "logs"'],
    [['logs', '--to', 'x'], '--to belongs to "support"'],
    [['logs', '--lines', 'many'], '--lines takes'],
    [['status', 'hermes'], 'too much'],
    [['update', 'nothing'], 'Add one of these: update all, update hermes'],
    [['update', 'all', '--version', 'v1'], 'too much'],
    [['update', 'all', 'of', 'it'], 'too much'],
    [['reset-password', '--password', 'geheim'], '--password'],
    [['reset-password', 'extra'], 'too much'],
  ])('%o is refused', (words, part) => {
    expect(() => parse(...words)).toThrow(UsageError);
    expect(() => parse(...words)).toThrow(part);
  });

  it('never repeats what was given to an option that there is not: it may be a secret', () => {
    for (const words of [
      ['--api-key=geheim'],
      ['--pasword=geheim'],
      ['check', '--x=geheim'],
      ['fix', '-xgeheim'],
    ])
      expect(() => parse(...words)).toThrow(
        expect.not.objectContaining({ message: expect.stringContaining('geheim') }),
      );
  });
});
