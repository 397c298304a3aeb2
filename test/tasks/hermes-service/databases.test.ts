import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { holdsBack } from '../../../src/engine/contracts/task.ts';
import { judgeHermesService } from '../../../src/tasks/hermes-service/judge.ts';
import { python } from '../../python/index.ts';
import { answersWith } from '../answers.ts';
import { healthyHermes } from './facts.ts';

const PROGRAM = readFileSync(new URL('../../../templates/hermes-databases.py', import.meta.url), 'utf8');

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hermes-databases-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const path = (name: string) => join(home, name);
const said = () =>
  JSON.parse(python(PROGRAM, [home, path('errors.log')]).stdout) as { path: string; says: string }[];
function makeDatabase(name: string, after = ''): void {
  const made = python(`
import os, sqlite3
path = ${JSON.stringify(path(name))}
database = sqlite3.connect(path)
database.execute("CREATE TABLE memory (x TEXT)")
database.executemany("INSERT INTO memory VALUES (?)", [("x" * 900,)] * 60)
database.commit(); database.close()
${after}`);
  expect(made.stderr).toBe('');
}
const CUT = 'os.truncate(path, os.path.getsize(path) // 2 // 4096 * 4096)';

test('whole ones, an empty one, and none: nothing', () => {
  expect(said()).toEqual([]);
  makeDatabase('state.db');
  writeFileSync(path('response_store.db'), '');
  writeFileSync(path('errors.log'), 'ERROR sqlite3.DatabaseError: database disk image is malformed\n');
  expect(said()).toEqual([]);
});

test.each([
  ['cut in its middle', CUT],
  ['without its first bytes', 'open(path, "r+b").write(bytes(100))'],
])('one that is %s is named', (_, damage) => {
  makeDatabase('state.db', damage);
  expect(said()).toEqual([{ path: path('state.db'), says: expect.stringMatching(/./) }]);
});

test('a large one is read through where Hermes complains of one', () => {
  makeDatabase('state.db', CUT);
  const small = PROGRAM.replace('QUICK = 64 << 20', 'QUICK = 4096');
  const saidOfLarge = () => python(small, [home, path('errors.log')]).stdout.trim();
  expect(saidOfLarge()).toBe('[]');
  writeFileSync(path('errors.log'), 'sqlite3.DatabaseError: database disk image is malformed\n');
  expect(saidOfLarge()).toContain('state.db');
});

test('a damaged database is a finding beside an answer, with its file; nothing waits for it, and it is set aside only when asked', () => {
  const databases = [{ path: '/home/cleo/.hermes/state.db', says: 'database disk image is malformed' }];
  const findings = judgeHermesService({ ...healthyHermes, databases }, answersWith());
  expect(findings.map(({ code }) => code)).toEqual(['hermes-database-damaged']);
  const [finding] = findings;
  expect(finding?.evidence).toContain('/home/cleo/.hermes/state.db is damaged: database disk image');
  expect(finding?.fixes[0]?.consequence).toContain('Hermes forgets its conversations');
  expect(findings.some(holdsBack)).toBe(false);
  expect(judgeHermesService({ ...healthyHermes, databases: [] }, answersWith())).toEqual([]);
});
