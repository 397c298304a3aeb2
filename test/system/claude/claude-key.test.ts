import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { claudeKey, keyProblem, putKeyArgv } from '../../../src/system/claude/claude-key.ts';
import { operator, scripted } from '../conversation.ts';

const KEY = 'sk-ant-api03-the_new-key-0123456789';

/** What the dialogue writes to the program's stdin when the operator types these lines. */
async function written(...typed: string[]) {
  const heard: string[] = [];
  const ui = operator(typed);
  const outcome = await claudeKey(scripted([{ hear: (line) => heard.push(line) }, { exit: 0 }]), ui);
  return { script: `${heard.join('\n')}\n`, ui, outcome };
}

test.each([
  ['replaced where it stands', `A=1\nANTHROPIC_API_KEY=old\nB=2\n`, `A=1\nB=2\nANTHROPIC_API_KEY=${KEY}\n`],
  ['the last line', `A=1\nexport ANTHROPIC_API_KEY = 'old'`, `A=1\nANTHROPIC_API_KEY=${KEY}\n`],
  [
    'set twice',
    `ANTHROPIC_API_KEY=1\n# ANTHROPIC_API_KEY=2\nANTHROPIC_API_KEY=3\n`,
    `# ANTHROPIC_API_KEY=2\nANTHROPIC_API_KEY=${KEY}\n`,
  ],
  ['not there', `A=1\n`, `A=1\nANTHROPIC_API_KEY=${KEY}\n`],
])('the key in the file, with the real sed: %s', async (_, before, after) => {
  const { script, outcome } = await written(`${KEY}\n`);
  expect(outcome).toEqual({ ok: true });
  const file = join(mkdtempSync(join(tmpdir(), 'claude-key-')), '.env');
  writeFileSync(file, before, { mode: 0o600 });
  const [program, ...words] = putKeyArgv(file);
  execFileSync(program, words, { input: script });
  expect(readFileSync(file, 'utf8')).toBe(after);
  expect(readFileSync(`${file}.before-new-key`, 'utf8')).toBe(before);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('what is no key is asked for again, and never reaches the file', async () => {
  const { script, ui } = await written('hello', 'sk-ant-oat01-0123456789', KEY);
  expect(script.match(/sk-ant\S*/g)).toEqual([KEY]);
  expect(ui.views.map(({ problem }) => problem).filter(Boolean)).toEqual([
    expect.stringMatching(/starts with sk-ant-/),
    expect.stringMatching(/sign-in token/),
  ]);
  expect(ui.views.every(({ ask }) => ask?.masked === true)).toBe(true);
});

test('a key is one word', () => {
  expect(keyProblem(`${KEY} x`)).toBeDefined();
  expect(keyProblem(`${KEY}\n/etc`)).toBeDefined();
  expect(keyProblem(KEY)).toBeUndefined();
});

test('a file that cannot be written is told', async () => {
  const said = { say: "sed: couldn't open temporary file: Permission denied\n" };
  const outcome = await claudeKey(scripted([{ hear: () => {} }, said, { exit: 4 }]), operator([KEY]));
  expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/Permission denied/) });
});
