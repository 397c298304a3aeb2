import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseArchive } from '../../../src/operations/restore/archive.ts';
import { type FakeOtto, fakeOtto } from './fake-otto.ts';

// Programs are started by the dozen, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

let otto: FakeOtto;
let writer: ChildProcess | undefined;
beforeEach(() => {
  otto = fakeOtto();
});
afterEach(() => {
  writer?.kill('SIGKILL');
  writer = undefined;
  otto.remove();
});

/** Moves one from an account to another in each transaction, as fast as it can; the sum is always the same. */
const WRITER = `
import random, sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
database.execute("PRAGMA journal_mode = " + sys.argv[2])
# The log is moved into the database all the time.
database.execute("PRAGMA wal_autocheckpoint = 5")
database.execute("CREATE TABLE IF NOT EXISTS purse (id INTEGER PRIMARY KEY, held INTEGER, filling TEXT)")
database.executemany("INSERT INTO purse VALUES (?, 100, ?)", [(one, "x" * 900) for one in range(200)])
print("begun", flush=True)
while True:
    database.execute("BEGIN IMMEDIATE")
    for change in (-1, 1):
        database.execute("UPDATE purse SET held = held + ?, filling = ? WHERE id = ?", (change, str(random.random()) * 50, random.randrange(200)))
    database.execute("COMMIT")
    time.sleep(0.002)
`;

test.each(['WAL', 'DELETE'])(
  'a copy is of one moment while somebody writes all the time (%s)',
  async (mode) => {
    const path = otto.path('webui/webui.db');
    const child = spawn('python3', ['-I', '-c', WRITER, path, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    writer = child;
    await new Promise((resolve) => child.stdout.once('data', resolve));
    // Read so slowly that much is written meanwhile.
    const seam = `
_read = os.read
os.read = lambda fd, count: time.sleep(0.01) or _read(fd, min(count, 16384))
def many():
    for number in range(4):
        copy = ${JSON.stringify(otto.path('copy-'))} + str(number)
        print(look_at_database(${JSON.stringify(path)}, "copy", keep=copy)["check"])
main = lambda mode: many()
`;
    const { stdout, stderr } = otto.backup({ seam });
    expect(stderr).toBe('');
    expect(stdout).toBe('ok\n'.repeat(4));
    const sums = otto.python(`
import sqlite3
for number in range(4):
    database = sqlite3.connect(${JSON.stringify(otto.path('copy-'))} + str(number))
    print(*database.execute("SELECT sum(held), count(*) FROM purse").fetchone(), *database.execute("PRAGMA integrity_check").fetchone())`);
    expect(sums).toBe('20000 200 ok\n'.repeat(4));
    expect(child.exitCode).toBe(null);
  },
  60_000,
);

test('one that somebody keeps locked is copied as it is, or, where it is Open WebUI’s, refused; nobody waits for ever', () => {
  otto.write('hermes/notes.db', '');
  const prelude = `
import subprocess, sys, time
subprocess.run([sys.executable, "-c", """
import sqlite3, subprocess, sys
made = sqlite3.connect(sys.argv[1]); made.execute("CREATE TABLE t (x)"); made.commit(); made.close()
""", ${JSON.stringify(otto.path('hermes/notes.db'))}])
_holder = subprocess.Popen([sys.executable, "-c", """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE"); print("held", flush=True); time.sleep(60)
""", ${JSON.stringify(otto.path('hermes/notes.db'))}], stdout=subprocess.PIPE)
_holder.stdout.readline()`;
  const seam = `
waiting["left"] = 0.2
import atexit
atexit.register(_holder.kill)`;
  const { code, stdout } = otto.backup({ prelude, seam });
  // Held by somebody for a moment is not damaged.
  expect(code).toBe(0);
  expect(stdout).toContain('copied as it is, since it could not be read as a database');
  expect(stdout).toContain('database is locked');
});

/** Cuts a database in its middle, as a power cut or a full disk does. */
const damage = (name: string) =>
  otto.python(`
import os, sqlite3
path = ${JSON.stringify(otto.path(name))}
database = sqlite3.connect(path)
database.execute("CREATE TABLE memory (x TEXT)")
database.executemany("INSERT INTO memory VALUES (?)", [("x" * 900,)] * 60)
database.commit(); database.close()
os.truncate(path, os.path.getsize(path) // 2 // 4096 * 4096)`);

test.each([
  ['one that is asked for', undefined, {}],
  ['the night’s', 7, { daily: true }],
])(
  'a damaged database of Hermes: the rest is saved, the file named, and it ends with a warning (%s)',
  (_, keep, more) => {
    damage('hermes/state.db');
    const { code, stdout, stderr } = otto.backup(keep === undefined ? {} : { keep });
    expect(stderr).toBe('');
    expect(code).toBe(3);
    expect(stdout).toContain(
      `warning: damaged, and in the backup as it is: ${otto.path('hermes/state.db')}: `,
    );
    const last = JSON.parse(readFileSync(otto.path('state/backup-last.json'), 'utf8'));
    expect(last).toMatchObject({ ok: true, damaged: [expect.stringContaining('state.db: ')], ...more });
    const archive = parseArchive(otto.restore('verify', otto.path('backups/one.tar.gz')).stdout, '');
    expect(archive).toMatchObject({ ok: true, accounts: 2, chats: 3, lacks: last.damaged });
    expect(otto.restore('stage', otto.path('backups/one.tar.gz')).code).toBe(0);
  },
);

test('Paperclip’s Postgres without what it starts from is told; one that has it is not', () => {
  otto.write('paperclip/instances/default/db/PG_VERSION', '17\n');
  const without = otto.backup();
  expect(without.code).toBe(3);
  expect(without.stdout).toContain('db/global/pg_control: Postgres does not start without it');
  otto.write('paperclip/instances/default/db/global/pg_control', 'x'.repeat(8192));
  expect(otto.backup({ file: otto.path('backups/two.tar.gz') }).code).toBe(0);
});

test('a damaged database of Open WebUI is refused with its name: nothing could be restored from that', () => {
  damage('webui/webui.db');
  const { code, stderr } = otto.backup();
  expect(code).toBe(1);
  expect(stderr).toContain(otto.path('webui/webui.db'));
});

test('one whose first bytes are gone is damaged too, and Open WebUI’s is refused', () => {
  otto.write('hermes/state.db', 'zeros and more zeros');
  const { code, stdout } = otto.backup();
  expect([code, stdout]).toEqual([3, expect.stringContaining('state.db: file is not a database')]);
  // With its log SQLite would still read all of it.
  rmSync(otto.path('webui/webui.db-wal'), { force: true });
  otto.write('webui/webui.db', 'zeros and more zeros');
  const refused = otto.backup({ file: otto.path('backups/two.tar.gz') });
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining('webui.db could not be copied'),
  ]);
});
