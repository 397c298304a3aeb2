import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Command } from '../../../src/engine/contracts/action.ts';
import { reveal, Secret } from '../../../src/secret/secret.ts';
import { readConnection as openWebuiReads } from '../../../src/system/web-apps/open-webui-programs.ts';
import { parseStoredWay } from '../../../src/tasks/bridge/connection.ts';
import { changeSettings, type SettingChange } from '../../../src/tasks/open-webui/settings.ts';
import { answersWith } from '../answers.ts';

/** The programs that run inside Open WebUI's container, run here by the same interpreter, on databases of both shapes. */

const KEY = 'key-with-"quotes"-and-\\backslash';
let folder: string;
let hermes: Server;
let port: number;

beforeAll(async () => {
  hermes = createServer((request, response) => {
    const welcome = request.headers.authorization === `Bearer ${KEY}`;
    response.writeHead(welcome ? 200 : 401).end(welcome ? '{"data":[{"id":"otto"}]}' : '{}');
  });
  await new Promise<void>((resolve) => hermes.listen(0, '127.0.0.1', resolve));
  port = (hermes.address() as AddressInfo).port;
});
afterAll(() => hermes.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-webui-'));
});
afterEach(() => rm(folder, { recursive: true }));

function python(
  program: string,
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH ?? '', DATA_DIR: folder, ...env } };
    const child = execFile('python3', ['-I', '-'], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
    child.stdin?.end(program);
  });
}

async function readConnection(env: Record<string, string> = {}, hermesPort = port) {
  const program = openWebuiReads(hermesPort, 5);
  const { stdout } = await python(program, env);
  return { stdout, way: parseStoredWay(stdout) };
}

function change(changes: readonly SettingChange[], env: Record<string, string> = {}) {
  const [action] = changeSettings(changes, 'key-value', 'image', answersWith());
  return python(reveal((action as Command).input ?? ''), env);
}

/** Since 0.10; in WAL mode, as since 0.9.6, with the last change still beside the file. */
function rowPerSetting(settings: Readonly<Record<string, unknown>>): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'webui.db'));
  database.exec('PRAGMA journal_mode=WAL; CREATE TABLE "user" (id TEXT); INSERT INTO "user" VALUES (1)');
  database.exec('CREATE TABLE config (key TEXT PRIMARY KEY, value JSON NOT NULL, updated_at BIGINT)');
  const insert = database.prepare('INSERT INTO config VALUES (?, ?, 0)');
  for (const [key, value] of Object.entries(settings)) insert.run(key, JSON.stringify(value));
  return database;
}

/** Before 0.10. */
function oneRow(settings: unknown): DatabaseSync {
  const database = new DatabaseSync(join(folder, 'webui.db'));
  database.exec(
    'CREATE TABLE "user" (id TEXT); CREATE TABLE config (id INTEGER PRIMARY KEY, data JSON, version INT)',
  );
  database.prepare('INSERT INTO config VALUES (1, ?, 0)').run(JSON.stringify(settings));
  return database;
}

const url = () => `http://127.0.0.1:${port}/v1`;

describe('one reader for all of them', () => {
  test('a file that DATABASE_URL names is the one that is read, and the one that is changed', async () => {
    rowPerSetting({ 'openai.api_base_urls': ['http://not-this-one/v1'] }).close();
    await rename(join(folder, 'webui.db'), join(folder, 'other.db'));
    rowPerSetting({ 'openai.api_base_urls': ['http://nor-this-one/v1'] }).close();
    const env = { DATABASE_URL: `sqlite:///${join(folder, 'other.db')}` };
    const changes = [{ path: ['openai', 'api_base_urls'], index: 0, value: url() }];
    expect((await change(changes, env)).code).toBe(0);
    expect((await readConnection(env)).way?.connections[0]?.url).toBe(url());
    expect((await readConnection()).way?.connections[0]?.url).toBe('http://nor-this-one/v1');
    const another = await change(changes, { DATABASE_URL: 'postgresql://db/x' });
    expect([another.code === 0, another.stdout + another.stderr]).toEqual([
      false,
      expect.stringContaining('another database'),
    ]);
  });
});

describe('reading the connection', () => {
  test('the database counts, in both shapes; the key is tried and not printed', async () => {
    const env = { OPENAI_API_BASE_URL: 'http://elsewhere/v1', OPENAI_API_KEY: 'old' };
    const expected = [
      {
        url: url(),
        from: 'database',
        keyFrom: 'database',
        probe: { kind: 'answer', status: 200, models: ['otto'] },
      },
    ];
    const open = rowPerSetting({
      'openai.api_base_urls': [url()],
      'openai.api_keys': [KEY],
      'openai.enable': true,
    });
    const first = await readConnection(env);
    expect(first.way).toMatchObject({ layout: 'key-value', enabled: true, connections: expected });
    expect(first.stdout).not.toContain('quotes');
    open.close();
    await rm(join(folder, 'webui.db'));

    oneRow({ openai: { api_base_urls: [url()], api_keys: [KEY], enable: false } }).close();
    expect((await readConnection(env)).way).toMatchObject({
      layout: 'single-row',
      enabled: false,
      connections: expected,
    });
  });

  test('where the database is silent, the environment counts', async () => {
    oneRow({ version: 0, ui: { enable_signup: false } }).close();
    const { way } = await readConnection({ OPENAI_API_BASE_URL: url(), OPENAI_API_KEY: 'wrong' });
    expect(way).toMatchObject({
      enabled: true,
      connections: [{ from: 'environment', keyFrom: 'environment', probe: { kind: 'answer', status: 401 } }],
    });
  });

  test('switches, names and the place that counts', async () => {
    const stored = {
      'openai.api_base_urls': [url(), 'http://elsewhere/v1'],
      'openai.api_keys': [KEY, ''],
      'openai.api_configs': {
        0: { enable: false, model_ids: ['x'] },
        'http://elsewhere/v1': { prefix_id: 'y' },
      },
    };
    rowPerSetting(stored).close();
    const { way } = await readConnection();
    expect(way).toMatchObject({
      persistent: true,
      connections: [
        { enabled: false, modelIds: ['x'], prefix: '' },
        { enabled: true, modelIds: [], prefix: 'y' },
      ],
    });
    const env = { ENABLE_PERSISTENT_CONFIG: 'False', ENABLE_OPENAI_API: 'False', OPENAI_API_BASE_URL: url() };
    expect((await readConnection(env)).way).toMatchObject({
      persistent: false,
      enabled: false,
      connections: [{ from: 'environment', enabled: true }],
    });
  });

  test('nobody listens', async () => {
    rowPerSetting({ 'openai.api_base_urls': ['http://127.0.0.1:1/v1'], 'openai.api_keys': [''] }).close();
    expect((await readConnection({}, 1)).way?.connections[0]?.probe).toEqual({ kind: 'refused' });
  });

  test('a damaged database is said to be one', async () => {
    new DatabaseSync(join(folder, 'webui.db')).exec(
      "CREATE TABLE config (key TEXT, value TEXT); INSERT INTO config VALUES ('openai.enable', 'not json')",
    );
    expect((await readConnection()).way?.layout).toBe('unreadable');
  });
});

describe('changing settings', () => {
  const changes: readonly SettingChange[] = [
    { path: ['openai', 'enable'], index: null, value: true },
    { path: ['openai', 'api_keys'], index: 1, value: new Secret(KEY) },
  ];

  test('one row per setting: only what is asked for, after a backup that holds the last change too', async () => {
    const open = rowPerSetting({ 'openai.api_keys': ['first', 'second'], other: 'kept' });
    const { code, stdout } = await change(changes);
    expect(code).toBe(0);
    expect(stdout).toContain('backup checked');
    expect(stdout).not.toContain('quotes');
    const rows = open.prepare('SELECT key, value FROM config ORDER BY key').all();
    expect(Object.fromEntries(rows.map((row) => [row.key, JSON.parse(String(row.value))]))).toEqual({
      'openai.api_keys': ['first', KEY],
      'openai.enable': true,
      other: 'kept',
    });
    open.close();

    const backups = join(folder, 'otto-install-backups');
    const [name = ''] = await readdir(backups);
    expect((await stat(join(backups, name))).mode & 0o777).toBe(0o600);
    const copy = new DatabaseSync(join(backups, name));
    expect(copy.prepare('SELECT count(*) AS users FROM "user"').get()).toEqual({ users: 1 });
    copy.close();
  });

  test('one row with everything', async () => {
    oneRow({ version: 0, openai: { api_keys: ['first'] } }).close();
    expect((await change(changes)).code).toBe(0);
    const database = new DatabaseSync(join(folder, 'webui.db'));
    const row = database.prepare('SELECT data FROM config').get();
    database.close();
    expect(JSON.parse(String(row?.data))).toEqual({
      version: 0,
      openai: { api_keys: ['first', KEY], enable: true },
    });
  });

  test('some entries of one connection; the others and what else stands there stay', async () => {
    const open = rowPerSetting({ 'openai.api_configs': { 0: { enable: false, tags: [1] }, 1: { a: 1 } } });
    const path = ['openai', 'api_configs'];
    await change([{ path, index: '0', value: { enable: true, model_ids: [] } }]);
    const row = open.prepare('SELECT value FROM config').get();
    expect(JSON.parse(String(row?.value))).toEqual({
      0: { enable: true, model_ids: [], tags: [1] },
      1: { a: 1 },
    });
    open.close();
  });

  test('settings that were never saved get their row', async () => {
    const empty = oneRow({});
    empty.exec('DELETE FROM config');
    empty.close();
    expect((await change(changes)).code).toBe(0);
    const database = new DatabaseSync(join(folder, 'webui.db'));
    const row = database.prepare('SELECT data FROM config').get();
    database.close();
    expect(JSON.parse(String(row?.data))).toMatchObject({ openai: { enable: true } });
  });

  test('a database of an unknown form is left as it is', async () => {
    const database = new DatabaseSync(join(folder, 'webui.db'));
    database.exec('CREATE TABLE "user" (id TEXT); CREATE TABLE config (something TEXT)');
    database.close();
    const { code, stderr } = await change(changes);
    expect(code).toBe(1);
    expect(stderr).toContain('Nothing was changed');
  });

  test('no database', async () => {
    expect(await change(changes)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no database'),
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
