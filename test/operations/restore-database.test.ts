import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reveal } from '../../src/secret/secret.ts';
import { pythonString } from '../../src/system/python/python-literal.ts';
import { databaseProgram, restoreDatabase } from '../../src/tasks/open-webui/database-program.ts';

/** The programs that copy Open WebUI's database before an operation and put it back, on real databases. */

const BACKUP = 'otto-install-backups/before.db';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'restore-database-'));
  inDatabase(
    'CREATE TABLE "user" (id TEXT PRIMARY KEY); CREATE TABLE chat (id TEXT PRIMARY KEY, updated_at INTEGER);',
    "PRAGMA journal_mode = WAL; INSERT INTO \"user\" VALUES ('u1'); INSERT INTO chat VALUES ('first', 100);",
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

function inDatabase(...statements: readonly string[]): void {
  const database = new DatabaseSync(join(folder, 'webui.db'));
  for (const statement of statements) database.exec(statement);
  database.close();
}

function chatsIn(path: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, path), { readOnly: true });
  const rows = database.prepare('SELECT id FROM chat ORDER BY id').all();
  database.close();
  return rows.map(({ id }) => id);
}

function python(program: string): Promise<{ readonly code: number; readonly stdout: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? '', DATA_DIR: folder } };
    const child = execFile('python3', ['-I', '-'], options, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
    child.stdin?.end(program);
  });
}

const backUp = () => python(reveal(databaseProgram('backup-database', { path: pythonString(BACKUP) })));
const putBack = () => python(reveal(restoreDatabase(BACKUP)));
const keptAside = () =>
  readdirSync(join(folder, 'otto-install-backups')).filter((name) => name.startsWith('taken-back-'));

test('what an operation changed is rolled back, and nothing else is kept', async () => {
  await backUp();
  inDatabase('CREATE TABLE migrated (id TEXT)');
  expect(await putBack()).toMatchObject({ code: 0, stdout: 'the database is as it was before\n' });
  expect(chatsIn('webui.db')).toEqual(['first']);
  expect(() => inDatabase('INSERT INTO migrated VALUES (1)')).toThrow(/no such table/);
  expect(keptAside()).toEqual([]);
});

test('what people wrote since, days after a power cut, is kept for root alone and named', async () => {
  await backUp();
  inDatabase("INSERT INTO chat VALUES ('written since', 200)");
  const { code, stdout } = await putBack();
  expect(code).toBe(0);
  expect(chatsIn('webui.db')).toEqual(['first']);
  const [kept = ''] = keptAside();
  expect(stdout).toContain(kept);
  expect(chatsIn(`otto-install-backups/${kept}`)).toEqual(['first', 'written since']);
  expect(statSync(join(folder, 'otto-install-backups', kept)).mode & 0o777).toBe(0o600);
});

test('a chat that went on counts as much as a new one', async () => {
  await backUp();
  inDatabase("UPDATE chat SET updated_at = 300 WHERE id = 'first'");
  await putBack();
  expect(keptAside()).toHaveLength(1);
});

test('done twice it is the same', async () => {
  await backUp();
  inDatabase("INSERT INTO chat VALUES ('written since', 200)");
  await putBack();
  await putBack();
  expect(chatsIn('webui.db')).toEqual(['first']);
  expect(keptAside()).toHaveLength(1);
});

test('without a backup nothing was changed, and nothing is', async () => {
  expect((await putBack()).code).toBe(0);
  expect(chatsIn('webui.db')).toEqual(['first']);
});

test('a damaged backup is not put in the place of anything', async () => {
  mkdirSync(join(folder, 'otto-install-backups'));
  writeFileSync(join(folder, BACKUP), 'SQLite format 3\0 and then nothing that it could be');
  expect((await putBack()).code).not.toBe(0);
  expect(chatsIn('webui.db')).toEqual(['first']);
});

test('what people wrote does not go when there is no room to keep it', async () => {
  await backUp();
  inDatabase("INSERT INTO chat VALUES ('written since', 200)");
  const full = `
import os
_open = os.open
def _no_room(path, *more):
    if "taken-back" in str(path):
        raise OSError(28, "No space left on device")
    return _open(path, *more)
os.open = _no_room
`;
  expect((await python(`${full}${reveal(restoreDatabase(BACKUP))}`)).code).toBe(1);
  expect(chatsIn('webui.db')).toEqual(['first', 'written since']);
  expect(keptAside()).toEqual([]);
});
