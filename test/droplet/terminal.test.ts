import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { peakRate, Terminal } from './terminal.ts';

const open: Terminal[] = [];

function sh(script: string, keepIn?: string): Terminal {
  const terminal = new Terminal(['sh', '-c', script], keepIn === undefined ? {} : { keepIn });
  open.push(terminal);
  return terminal;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((terminal) => terminal.close()));
});

describe('a program in a terminal', () => {
  test('draws on an 80x24 screen, where what was overwritten is gone', async () => {
    const terminal = sh("stty size; printf 'first\\rsecond'; sleep 30");
    const screen = await terminal.waitFor('second');
    expect(screen.split('\n').slice(0, 2)).toEqual(['24 80', 'second']);
    expect(screen.split('\n')).toHaveLength(24);
    expect(terminal.raw()).toContain('first');
  });

  test('reads what is typed and pressed, and learns of another size', async () => {
    const terminal = sh(
      'read line; echo "got <$line>"; trap "stty size" WINCH; while :; do sleep 0.05; done',
    );
    terminal.type('hello');
    await terminal.press('enter');
    await terminal.waitFor('got <hello>');
    terminal.resize(40, 15);
    await terminal.waitFor('15 40');
  });

  test('marks a paste only for a program that asked for it', async () => {
    const terminal = sh(
      "stty raw -echo; printf '\\033[?2004hready'; dd bs=1 count=16 2>/dev/null | od -An -c; sleep 30",
    );
    await terminal.waitFor('ready');
    terminal.paste('code');
    await terminal.waitFor(/2\s+0\s+0\s+~\s+c\s+o\s+d\s+e\s+033/);
  });

  test('answers when it is asked where the cursor is', async () => {
    const terminal = sh(
      "stty raw -echo; printf '\\033[6n'; dd bs=1 count=6 2>/dev/null | od -An -c; sleep 30",
    );
    await terminal.waitFor(/\[\s+1\s+;\s+1\s+R/);
  });

  test('shows the screen in the error when the expected never comes', async () => {
    const terminal = sh('echo only this; sleep 30');
    await expect(terminal.waitFor(/that/, 300)).rejects.toThrow(
      /did not show \/that\/ within 0.3 s:.*only this/s,
    );
  });

  test('says how the program ended when it ends too early', async () => {
    const terminal = sh('echo bye; exit 7');
    await expect(terminal.waitFor('never', 5000)).rejects.toThrow(/ended with 7.*bye/s);
    expect(await terminal.ended).toBe(7);
  });

  test('keeps screens as numbered text files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'terminal-'));
    try {
      const terminal = sh('echo kept; sleep 30', folder);
      await terminal.waitFor('kept');
      await terminal.keep('first');
      expect(await readFile(join(folder, '01-first.txt'), 'utf8')).toMatch(/^kept\n/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test.each([
  ['nothing', [], 0],
  ['one burst', [[0, 500]], 500],
  [
    'two within a second',
    [
      [0, 500],
      [900, 300],
    ],
    800,
  ],
  [
    'two further apart',
    [
      [0, 500],
      [1000, 300],
    ],
    500,
  ],
] as const)('the peak rate of %s', (_, outputs, expected) => {
  const seen = outputs.map(([at, length]) => ({ at, bytes: new Uint8Array(length) }));
  expect(peakRate(seen, 1000)).toBe(expected);
});
