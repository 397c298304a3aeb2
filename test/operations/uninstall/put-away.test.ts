import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** The program that puts files of the service away, and back. */

let folder: string;
const site = () => join(folder, 'site');
const away = () => join(folder, 'away', 'etc', 'site');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'away-'));
  writeFileSync(site(), 'now');
});
afterEach(() => rmSync(folder, { recursive: true }));

const program = new URL('../../../templates/put-away.sh', import.meta.url).pathname;
const move = (...words: readonly string[]) => spawnSync('sh', [program, ...words]).status;

test('away and back, each of them twice', () => {
  expect([move(site(), away()), move(site(), away()), existsSync(site())]).toEqual([0, 0, false]);
  expect([move(away(), site(), 'back'), move(away(), site(), 'back')]).toEqual([0, 0]);
  expect(readFileSync(site(), 'utf8')).toBe('now');
});

test('what an earlier time left there is neither in the way nor put back', () => {
  move(site(), away());
  writeFileSync(site(), 'newer');
  expect(move(away(), site(), 'back')).toBe(0);
  expect(readFileSync(site(), 'utf8')).toBe('newer');
  expect([move(site(), away()), move(away(), site(), 'back')]).toEqual([0, 0]);
  expect(readFileSync(site(), 'utf8')).toBe('newer');
});
