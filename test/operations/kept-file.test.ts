import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Action } from '../../src/engine/contracts/action.ts';
import { keepFile, putFileBack } from '../../src/operations/kept-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kept-'));
  writeFileSync(kept().file, 'KEY=old\n', { mode: 0o600 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const kept = () => ({ file: join(folder, '.env'), copy: join(folder, '.env.before') });

/** Runs its program; `path`: where programs are looked for first. */
function run(action: Action, path = ''): number | null {
  if (action.kind !== 'run') throw new Error('no program');
  const [program = '', ...args] = action.argv;
  const env = { PATH: `${path}:/usr/bin:/bin` };
  return spawnSync(program, args, { input: String(action.input), env }).status;
}

test('a file comes back as it was, with its mode, and only as long as there is a copy', () => {
  const { file, copy } = kept();
  expect(run(keepFile(kept(), 'Keep'))).toBe(0);
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  writeFileSync(file, 'KEY=new\n');
  expect(run(putFileBack(kept(), 'Back'))).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('KEY=old\n');
  rmSync(copy);
  expect(run(putFileBack(kept(), 'Back'))).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe('KEY=old\n');
});

test('a copy counts only once it is on the disk', () => {
  writeFileSync(join(folder, 'sync'), '#!/bin/sh\nexit 1\n');
  chmodSync(join(folder, 'sync'), 0o755);
  expect(run(keepFile(kept(), 'Keep'), folder)).toBe(1);
});

test('nothing to keep is a failure', () => {
  rmSync(kept().file);
  expect(run(keepFile(kept(), 'Keep'))).toBe(1);
});
