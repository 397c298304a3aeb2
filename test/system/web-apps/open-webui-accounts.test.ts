import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { template } from '../../../src/system/templates.ts';
import { parseAccounts } from '../../../src/system/web-apps/open-webui-accounts.ts';
import { readAccounts } from '../../../src/system/web-apps/open-webui-programs.ts';
import { databaseProgram } from '../../../src/tasks/open-webui/database-program.ts';

/** The programs that read and change accounts, run by this machine's interpreter on a database of their own. */

let folder: string;
let database: DatabaseSync;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-webui-'));
  database = new DatabaseSync(join(folder, 'webui.db'));
  // What is written since the last checkpoint is in webui.db-wal, as it is since 0.9.6.
  database.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE "user" (id TEXT PRIMARY KEY, name TEXT, email TEXT, role TEXT, created_at INTEGER);
    CREATE TABLE auth (id TEXT PRIMARY KEY, email TEXT, password TEXT, active INTEGER);`);
  add('2', 'Bob', 'bob@client.example', 'user', 20);
  add('1', 'Ann', 'ann@client.example', 'admin', 10);
  add('3', 'Bob again', 'Bob@Client.example', 'user', 30);
  add('4', 'Locked', 'locked@client.example', 'user', 40, 0);
});
afterEach(async () => {
  database.close();
  await rm(folder, { recursive: true });
});

function add(id: string, name: string, email: string, role: string, at: number, active = 1): void {
  database.prepare('INSERT INTO "user" VALUES (?, ?, ?, ?, ?)').run(id, name, email, role, at);
  database.prepare('INSERT INTO auth VALUES (?, ?, ?, ?)').run(id, email, 'hash', active);
}

function python(program: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? '', DATA_DIR: folder };
    const child = execFile('python3', ['-I', '-'], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(program);
  });
}

async function read(at = '') {
  const { stdout } = await python(readAccounts(at));
  return parseAccounts(stdout);
}

function change(changes: readonly object[]) {
  const text = JSON.stringify(JSON.stringify(changes));
  return python(reveal(databaseProgram('change-accounts', { changes: text })));
}

test.each([['inside the container'], ['beside it']])(
  'accounts are read %s, the oldest first',
  async (where) => {
    const accounts = await read(where === 'beside it' ? folder : '');
    expect(accounts).toMatchObject({ problem: '', count: 4 });
    expect(accounts?.admins.map(({ id }) => id)).toEqual(['1']);
    expect(accounts?.others.map(({ id }) => id)).toEqual(['2', '3']);
    expect(accounts?.alike.map((group) => group.map(({ id }) => id))).toEqual([['2', '3']]);
  },
);

test('no database, and none that can be read, are said to be so', async () => {
  expect((await read('/nowhere'))?.problem).toBe('none');
  database.exec('DROP TABLE auth');
  expect((await read())?.problem).toBe('not-open-webui');
});

test('the time of the last visit is in ms, and columns of newer releases are used where they are', async () => {
  expect(await read()).toMatchObject({
    sessionStamp: false,
    all: [{ id: '1', lastActiveMs: undefined }, {}, {}, {}],
  });
  database.exec(`ALTER TABLE "user" ADD COLUMN last_active_at INTEGER;
    ALTER TABLE auth ADD COLUMN session_stamp TEXT; ALTER TABLE auth ADD COLUMN mfa JSON;
    UPDATE "user" SET last_active_at = 1795376516 WHERE id = '1';
    UPDATE auth SET mfa = '{"totp":"x"}' WHERE id = '1'; DELETE FROM auth WHERE id = '2'`);
  const [ann, bob] = (await read())?.all ?? [];
  expect(ann).toMatchObject({ lastActiveMs: 1_795_376_516_000, secondFactor: true, hasPassword: true });
  expect(bob).toMatchObject({ secondFactor: false, hasPassword: false, active: true });
  expect((await read())?.sessionStamp).toBe(true);
});

test('what is no database, and one that is damaged, are told apart', async () => {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const elsewhere = await mkdtemp(join(tmpdir(), 'open-webui-'));
  await writeFile(join(elsewhere, 'webui.db'), 'a letter to grandmother. '.repeat(400));
  expect((await read(elsewhere))?.problem).toBe('not-a-database');
  const whole = await readFile(join(folder, 'webui.db'));
  await writeFile(
    join(elsewhere, 'webui.db'),
    Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 7)]),
  );
  expect((await read(elsewhere))?.problem).toBe('corrupt');
  await rm(elsewhere, { recursive: true });
});

test('accounts are changed by id, after a backup that holds the last change too', async () => {
  const { code, stdout } = await change([
    { id: '4', active: true },
    { id: '2', role: 'admin' },
    { id: '3', email: 'bob+2@client.example' },
  ]);
  expect([code, stdout]).toEqual([0, expect.stringContaining('backup checked')]);
  expect(await read()).toMatchObject({ admins: [{ id: '1' }, { id: '2' }], alike: [] });
  expect(database.prepare('SELECT email, active FROM auth WHERE id IN (3, 4)').all()).toEqual([
    { email: 'bob+2@client.example', active: 1 },
    { email: 'locked@client.example', active: 1 },
  ]);
  const [name = ''] = await readdir(join(folder, 'otto-install-backups'));
  const backup = new DatabaseSync(join(folder, 'otto-install-backups', name));
  expect(backup.prepare('SELECT count(*) AS n FROM "user" WHERE role = ?').get('admin')).toEqual({ n: 1 });
  backup.close();
});

test('when one account is gone nothing is changed', async () => {
  const { code, stderr } = await change([
    { id: '2', role: 'admin' },
    { id: 'gone', role: 'admin' },
  ]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
  expect((await read())?.admins).toHaveLength(1);
});

function settle(changes: readonly object[]) {
  const text = JSON.stringify(JSON.stringify(changes));
  return python(reveal(template('open-webui/settle-accounts.py', { changes: text })));
}

const KEEPER = 'b0b00000-0000-4000-8000-000000000001';
const OTHER = 'b0b00000-0000-4000-8000-000000000002';

/** Bob twice, each with a chat, a tag of the same name, and a place in a group. */
function twoBobs(): void {
  for (const [old, id] of [
    ['2', KEEPER],
    ['3', OTHER],
  ] as const)
    database.exec(
      `UPDATE "user" SET id = '${id}' WHERE id = '${old}'; UPDATE auth SET id = '${id}' WHERE id = '${old}'`,
    );
  database.exec(`
    CREATE TABLE chat (id TEXT PRIMARY KEY, user_id TEXT, chat JSON);
    INSERT INTO chat VALUES ('1', '${KEEPER}', '{}'), ('2', '${OTHER}', '{"by":"${OTHER}"}'), ('3', '1', '{}');
    CREATE TABLE tag (id TEXT, user_id TEXT, PRIMARY KEY (id, user_id));
    INSERT INTO tag VALUES ('work', '${KEEPER}'), ('work', '${OTHER}'), ('home', '${OTHER}');
    CREATE TABLE "group" (id TEXT PRIMARY KEY, user_ids JSON);
    INSERT INTO "group" VALUES ('g', '["1","${OTHER}"]')`);
}

test('accounts that differ only in case are merged: nothing that belonged to the one is lost', async () => {
  twoBobs();
  database.exec(`UPDATE "user" SET role = 'admin' WHERE id = '${OTHER}'`);
  const { code } = await settle([{ id: OTHER, into: KEEPER }]);
  expect(code).toBe(0);
  const all = (sql: string) =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row).join(' '));
  expect(all('SELECT id, user_id FROM chat ORDER BY id')).toEqual([`1 ${KEEPER}`, `2 ${KEEPER}`, '3 1']);
  expect(all('SELECT id, user_id FROM tag ORDER BY id')).toEqual([`home ${KEEPER}`, `work ${KEEPER}`]);
  expect(all('SELECT user_ids FROM "group"')).toEqual([`["1","${KEEPER}"]`]);
  expect(all(`SELECT role FROM "user" WHERE id = '${KEEPER}'`)).toEqual(['admin']);
  expect(await read()).toMatchObject({ count: 3, alike: [] });
});

test('accounts that differ only in case are given addresses of their own', async () => {
  const { code } = await settle([{ id: '3', email: 'bob+2@client.example' }]);
  expect(code).toBe(0);
  expect(await read()).toMatchObject({ count: 4, alike: [] });
});

test.each([
  ['one is left', []],
  ['one is gone', [{ id: '3', into: 'gone' }]],
  ['the address is taken in other letters', [{ id: '3', email: 'ANN@client.example' }]],
])('nothing is changed when %s', async (_, changes) => {
  const before = await read();
  const { code, stderr } = await settle(changes);
  expect([code, stderr]).toEqual([1, expect.stringContaining('Nothing was changed')]);
  expect(await read()).toEqual(before);
});
