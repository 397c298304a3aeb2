import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseArchive } from '../../../src/operations/restore/archive.ts';
import { thorough } from '../../thorough.ts';
import { CLEO, endsAt, type FakeOtto, fakeOtto, NO_RENAMES_OF_FOLDERS, PAPERCLIP } from './fake-otto.ts';

// Programs are started by the dozen, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

let otto: FakeOtto;
let archive: string;
const made: FakeOtto[] = [];

/** An Otto with a backup; the tests that only look at archives share one. */
function afresh(): void {
  otto = fakeOtto();
  made.push(otto);
  archive = otto.path('backups/one.tar.gz');
  otto.backup();
}
beforeAll(afresh);
afterAll(() => {
  for (const one of made) one.remove();
});

const REAL = ['webui', 'hermes', 'opt', 'state/ledger.json'] as const;
const state = () => otto.tree(...REAL);

/** Another one, and what happens after a backup: things change, come and go. */
function live(): void {
  afresh();
  otto.write('hermes/memories/MEMORY.md', 'forgotten');
  otto.write('hermes/new.txt', 'since then');
  otto.write('hermes/auth.json', '{"token":"newer"}');
  otto.write('opt/open-webui.env', 'WEBUI_SECRET_KEY=now\n');
  otto.write(
    'state/ledger.json',
    JSON.stringify({ files: { '/x': { sha256: ['now'], at: '' }, '/y': { sha256: ['y'], at: '' } } }),
  );
  rmSync(otto.path('webui/uploads/a.txt'));
  otto.python(`
import os, sqlite3
database = sqlite3.connect(${JSON.stringify(otto.path('webui/webui.db'))})
database.execute("DELETE FROM chat")
database.execute("INSERT INTO chat VALUES ('9', 'new', 9999999999)")
database.commit()
os._exit(0)`);
}

test('put in place: as it was then, what came since is gone, tokens and what is fetched again stay', () => {
  live();
  expect(parseArchive(otto.restore('verify', archive).stdout, '')).toMatchObject({
    ok: true,
    environmentChanged: ['open-webui'],
    present: { accounts: 2, chats: 1, newChats: 1, newAccounts: 0 },
  });
  expect(otto.restore('stage', archive).code).toBe(0);
  expect(otto.restore('place', archive).code).toBe(0);
  const read = (name: string) => readFileSync(otto.path(name), 'utf8');
  expect(JSON.parse(otto.restore('count', archive).stdout)).toEqual({ accounts: 2, chats: 3 });
  expect(read('hermes/memories/MEMORY.md')).toBe('the milk');
  expect(read('webui/uploads/a.txt')).toBe('an upload');
  expect(read('opt/open-webui.env')).toBe('WEBUI_SECRET_KEY=then\n');
  expect(existsSync(otto.path('hermes/new.txt'))).toBe(false);
  expect(read('hermes/auth.json')).toBe('{"token":"newer"}');
  expect(read('webui/cache/model')).toBe('fetched again');
  expect(read('hermes/hermes-agent/code.py')).toBe('code');
  expect(JSON.parse(read('state/ledger.json')).files).toEqual({
    '/x': { sha256: ['then', 'now'], at: '' },
    '/y': { sha256: ['y'], at: '' },
  });
  otto.restore('clear', archive);
  expect(readdirSync(otto.path('state')).filter((name) => name.startsWith('restore'))).toEqual([]);
});

describe('who made what, after a restore', () => {
  const thing = (kind: string, name: string, state: string) => ({ kind, name, state, run: state, at: '' });
  const ledger = (things: readonly object[], found: Record<string, boolean> = {}) =>
    JSON.stringify({
      files: Object.fromEntries(
        Object.entries(found).map(([path, one]) => [path, { sha256: ['x'], at: '', found: one }]),
      ),
      things,
    });
  const backupAgain = () => {
    archive = otto.path('backups/two.tar.gz');
    expect(otto.backup({ file: archive }).code).toBe(0);
  };
  const restored = () => {
    expect(otto.restore('stage', archive).code).toBe(0);
    expect(otto.restore('place', archive).code).toBe(0);
    return JSON.parse(readFileSync(otto.path('state/ledger.json'), 'utf8'));
  };

  test('this machine’s word stays, of files as well; rules and users of the backup are not taken for ours', () => {
    live();
    otto.write('state/ledger.json', ledger([thing('rule', '443/tcp', 'made')], { '/x': true, '/z': true }));
    backupAgain();
    const here = [thing('folder', otto.path('webui'), 'made'), thing('user', 'cleo', 'found')];
    otto.write('state/ledger.json', ledger(here, { '/x': false }));
    const { things, files } = restored();
    expect(things).toEqual(here);
    expect(files['/x'].found).toBe(false);
    expect(files['/z'].found).toBe(true);
  });

  test('a folder that was ours and is not here any more is ours again; one that is here is not', () => {
    live();
    const [webui, hermes] = [otto.path('webui'), otto.path('hermes')];
    otto.write(
      'state/ledger.json',
      ledger([thing('folder', webui, 'made'), thing('folder', hermes, 'made')]),
    );
    backupAgain();
    rmSync(webui, { recursive: true });
    otto.write('state/ledger.json', ledger([thing('folder', webui, 'removed')]));
    expect(restored().things).toEqual([thing('folder', webui, 'made')]);
  });

  test('a ledger of release 1.0.0 notes no things: it stays so', () => {
    live();
    expect(restored()).not.toHaveProperty('things');
  });
});

test('what people wrote since, days after a power cut, is kept when it is rolled back', () => {
  live();
  const before = state();
  const kept = () => readdirSync(otto.path('state')).filter((name) => name.startsWith('taken-back-'));
  otto.restore('stage', archive);
  otto.restore('place', archive);
  otto.python(`
import sqlite3
database = sqlite3.connect(${JSON.stringify(otto.path('webui/webui.db'))})
database.execute("INSERT INTO chat VALUES ('10', 'days later', 99999999999)")
database.commit()`);
  const { code, stdout } = otto.restore('put-back', archive);
  expect(code).toBe(0);
  expect(state()).toEqual(before);
  const [name = ''] = kept();
  expect(stdout).toContain(name);
  expect(readFileSync(otto.path(`state/${name}`), 'latin1')).toContain('days later');
  otto.restore('put-back', archive);
  expect(kept()).toEqual([name]);
});

test('where nobody wrote anything, nothing more is kept', () => {
  live();
  otto.restore('stage', archive);
  otto.restore('place', archive);
  otto.restore('put-back', archive);
  expect(readdirSync(otto.path('state')).filter((name) => name.startsWith('taken-back-'))).toEqual([]);
});

describe.each([
  ['renamed', ''],
  ['copied', NO_RENAMES_OF_FOLDERS],
])('cut off, where folders are %s', (_, renames) => {
  test('at any moment of putting it in place or rolling back: everything is as it was before', () => {
    live();
    const before = state();
    otto.restore('stage', archive, { prelude: renames });
    const staged = otto.path('staged');
    spawnSync('cp', ['-a', otto.path('state/restore'), staged]);
    for (let count = 1; ; count += thorough ? Math.ceil(count / 8) : count) {
      const { code } = otto.restore('place', archive, { prelude: `${renames}\n${endsAt(count)}` });
      // Rolling back is cut off as well, then started again.
      otto.restore('put-back', archive, { prelude: `${renames}\n${endsAt(count)}` });
      expect(otto.restore('put-back', archive, { prelude: renames }).code).toBe(0);
      expect(state()).toEqual(before);
      if (code === 0) return;
      expect(code).toBe(9);
      rmSync(otto.path('state/restore'), { recursive: true });
      spawnSync('cp', ['-a', staged, otto.path('state/restore')]);
    }
  }, 240_000);
});

test('rolled back before anything was put in place: nothing happens', () => {
  afresh();
  const before = state();
  expect(otto.restore('put-back', archive).code).toBe(0);
  otto.restore('stage', archive);
  expect(otto.restore('put-back', archive).code).toBe(0);
  expect(state()).toEqual(before);
});

/** Writes the archive again, changed by a piece of Python that has its entries (name → [TarInfo, bytes]) and its manifest. */
function forged(change: string): string {
  const path = otto.path('backups/forged.tar.gz');
  otto.python(`
import copy, hashlib, io, json, tarfile
entries = {}
with tarfile.open(${JSON.stringify(archive)}) as source:
    for member in source:
        entries[member.name] = [member, source.extractfile(member).read() if member.isreg() else b""]
manifest = json.loads(entries.pop("manifest.json")[1])
FOLDER = ${JSON.stringify(otto.folder)}
def named(path):
    return next(one for one in manifest["files"] if one["path"] == path)
def add(name, content=b"evil", **more):
    member = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(member, key, value)
    member.size = len(content) if member.isreg() else 0
    entries[name] = [member, content]
    manifest["files"].append({"path": name[5:], "part": "hermes", "type": "file" if member.isreg() else "link", "size": len(content), "mode": 0o644,
        "uid": 0, "gid": 0, "owner": "root", "group": "root", "sha256": hashlib.sha256(content).hexdigest(), "target": member.linkname})
${change}
with tarfile.open(${JSON.stringify(path)}, "w:gz") as archive:
    for member, content in entries.values():
        member.size = len(content) if member.isreg() else 0
        archive.addfile(member, io.BytesIO(content))
    text = json.dumps(manifest).encode()
    last = tarfile.TarInfo("manifest.json")
    last.size = len(text)
    archive.addfile(last, io.BytesIO(text))`);
  return path;
}

describe('refused before anything is touched', () => {
  test.each([
    ['nothing changed', 'pass', undefined],
    ['a path that climbs out', 'add("files" + FOLDER + "/hermes/../../../etc/cron.d/evil")', 'suspicious'],
    ['a file for another place', 'add("files/etc/cron.d/evil")', 'suspicious'],
    [
      'a link outward',
      'add("files" + FOLDER + "/hermes/link", b"", type=tarfile.SYMTYPE, linkname="/etc")',
      'suspicious',
    ],
    [
      'a link that climbs out',
      'add("files" + FOLDER + "/hermes/link", b"", type=tarfile.SYMTYPE, linkname="../../../../etc")',
      'suspicious',
    ],
    ['a device', 'add("files" + FOLDER + "/hermes/null", b"", type=tarfile.CHRTYPE)', 'suspicious'],
    [
      'a hard link',
      'add("files" + FOLDER + "/hermes/hard", b"", type=tarfile.LNKTYPE, linkname="/etc/shadow")',
      'suspicious',
    ],
    [
      'a file below a link that leads to the Otto that is at work',
      'add("files" + FOLDER + "/hermes/link", b"", type=tarfile.SYMTYPE, linkname=FOLDER + "/hermes"); add("files" + FOLDER + "/hermes/link/evil")',
      'suspicious',
    ],
    [
      'a file of one part that is said to be of another',
      'named(FOLDER + "/hermes/.env")["part"] = "state"',
      'suspicious',
    ],
    ['a wrong checksum', 'named(FOLDER + "/hermes/.env")["sha256"] = "0" * 64', 'damaged'],
    [
      'another content',
      'entries["files" + FOLDER + "/hermes/.env"][1] = b"API_SERVER_KEY=another-one-here\\n"',
      'damaged',
    ],
    ['a file that is missing', 'del entries["files" + FOLDER + "/hermes/.env"]', 'damaged'],
    ['a file too many', 'manifest["files"].remove(named(FOLDER + "/hermes/.env"))', 'suspicious'],
    ['a database that holds something else', 'manifest["contents"]["accounts"] = 5', 'damaged'],
    [
      'no database',
      'manifest["files"].remove(named(FOLDER + "/webui/webui.db")); del entries["files" + FOLDER + "/webui/webui.db"]',
      'foreign',
    ],
    ['a manifest of tomorrow', 'manifest["format"] = 2', 'newer'],
    ['a manifest of somebody else', 'manifest = {"hello": 1}', 'foreign'],
    ['somebody else’s archive', 'entries = {"hello.txt": [tarfile.TarInfo("hello.txt"), b"x"]}', 'foreign'],
  ])('%s', (_, change, kind) => {
    const path = forged(change);
    const before = state();
    const found = parseArchive(otto.restore('verify', path).stdout, '');
    expect(found.ok ? undefined : found.kind).toBe(kind);
    // What looks is not alone in refusing: unpacking does as well, and leaves nothing at its places.
    if (kind === 'suspicious') expect(otto.restore('stage', path).code).toBe(1);
    expect(state()).toEqual(before);
    expect(existsSync('/etc/cron.d/evil')).toBe(false);
  });

  test.each([
    [
      'a byte changed',
      (whole: Buffer) =>
        Buffer.concat([
          whole.subarray(0, whole.length / 2),
          Buffer.from([(whole[Math.floor(whole.length / 2)] ?? 0) ^ 0xff]),
          whole.subarray(whole.length / 2 + 1),
        ]),
      'damaged',
    ],
    ['cut off in the middle', (whole: Buffer) => whole.subarray(0, whole.length / 2), 'damaged'],
    ['cut off at the very end', (whole: Buffer) => whole.subarray(0, whole.length - 4), 'damaged'],
    ['empty', () => Buffer.alloc(0), 'foreign'],
    ['a text', () => Buffer.from('hello'), 'foreign'],
  ])('%s', (_, change, kind) => {
    const path = otto.path('backups/bad.tar.gz');
    writeFileSync(path, change(readFileSync(archive)));
    expect(parseArchive(otto.restore('verify', path).stdout, '')).toMatchObject({ ok: false, kind });
    expect(existsSync(otto.path('state/restore-check'))).toBe(false);
  });

  test('one that is not there', () => {
    expect(parseArchive(otto.restore('verify', '/no/such').stdout, '')).toMatchObject({
      ok: false,
      kind: 'unreadable',
    });
  });

  test('through a link that does not belong to root', () => {
    afresh();
    rmSync(otto.path('opt'), { recursive: true });
    otto.write('elsewhere/open-webui.env', 'mine');
    symlinkSync(otto.path('elsewhere'), otto.path('opt'));
    spawnSync('chown', ['-h', '1:1', otto.path('opt')]);
    expect(otto.restore('stage', archive)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is a link that not only root can have made'),
    });
  });
});

/** An archive that release 1.0.0 made, led to this Otto's folders; `more` is Python that adds to it. */
function madeBy100(old: FakeOtto, more = ''): string {
  const path = old.path('backups/one.tar.gz');
  mkdirSync(old.path('backups'), { mode: 0o700 });
  const source = new URL('made-by-1.0.0.tar.gz', import.meta.url).pathname;
  const said = old.python(`
import hashlib, io, json, tarfile
FOLDER = ${JSON.stringify(old.folder)}
def here(text):
    return text.replace("/tmp/otto-made-by-1.0.0", FOLDER)
with tarfile.open(${JSON.stringify(source)}) as source, tarfile.open(${JSON.stringify(path)}, "w:gz") as target:
    manifest = None
    for member in source:
        if member.name == "manifest.json":
            manifest = json.loads(here(source.extractfile(member).read().decode()))
        else:
            content = source.extractfile(member) if member.isreg() else None
            member.name = here(member.name)
            target.addfile(member, content)
${more}
    text = json.dumps(manifest).encode()
    last = tarfile.TarInfo("manifest.json")
    last.size = len(text)
    target.addfile(last, io.BytesIO(text))
print("made")`);
  expect(said).toBe('made\n');
  return path;
}

test('an archive of release 1.0.0 is restored as before', () => {
  const old = fakeOtto();
  made.push(old);
  old.giveAway();
  const from = madeBy100(old);
  old.write('hermes/memories/MEMORY.md', 'since then');
  old.write('hermes/since', 'since then');
  expect(parseArchive(old.restore('verify', from).stdout, '')).toMatchObject({
    ok: true,
    accounts: 2,
    chats: 3,
    holds: ['environment', 'hermes', 'open-webui', 'state'],
  });
  expect(old.restore('stage', from).stderr).toBe('');
  expect(old.restore('place', from).stderr).toBe('');
  expect(readFileSync(old.path('hermes/memories/MEMORY.md'), 'utf8')).toBe('the milk');
  expect(readlinkSync(old.path('hermes/within'))).toBe('memories/MEMORY.md');
  expect(statSync(old.path('hermes/notes.db')).uid).toBe(CLEO.uid);
  expect(existsSync(old.path('hermes/since'))).toBe(false);
  expect(JSON.parse(old.restore('count', from).stdout)).toEqual({ accounts: 2, chats: 3 });
});

describe('Paperclip’s data of release 1.0.0, which ran as 1000', () => {
  let old: FakeOtto;
  let from: string;

  /** The archive of that release, with what it kept of Paperclip: by a number, and the name that it had there. */
  function withPaperclip(): void {
    old = fakeOtto();
    made.push(old);
    from = madeBy100(
      old,
      `
    def add(name, part, content, uid, owner, mode):
        path = FOLDER + "/" + name
        member = tarfile.TarInfo("files" + path)
        member.uid = member.gid = uid
        member.mode = mode
        if content is None:
            member.type = tarfile.DIRTYPE
        else:
            member.size = len(content)
        target.addfile(member, None if content is None else io.BytesIO(content))
        manifest["files"].append({"path": path, "part": part, "type": "folder" if content is None else "file", "size": member.size, "mode": mode,
            "uid": uid, "gid": uid, "owner": owner, "group": owner, **({} if content is None else {"sha256": hashlib.sha256(content).hexdigest()})})
    # ${CLEO.name}: whoever had that number there has a name that somebody else has here.
    add("paperclip", "paperclip", None, 1000, ${JSON.stringify(CLEO.name)}, 0o700)
    add("paperclip/instances", "paperclip", None, 1000, ${JSON.stringify(CLEO.name)}, 0o700)
    add("paperclip/instances/secret", "paperclip", b"of the agents", 1000, ${JSON.stringify(CLEO.name)}, 0o600)
    add("paperclip/of-root", "paperclip", b"of root", 0, "root", 0o600)
    add("opt/paperclip.env", "environment", b"BETTER_AUTH_SECRET=then\\nPAPERCLIP_AUTH_DISABLE_SIGN_UP=true\\n", 0, "root", 0o600)`,
    );
  }
  const ids = (name: string) => {
    const { uid, gid } = statSync(old.path(name));
    return [uid, gid];
  };
  const there = (uid: number, gid: number) => {
    old.write('paperclip/instances/now', 'now');
    spawnSync('chown', ['-R', `${uid}:${gid}`, old.path('paperclip')]);
  };

  test.each<[string, () => void, readonly [number, number], string]>([
    ['no folder here: its account’s', () => undefined, [PAPERCLIP.uid, PAPERCLIP.gid], ''],
    [
      'the folder of its account',
      () => there(PAPERCLIP.uid, PAPERCLIP.gid),
      [PAPERCLIP.uid, PAPERCLIP.gid],
      '',
    ],
    ['a folder of another number: as that container runs', () => there(7, 9), [7, 9], ''],
    ['a folder of root’s: its account’s', () => there(0, 0), [PAPERCLIP.uid, PAPERCLIP.gid], ''],
    [
      'neither folder nor account: root’s, until the task gives it away',
      () => undefined,
      [0, 0],
      'import pwd\n_real = pwd.getpwnam\ndef _none(name):\n    if name == "games":\n        raise KeyError(name)\n    return _real(name)\npwd.getpwnam = _none',
    ],
  ])('%s; never whoever has that number or name here', (_, prepare, expected, prelude) => {
    withPaperclip();
    prepare();
    expect(old.restore('stage', from, { prelude }).stderr).toBe('');
    expect(old.restore('place', from, { prelude }).stderr).toBe('');
    expect(readFileSync(old.path('paperclip/instances/secret'), 'utf8')).toBe('of the agents');
    expect(ids('paperclip/instances')).toEqual(expected);
    expect(ids('paperclip/instances/secret')).toEqual(expected);
    expect(ids('paperclip/of-root')).toEqual([0, 0]);
  });

  test('as whom it runs is for this machine to say, and whether its sign-up is closed is read', () => {
    withPaperclip();
    const here = 'BETTER_AUTH_SECRET=now\nUSER_UID=990\nUSER_GID=991\n';
    old.write('opt/paperclip.env', here);
    const found = () => parseArchive(old.restore('verify', from).stdout, '');
    expect(found()).toMatchObject({ ok: true, signUpClosed: true });
    expect(found()).toMatchObject({ environmentChanged: expect.arrayContaining(['paperclip']) });
    expect(old.restore('stage', from).stderr).toBe('');
    expect(old.restore('place', from).stderr).toBe('');
    const restored = readFileSync(old.path('opt/paperclip.env'), 'utf8');
    expect(restored).toBe(
      'BETTER_AUTH_SECRET=then\nPAPERCLIP_AUTH_DISABLE_SIGN_UP=true\nUSER_UID=990\nUSER_GID=991\n',
    );
    expect(statSync(old.path('opt/paperclip.env')).mode & 0o777).toBe(0o600);
    // The same but for that is no other environment: its container stays.
    old.restore('clear', from);
    const again = parseArchive(old.restore('verify', from).stdout, '');
    expect(again.ok && again.environmentChanged.includes('paperclip')).toBe(false);
    // An archive of a machine where it had another number.
    old.backup({ file: old.path('backups/two.tar.gz') });
    old.write('opt/paperclip.env', restored.replace('990', '980').replace('true', 'false'));
    const two = old.path('backups/two.tar.gz');
    old.restore('stage', two);
    old.restore('place', two);
    expect(readFileSync(old.path('opt/paperclip.env'), 'utf8')).toBe(restored.replace('990', '980'));
  });
});

test('on a machine without an Otto: whose it is, and the keys that an installation asks for', () => {
  const whose = JSON.parse(otto.restore('whose', archive).stdout);
  expect(whose).toMatchObject({ ok: true, domain: 'otto.client.example', user: 'cleo' });
  const keys = JSON.parse(otto.restore('keys', archive).stdout);
  expect(keys).toEqual({
    ok: true,
    files: { hermes: 'API_SERVER_KEY=0123456789abcdef\n' },
    credentials: false,
  });
});
