import { describe, expect, test } from 'vitest';
import { changeYaml, readYaml, valueAt } from '../../../src/system/formats/yaml-file.ts';

const CONFIG = `# my settings
model:
  default: "claude-opus-4-6"   # the good one
  provider: anthropic

# tools
mcp_servers:
- name: a
  url: https://a.example/${'x'.repeat(120)}
flags: {on: yes, off: no}
text: |
  two
  lines
`;

describe('changing', () => {
  test('only what is changed changes', () => {
    const changed = changeYaml(CONFIG, [
      { path: ['_config_version'], value: 33 },
      { path: ['model', 'provider'], value: 'x' },
    ]);
    expect(changed).toContain('# my settings');
    expect(changed).toContain('default: "claude-opus-4-6" # the good one');
    expect(changed).toContain('\n  provider: x\n');
    expect(changed).toContain('x'.repeat(120));
    expect(changed).toContain('\n- name: a\n');
    expect(changed).toContain('{on: yes, off: no}');
    expect(changed).toContain('_config_version: 33');
  });

  test('an indentation of four stays', () => {
    expect(changeYaml('a:\n    b: 1\n', [{ path: ['a', 'c'], value: 2 }])).toBe('a:\n    b: 1\n    c: 2\n');
  });

  test('a key is taken out with nothing else', () => {
    const changed = changeYaml('model:\n  default: a\n  base_url: https://x\n  # note\n  provider: b\n', [
      { path: ['model', 'base_url'], value: undefined },
    ]);
    expect(changed).toBe('model:\n  default: a\n  # note\n  provider: b\n');
  });

  test('an empty file gets its first keys', () => {
    expect(changeYaml('', [{ path: ['model', 'provider'], value: 'anthropic' }])).toBe(
      'model:\n  provider: anthropic\n',
    );
  });

  test('a comment-only file keeps its comment', () => {
    expect(changeYaml('# nothing yet\n', [{ path: ['a'], value: 1 }])).toContain('# nothing yet');
  });
});

describe('reading', () => {
  test('what is wrong is said with its line', () => {
    const read = readYaml('model:\n  default: "a\n  provider: b\n');
    expect(read).toMatchObject({ problem: expect.stringMatching(/line \d/) });
  });
  test.each(['- a\n', 'just text\n'])('%j is not a list of settings', (text) => {
    expect(readYaml(text)).toMatchObject({ problem: expect.stringContaining('settings') });
  });
  test.each(['', '# nothing\n', 'a: 1\n', 'a: 1\na: 2\n'])('%j is fine', (text) => {
    expect(readYaml(text)).toHaveProperty('document');
  });
  test('values by path', () => {
    const read = readYaml('model:\n  default: a\n  empty:\nplain: x\n');
    if (!('document' in read)) throw new Error('not read');
    expect(valueAt(read.document, ['model', 'default'])).toBe('a');
    expect(valueAt(read.document, ['model', 'empty'])).toBeUndefined();
    expect(valueAt(read.document, ['plain', 'deeper'])).toBeUndefined();
  });
});
