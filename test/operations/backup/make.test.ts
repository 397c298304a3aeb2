import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parseSurvey } from '../../../src/operations/backup/survey.ts';
import { parseArchive } from '../../../src/operations/restore/archive.ts';
import { thorough } from '../../thorough.ts';
import { endsAt, type FakeOtto, fakeOtto } from './fake-otto.ts';

// Programs are started by the dozen, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

let otto: FakeOtto;
beforeEach(() => {
  otto = fakeOtto();
});
afterEach(() => otto.remove());

const ARCHIVE = 'backups/one.tar.gz';
const verified = (passphrase?: string) => {
  const archive = otto.path(passphrase === undefined ? ARCHIVE : `${ARCHIVE}.gpg`);
  const { stdout, stderr } = otto.restore('verify', archive, passphrase === undefined ? {} : { passphrase });
  return parseArchive(stdout, stderr);
};
const last = () => JSON.parse(readFileSync(otto.path('state/backup-last.json'), 'utf8'));

test('a backup holds what would be missed, the write-ahead log included, and changes nothing', () => {
  const before = otto.tree('webui', 'hermes', 'opt');
  const { code, stderr } = otto.backup();
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect(otto.tree('hermes', 'opt')).toEqual(
    Object.fromEntries(Object.entries(before).filter(([path]) => !path.includes('/webui'))),
  );
  expect(statSync(otto.path(ARCHIVE)).mode & 0o777).toBe(0o600);
  expect(statSync(otto.path('backups')).mode & 0o777).toBe(0o700);
  expect(readdirSync(otto.path('backups'))).toEqual(['one.tar.gz']);
  const archive = verified();
  expect(archive).toMatchObject({
    ok: true,
    domain: 'otto.client.example',
    user: 'cleo',
    accounts: 2,
    chats: 3,
    openWebui: { revision: '0bd252b206fb' },
    holds: ['environment', 'hermes', 'open-webui', 'state'],
    environmentChanged: [],
    present: { accounts: 2, chats: 3, newChats: 0, newAccounts: 0 },
  });
  const { stdout } = spawnSync('tar', ['-tzf', otto.path(ARCHIVE)], { encoding: 'utf8' });
  const names = stdout.split('\n').map((name) => name.replace(`files${otto.folder}/`, ''));
  expect(names).toContain('hermes/memories/MEMORY.md');
  expect(names.filter((name) => /cache|hermes-agent|logs|-wal|-shm/.test(name))).toEqual([]);
  expect(last()).toMatchObject({ ok: true, daily: false, archive: otto.path(ARCHIVE) });
});

test('locked with a passphrase: opened by it alone, and it stands nowhere', () => {
  const passphrase = 'correct "horse" ünï \\x $y';
  const file = otto.path(`${ARCHIVE}.gpg`);
  expect(otto.backup({ file, passphrase }).code).toBe(0);
  expect(verified(passphrase)).toMatchObject({ ok: true, accounts: 2, chats: 3 });
  expect(verified('another one')).toMatchObject({ ok: false, kind: 'wrong-passphrase' });
  expect(otto.restore('verify', file).stdout).toContain('"passphrase-needed"');
  const found = spawnSync('grep', ['-r', '-l', 'horse', otto.folder], { encoding: 'utf8' });
  expect(found.stdout).toBe('');
  expect(readdirSync(otto.path('backups'))).toEqual(['one.tar.gz.gpg']);
});

test('what was cut off at any moment never looks like a backup, and the next one clears it away', () => {
  for (let count = 1; ; count += thorough ? Math.ceil(count / 8) : count) {
    const { code } = otto.backup({ prelude: endsAt(count) });
    if (code === 0) break;
    expect(code).toBe(9);
    expect(
      existsSync(otto.path(ARCHIVE)) &&
        parseArchive(otto.restore('verify', otto.path(ARCHIVE)).stdout, '').ok !== true,
    ).toBe(false);
    if (existsSync(otto.path(ARCHIVE))) break;
  }
  otto.backup({ file: otto.path('backups/two.tar.gz') });
  expect(readdirSync(otto.path('backups')).filter((name) => !/^(one|two)\.tar\.gz$/.test(name))).toEqual([]);
}, 240_000);

test('nothing is overwritten', () => {
  otto.write(ARCHIVE, 'an older one');
  const { code, stderr } = otto.backup();
  expect(code).toBe(1);
  expect(stderr).toContain('There is a file of that name already');
  expect(readFileSync(otto.path(ARCHIVE), 'utf8')).toBe('an older one');
  expect(last()).toMatchObject({ ok: false, error: expect.stringContaining('of that name') });
});

test('without room it is not started', () => {
  const prelude = `
import os
_real = os.statvfs
class _Full:
    f_bavail, f_frsize = 10, 4096
os.statvfs = lambda path: _Full`;
  const { code, stderr } = otto.backup({ prelude });
  expect(code).toBe(1);
  expect(stderr).toMatch(/0\.0 MB are free in .*; \d+ MB are needed/);
  expect(readdirSync(otto.path('backups'))).toEqual([]);
  const survey = parseSurvey(otto.backup({ prelude, mode: 'survey' }).stdout);
  expect(survey).toMatchObject({ free: 40_960, database: true, taken: false, folderProblem: '' });
  expect(survey?.needed).toBeGreaterThan(200_000_000);
});

test('a damaged database is no backup', () => {
  const path = JSON.stringify(otto.path('webui/webui.db'));
  otto.python(`
import sqlite3
sqlite3.connect(${path}).execute("PRAGMA wal_checkpoint(TRUNCATE)")
with open(${path}, "r+b") as file:
    file.seek(4096)
    file.write(b"\\xff" * 4000)`);
  expect(otto.backup().code).toBe(1);
  expect(existsSync(otto.path(ARCHIVE))).toBe(false);
});

test('a link that leads elsewhere is left out, one within stays', () => {
  symlinkSync('/etc/passwd', otto.path('hermes/outward'));
  symlinkSync('memories/MEMORY.md', otto.path('hermes/within'));
  const { stdout } = otto.backup();
  expect(stdout).toContain(`left out: ${otto.path('hermes/outward')}: leads out of Otto's folders`);
  expect(verified()).toMatchObject({ ok: true });
});

/** Python: the clock is that many days further. */
const atNight = (days: number) => `
import datetime
_today = datetime.datetime
class _Later(_today):
    @classmethod
    def now(cls, *zone):
        return _today.now(*zone) + datetime.timedelta(days=${days})
datetime.datetime = _Later`;

test('of those made every night the newest stay, and nothing else is removed', () => {
  otto.write('backups/otto-otto.client.example-20200101-000000.tar.gz', 'mine');
  for (let night = 0; night < 3; night += 1) otto.backup({ file: null, keep: 1, prelude: atNight(night) });
  const names = readdirSync(otto.path('backups')).sort();
  expect(names).toHaveLength(2);
  expect(names[0]).toBe('otto-otto.client.example-20200101-000000.tar.gz');
  expect(last()).toMatchObject({ ok: true, daily: true, archive: otto.path(`backups/${names[1]}`) });
});

test('one that is started while another one is at work is refused, and rolling back touches nothing of that one', () => {
  otto.write('backups/.otto-staging/database-0', 'of the other one');
  otto.write('backups/one.tar.gz.growing', 'of this one, from before');
  const lock = JSON.stringify(otto.path('state/backup.lock'));
  const prelude = `import fcntl, time; held = open(${lock}, "w"); fcntl.flock(held, fcntl.LOCK_EX); time.sleep = lambda s: None`;
  expect(otto.backup({ prelude })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Another backup'),
  });
  expect(otto.backup({ mode: 'tidy', prelude })).toMatchObject({ code: 0, stderr: '' });
  expect(Object.keys(otto.tree('backups'))).toContain(otto.path('backups/.otto-staging/database-0'));
  expect(readdirSync(otto.path('backups'))).not.toContain('one.tar.gz.growing');
});
