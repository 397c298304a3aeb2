import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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

test('forgetting leaves what the run at work still needs: its program and Node, lock, record and log', () => {
  const [state, logs] = ['state', 'logs'].map((name) => join(folder, name));
  if (state === undefined || logs === undefined) throw new Error('no folders');
  for (const path of [logs, ...['node', 'program', 'journal'].map((name) => join(state, name))])
    mkdirSync(path, { recursive: true });
  for (const name of ['operation.json', 'lock-holder.json', 'ledger.json', 'answers.json'])
    writeFileSync(join(state, name), '');
  writeFileSync(join(logs, 'only.log'), '');
  const forget = new URL('../../../templates/forget-state.sh', import.meta.url).pathname;
  expect(spawnSync('sh', [forget, state, logs]).status).toBe(0);
  expect(readdirSync(state).sort()).toEqual(['lock-holder.json', 'node', 'operation.json', 'program']);
  expect(readdirSync(logs)).toEqual(['only.log']);
});
