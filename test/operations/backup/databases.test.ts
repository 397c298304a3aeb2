import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeOtto, fakeOtto } from './fake-otto.ts';

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
  expect(code).toBe(0);
  expect(stdout).toContain('copied as it is, since it could not be read as a database');
  expect(stdout).toContain('database is locked');
});
