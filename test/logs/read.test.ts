import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalHost } from '../../src/host/local.ts';
import { followLogs } from '../../src/logs/follow.ts';
import { hermesFile, runLine } from '../../src/logs/formats.ts';
import type { LogLine } from '../../src/logs/line.ts';
import type { Log } from '../../src/logs/places.ts';
import { readLogs } from '../../src/logs/read.ts';
import type { Wanted } from '../../src/logs/wanted.ts';
import { Zone } from '../../src/logs/zone.ts';

const host = new LocalHost();
const ALL: Wanted = { sources: ['hermes', 'runs'], search: '', errorsOnly: false };
const START = Date.UTC(2026, 10, 22);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function line(second: number, text: string): string {
  return `${new Date(START + second * 1000).toISOString().slice(0, 19).replace('T', ' ')},000 ${text}\n`;
}
const fileLog = (name = 'gateway.log'): Log => ({
  source: 'hermes',
  format: hermesFile(new Zone('UTC')),
  name,
  kind: 'file',
  path: join(folder, name),
  optional: false,
});
const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

describe('the newest lines of a file', () => {
  it('are read from its end, in their order, whole with what belongs to them', async () => {
    const many = Array.from({ length: 3_000 }, (_, second) =>
      line(second, `ERROR x: ${second}\nTraceback (most recent call last):\n  File\nValueError: ${second}`),
    );
    writeFileSync(join(folder, 'gateway.log'), many.join(''));
    const { lines, problems } = await readLogs(host, [fileLog()], ALL, 700);
    expect(problems).toEqual([]);
    expect(lines).toHaveLength(700);
    expect(lines[0]?.text).toBe(
      'ERROR x: 2300\nTraceback (most recent call last):\n  File\nValueError: 2300',
    );
    expect(lines.at(-1)?.atMs).toBe(START + 2_999_000);
  });

  it.runIf(process.getuid?.() === 0)('are not those of another file that a user linked to', async () => {
    mkdirSync(join(folder, 'home'));
    writeFileSync(join(folder, 'secret'), line(1, 'INFO x: the secret of root'), { mode: 0o600 });
    symlinkSync(join(folder, 'secret'), join(folder, 'home/gateway.log'));
    chownSync(join(folder, 'home'), 12_345, 12_345);
    const { lines, problems } = await readLogs(host, [fileLog('home/gateway.log')], ALL, 10);
    expect(lines).toEqual([]);
    expect(problems[0]).toMatch(/could not be read: .*through a link of another user/);
  });

  it('are searched for to its beginning, also in what belongs to a line', async () => {
    const many = Array.from({ length: 3_000 }, (_, second) => line(second, `INFO x: ${second}`));
    writeFileSync(join(folder, 'gateway.log'), `${line(-1, 'INFO first')}  the Needle\n${many.join('')}`);
    const { lines } = await readLogs(host, [fileLog()], { ...ALL, search: 'needle' }, 10);
    expect(texts(lines)).toEqual(['INFO first\n  the Needle']);
  });

  it('go on in what was rotated away, and not further back than wanted', async () => {
    writeFileSync(join(folder, 'gateway.log.1'), line(1, 'INFO x: 1') + line(2, 'INFO x: 2'));
    writeFileSync(join(folder, 'gateway.log'), line(3, 'INFO x: 3'));
    expect(texts((await readLogs(host, [fileLog()], ALL, 10)).lines)).toEqual([
      'INFO x: 1',
      'INFO x: 2',
      'INFO x: 3',
    ]);
    const since = { ...ALL, sinceMs: START + 2_000 };
    expect(texts((await readLogs(host, [fileLog()], since, 10)).lines)).toEqual(['INFO x: 2', 'INFO x: 3']);
    expect(texts((await readLogs(host, [fileLog()], ALL, 1)).lines)).toEqual(['INFO x: 3']);
  });

  it('show once what stands in two files, merged by time', async () => {
    writeFileSync(join(folder, 'gateway.log'), line(1, 'INFO a') + line(2, 'WARNING b'));
    writeFileSync(join(folder, 'errors.log'), line(2, 'WARNING b') + line(3, 'WARNING c'));
    const { lines } = await readLogs(host, [fileLog(), fileLog('errors.log')], ALL, 10);
    expect(texts(lines)).toEqual(['INFO a', 'WARNING b', 'WARNING c']);
  });

  it('are missing where there is no file: that is said and stops nothing', async () => {
    writeFileSync(join(folder, 'gateway.log'), line(1, 'INFO a'));
    const { lines, problems, any } = await readLogs(host, [fileLog(), fileLog('other.log')], ALL, 10);
    expect(texts(lines)).toEqual(['INFO a']);
    expect(problems).toEqual(['hermes: other.log: does not exist']);
    expect(any).toBe(true);
    expect((await readLogs(host, [fileLog('other.log')], ALL, 10)).any).toBe(false);
  });

  it('hold no secret, and a search for one finds nothing', async () => {
    writeFileSync(join(folder, 'gateway.log'), line(1, 'INFO used sk-ant-api03-abcdefghijk'));
    expect(texts((await readLogs(host, [fileLog()], ALL, 10)).lines)).toEqual(['INFO used ••••']);
    const search = { ...ALL, search: 'abcdefghijk' };
    expect((await readLogs(host, [fileLog()], search, 10)).lines).toEqual([]);
  });
});

it('reads the newest of our own runs first', async () => {
  const run = (name: string, text: string) =>
    writeFileSync(join(folder, name), `2026-11-22T00:00:0${name[0]}.000Z ${text}\n# Result: healthy\n`);
  run('1-check.log', 'one');
  run('2-check.log', 'two');
  const log: Log = { source: 'runs', format: runLine, name: folder, kind: 'runs', folder };
  expect(texts((await readLogs(host, [log], ALL, 3)).lines)).toEqual([
    '# Result: healthy',
    'two',
    '# Result: healthy',
  ]);
});

it('follows a file across its rotation, and shows nothing twice', async () => {
  const path = join(folder, 'gateway.log');
  const now = (text: string) =>
    `${new Date().toISOString().slice(0, 23).replace('T', ' ').replace('.', ',')} INFO ${text}\n`;
  writeFileSync(path, line(1, 'INFO old') + now('shown'));
  const found = await readLogs(host, [fileLog()], ALL, 10);
  const came: string[] = [];
  const over = new AbortController();
  const following = followLogs(host, [fileLog()], {
    wanted: ALL,
    shown: found.lines,
    fromMs: Date.now(),
    onLines: (lines) => came.push(...texts(lines)),
    onProblem: () => {},
    signal: over.signal,
  });
  const until = async (text: string) => {
    for (let tries = 0; tries < 100 && !came.includes(text); tries += 1) await wait(50);
  };
  await wait(200);
  appendFileSync(path, `${now('one')}  and more\n`);
  await until('INFO one\n  and more');
  renameSync(path, `${path}.1`);
  writeFileSync(path, now('two'));
  await until('INFO two');
  over.abort();
  await following;
  expect(came).toEqual(['INFO one\n  and more', 'INFO two']);
  expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain(path);
});
