import { describe, expect, test } from 'vitest';
import { parts } from './index.ts';
import type { Part } from './part.ts';
import { line, type Row, table } from './row.ts';
import { SecretsBook, type UsedSecret } from './secrets/book.ts';
import { judgeFiles, judgeTexts } from './secrets/scan.ts';
import { nameOf, selected } from './select.ts';

describe('which flows are tried', () => {
  const part = (flow: string, twin: string, more: Partial<Part> = {}): Part => ({
    flow,
    twin,
    run: async () => '',
    ...more,
  });
  const all = [
    part('restart', 'good'),
    part('rotate-key', 'good'),
    part('rotate-key', 'power-cut'),
    part('update-all', 'good', { on: ['current'] }),
  ];
  const names = (otto: 'april' | 'current', ...only: string[]) =>
    selected(all, otto, { seed: 's', ...(only.length === 0 ? {} : { only }) }).map(nameOf);

  test.each([
    ['all that are for this Otto', 'april', [], ['restart-good', 'rotate-key-good', 'rotate-key-power-cut']],
    ['a flow with its twins', 'current', ['rotate-key'], ['rotate-key-good', 'rotate-key-power-cut']],
    ['one of them', 'current', ['rotate-key-power-cut'], ['rotate-key-power-cut']],
    ['by pattern', 'current', ['*-power-cut', 'update-*'], ['rotate-key-power-cut', 'update-all-good']],
    ['on one Otto alone', 'april', ['current:restart'], []],
    ['on this Otto alone', 'current', ['current:restart'], ['restart-good']],
  ] as const)('%s', (_, otto, only, expected) => {
    expect(names(otto, ...only)).toEqual(expected);
  });

  test('a word that means nothing is an error', () => {
    expect(() => names('april', 'restrat')).toThrow("there is no flow 'restrat'");
  });

  test('so many of them, of as many flows as possible, the same for the same seed', () => {
    const draw = (seed: string) => selected(all, 'current', { seed, sample: 3 }).map(({ flow }) => flow);
    expect(draw('a')).toEqual(['restart', 'rotate-key', 'update-all']);
    const part = (seed: string) => selected(all, 'current', { seed, sample: 3 }).map(nameOf);
    expect(part('a')).toEqual(part('a'));
    expect(new Set([...'abcdefghijkl'].map((seed) => part(seed).join())).size).toBe(2);
  });

  test('no two parts have the same name', () => {
    const every = parts.map(nameOf);
    expect(every.filter((name, index) => every.indexOf(name) !== index)).toEqual([]);
  });
});

describe('the table', () => {
  const good: Row = {
    flow: 'restart',
    otto: 'april',
    twin: 'good',
    seconds: 23.21,
    outcome: 'all started again',
    lost: [],
  };

  test('what went well', () => {
    expect(table([good])).toContain('| restart | april |  | 23.2 | all started again | none | ok |');
    expect(table([good])).toContain('1 of 1 passed.');
  });

  test('what failed is counted, and named with its reason below', () => {
    const bad: Row = {
      flow: 'rotate-key',
      otto: 'current',
      twin: 'power-cut',
      seconds: 9,
      failure: 'a | b\nmore',
    };
    const text = table([good, bad]);
    expect(text).toContain('| rotate-key | current | power-cut | 9.0 | – | – | FAILED |');
    expect(text).toContain('1 of 2 passed.');
    expect(text).toContain('- rotate-key power-cut (current): a | b\n');
    expect(line(bad)).toMatch(/^FAILED current .*\n {7}a \| b\n {7}more$/);
  });
});

describe('secrets', () => {
  const key: UsedSecret = { kind: 'api-key', name: 'the API key', value: 'a-key-0123456789', hosts: [] };
  const password: UsedSecret = { kind: 'password', name: 'a password', value: 'horse-battery', hosts: [] };
  const shown: UsedSecret = { ...password, name: 'a generated one', value: 'correct-staple', shown: true };
  const hit = (path: string, secrets: readonly UsedSecret[], open = false) => ({ path, secrets, open });

  test.each([
    ['Hermes’s settings hold the key', hit('/home/cleo/.hermes/.env', [key])],
    ['a checked backup holds it', hit('/opt/cleo/open-webui/otto-install-backups/webui-1.db', [key])],
    ['Open WebUI’s database, readable as it makes it', hit('/opt/cleo/open-webui/webui.db', [key], true)],
    ['what the operator gave', hit('/root/given/key', [key])],
  ])('%s: no leak', (_, one) => {
    expect(judgeFiles([one])).toEqual([]);
  });

  test.each([
    ['a log', hit('/var/log/otto-install/1-operate.log', [key]), 'holds the API key'],
    ['the record of a flow', hit('/var/lib/otto-install/operation.json', [password]), 'holds a password'],
    ['a password in a database', hit('/opt/cleo/open-webui/webui.db', [key, password]), 'holds a password'],
    ['settings that all can read', hit('/home/cleo/.hermes/.env', [key], true), 'can be read by everybody'],
    ['a copy that stayed', hit('/home/cleo/.hermes/.env.before-rotation', [key]), 'holds the API key'],
  ])('%s is a leak', (_, one, words) => {
    expect(judgeFiles([one])).toEqual([expect.stringContaining(words)]);
  });

  test('texts: what is shown on purpose is shown on a terminal alone', () => {
    const terminal = {
      where: 'the terminal',
      text: 'The new password: correct-staple',
      terminal: true,
    } as const;
    expect(judgeTexts([terminal], [key, shown])).toEqual([]);
    expect(judgeTexts([{ where: 'the events', text: terminal.text }], [key, shown])).toEqual([
      'the events shows a generated one',
    ]);
    expect(judgeTexts([{ ...terminal, text: 'horse-battery' }], [password])).toEqual([
      'the terminal shows a password',
    ]);
  });

  test('the book keeps each value once, under the name that it had first', () => {
    const book = new SecretsBook();
    const before = book.secrets.length;
    book.add('password', 'first', 'long-enough');
    book.add('password', 'second', 'long-enough');
    expect(book.secrets.slice(before).map(({ name }) => name)).toEqual(['first']);
    expect(() => book.add('password', 'short', 'short')).toThrow('too short');
  });
});
