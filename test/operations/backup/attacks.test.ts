import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseArchive } from '../../../src/operations/restore/archive.ts';
import { thorough } from '../../thorough.ts';
import { CLEO, type FakeOtto, fakeOtto, NO_RENAMES_OF_FOLDERS } from './fake-otto.ts';

// Programs are started by the dozen, and the machine may be busy.
vi.setConfig({ testTimeout: 90_000 });

// Whoever has taken over the deploy user swaps things between two steps of root. The folder `hermes` is that user's; `secret`
// and `system` are root's.

let otto: FakeOtto;
let watcher: ChildProcess | undefined;
beforeEach(() => {
  otto = fakeOtto();
  otto.write('secret/shadow', SECRET);
  otto.write('system/keep', 'as it is');
  otto.write('hermes/memories/shadow', 'only a name');
  otto.giveAway();
});
afterEach(() => {
  watcher?.kill('SIGKILL');
  watcher = undefined;
  otto.remove();
});

const SECRET = 'root:$y$only-root-reads-this';
const archive = () => otto.path('backups/one.tar.gz');
const py = JSON.stringify;

/** All content of the archive, as one text. */
const held = () => spawnSync('tar', ['-xzOf', archive()], { encoding: 'latin1' }).stdout;
const manifest = () =>
  JSON.parse(spawnSync('tar', ['-xzOf', archive(), 'manifest.json'], { encoding: 'utf8' }).stdout);
const named = (name: string) =>
  manifest().files.find(({ path }: { readonly path: string }) => path === otto.path(name));

/** Python: a folder of the user becomes a link. */
const SWAPS = `
import os, subprocess
def swap(path, target):
    subprocess.run(["mv", "-T", path, path + ".mine"], check=True)
    os.symlink(target, path)
`;

/** Python that does something right before a function of the program is called for the first time. */
const rightBefore = (name: string, what: string) => `${SWAPS}
_real_${name} = ${name}
_done_${name} = []
def ${name}(*words, **more):
    if not _done_${name}:
        _done_${name}.append(1)
        ${what}
    return _real_${name}(*words, **more)
`;

/** A process of the user that goes on swapping a folder for a link until the test ends. */
async function swapping(name: string, target: string): Promise<void> {
  const program = `
import os
os.setgroups([]); os.setgid(${CLEO.uid}); os.setuid(${CLEO.uid})
path, target = ${py(otto.path(name))}, ${py(otto.path(target))}
print("begun", flush=True)
while True:
    try:
        os.rename(path, path + ".mine")
        os.symlink(target, path)
        os.unlink(path)
        os.rename(path + ".mine", path)
    except OSError:
        # Root was in between: make what is missing again.
        try:
            os.mkdir(path)
        except OSError:
            pass
`;
  const child = spawn('python3', ['-I', '-c', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  watcher = child;
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

describe('while a backup is made', () => {
  test('a journal that names a file to be deleted: the file survives, and nothing of the user’s is changed', () => {
    otto.write('hermes/notes.db', '');
    otto.python(`
import sqlite3, struct
path, victim = ${py(otto.path('hermes/notes.db'))}, ${py(otto.path('system/keep'))}.encode()
database = sqlite3.connect(path)
database.execute("CREATE TABLE note (text TEXT)")
database.commit()
database.close()
pages = len(open(path, "rb").read()) // 4096
magic = bytes.fromhex("d9d505f920a163d7")
header = magic + struct.pack(">IIIII", 0, 1, pages, 512, 4096)
name = struct.pack(">I", 0x40000000 // 4096 + 1) + victim + struct.pack(">II", len(victim), sum(victim)) + magic
open(path + "-journal", "wb").write(header.ljust(512, b"\\0") + name)`);
    otto.giveAway();
    const tree = otto.tree('hermes', 'system');
    const { code, stderr } = otto.backup();
    expect(stderr).toBe('');
    // The database that it lies beside is none any more: that is told, and harms nobody.
    expect([0, 3]).toContain(code);
    expect(existsSync(otto.path('system/keep'))).toBe(true);
    expect(otto.tree('hermes', 'system')).toEqual(tree);
    expect(named('hermes/notes.db')).toMatchObject({ type: 'file', owner: CLEO.name });
    // Restoring reads databases again: of the archive, and the one that is here.
    expect(parseArchive(otto.restore('verify', archive()).stdout, '')).toMatchObject({ ok: true });
    expect(existsSync(otto.path('system/keep'))).toBe(true);
  });

  test('the same beside Open WebUI’s database, which its container can write: count, verify and backup delete nothing', () => {
    otto.python(`
import sqlite3, struct
path, victim = ${py(otto.path('webui/webui.db'))}, ${py(otto.path('system/keep'))}.encode()
database = sqlite3.connect(path)
database.execute("PRAGMA journal_mode = DELETE")
database.close()
pages = len(open(path, "rb").read()) // 4096
magic = bytes.fromhex("d9d505f920a163d7")
name = struct.pack(">I", 0x40000000 // 4096 + 1) + victim + struct.pack(">II", len(victim), sum(victim)) + magic
open(path + "-journal", "wb").write((magic + struct.pack(">IIIII", 0, 1, pages, 512, 4096)).ljust(512, b"\\0") + name)`);
    // Nobody can read that file, so neither is the journal believed nor is the database read without it.
    expect(otto.backup()).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be copied') });
    expect(otto.restore('count', '/').stdout).toContain('"unreadable"');
    expect(existsSync(otto.path('system/keep'))).toBe(true);
    expect(existsSync(otto.path('webui/webui.db-journal'))).toBe(true);
  });

  test('databases of the user are opened as the user, those of root as nobody: without groups, capabilities and a terminal', () => {
    otto.write('hermes/notes.db', '');
    otto.python(
      `import sqlite3; c = sqlite3.connect(${py(otto.path('hermes/notes.db'))}); c.execute("CREATE TABLE t (x)"); c.commit()`,
    );
    otto.giveAway();
    const told = otto.path('told');
    writeFileSync(told, '');
    chmodSync(told, 0o666);
    const seam = `
READER = '''
import os
lines = open("/proc/self/status").read().splitlines()
told = [line.replace(chr(9), " ") for line in lines if line.split(":")[0] in ("Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs")]
held = sorted(one for one in os.listdir("/proc/self/fd") if int(one) < 1000)
open(${py(told)}, "a").write("|".join([*told, "sid " + str(os.getsid(0) == os.getpid()), "fds %d" % len(held)]) + chr(10))
''' + READER`;
    expect(otto.backup({ seam }).code).toBe(0);
    const none = '0000000000000000';
    const line = (uid: number) =>
      `Uid: ${uid} ${uid} ${uid} ${uid}|Gid: ${uid} ${uid} ${uid} ${uid}|Groups:  |CapPrm: ${none}|CapEff: ${none}|CapBnd: ${none}|CapAmb: ${none}|NoNewPrivs: 1|sid True|fds 4`;
    expect(readFileSync(told, 'utf8').trim().split('\n').sort()).toEqual(
      [line(CLEO.uid), line(65534)].sort(),
    );
  });

  test('a folder that is swapped between listing and reading: left out and named, never followed', () => {
    const seam = rightBefore(
      'measure',
      `swap(${py(otto.path('hermes/memories'))}, ${py(otto.path('secret'))})`,
    );
    const { code, stdout } = otto.backup({ seam });
    expect(code).toBe(0);
    expect(held()).not.toContain(SECRET);
    expect(stdout).toContain(`left out: ${otto.path('hermes/memories/MEMORY.md')}: `);
    expect(manifest().leftOut).toContain(otto.path('hermes/memories/shadow'));
  });

  test('a file that is swapped between listing and reading for a hard link to a file of root’s', () => {
    const file = py(otto.path('hermes/memories/shadow'));
    const seam = rightBefore(
      'measure',
      `os.unlink(${file}) or os.link(${py(otto.path('secret/shadow'))}, ${file})`,
    );
    expect(otto.backup({ seam }).code).toBe(0);
    expect(held()).not.toContain(SECRET);
    expect(manifest().leftOut).toContain(otto.path('hermes/memories/shadow'));
  });

  test('a database whose folder is swapped between listing and copying', () => {
    otto.write('hermes/memories/a.db', 'SQLite format 3\0');
    otto.write('secret/a.db', 'SQLite format 3\0');
    otto.giveAway();
    const seam = rightBefore(
      'stage_databases',
      `swap(${py(otto.path('hermes/memories'))}, ${py(otto.path('secret'))})`,
    );
    expect(otto.backup({ seam }).code).toBe(0);
    expect(manifest().leftOut).toContain(otto.path('hermes/memories/a.db'));
  });

  test('the whole folder of Hermes is a link: refused, and said why', () => {
    renameSync(otto.path('hermes'), otto.path('hermes.mine'));
    symlinkSync(otto.path('secret'), otto.path('hermes'));
    lchownSync(otto.path('hermes'), CLEO.uid, CLEO.uid);
    const { code, stderr } = otto.backup();
    expect(code).toBe(1);
    expect(stderr).toContain('is a link that not only root can have made');
  });

  test('somebody goes on swapping', async () => {
    await swapping('hermes/memories', 'secret');
    for (let round = 0; round < (thorough ? 20 : 2); round += 1) {
      const file = otto.path(`backups/${round}.tar.gz`);
      expect(otto.backup({ file }).stderr).toBe('');
      const { stdout } = spawnSync('tar', ['-xzOf', file], { encoding: 'latin1' });
      expect(stdout).not.toContain(SECRET);
    }
  }, 240_000);

  test('hard links, FIFOs, sockets, files of holes, odd names, rights of others: named, and never waited for', () => {
    linkSync(otto.path('secret/shadow'), otto.path('hermes/linked'));
    for (const name of ['pipe', 'pipe.db', 'notes.db-journal'])
      spawnSync('mkfifo', [otto.path(`hermes/${name}`)]);
    spawnSync('truncate', ['-s', '8T', otto.path('hermes/holes')]);
    const odd = 'a\u001b[2J\u202e\nb';
    otto.write(`hermes/${odd}`, 'odd');
    otto.write('hermes/as-root', 'x');
    otto.write('hermes/stranger', 'x');
    otto.python(`
import os, socket
socket.socket(socket.AF_UNIX).bind(${py(otto.path('hermes/socket'))})
open(${py(otto.path('hermes/'))}.encode() + b"\\xff\\xfe", "w").close()
here = os.open(${py(otto.path('hermes'))}, os.O_RDONLY)
for _ in range(150):
    os.mkdir("deep", dir_fd=here)
    here = os.open("deep", os.O_RDONLY, dir_fd=here)`);
    otto.giveAway();
    chownSync(otto.path('hermes/linked'), 0, 0);
    chownSync(otto.path('hermes/stranger'), 7, 7);
    chmodSync(otto.path('hermes/as-root'), 0o6755);
    const { code, stdout, stderr } = otto.backup();
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const [name, why] of [
      ['linked', "a hard link to another user's file"],
      ['pipe', 'neither a file, a folder nor a link'],
      ['pipe.db', 'neither a file, a folder nor a link'],
      ['socket', 'neither a file, a folder nor a link'],
      ['holes', 'a file of holes'],
      ['stranger', 'belongs to another user'],
    ] as const)
      expect(stdout).toContain(`left out: ${otto.path(`hermes/${name}`)}: ${why}`);
    expect(stdout).toContain('is too deep');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is tested.
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(held()).not.toContain(SECRET);
    expect(named(`hermes/${odd}`)).toMatchObject({ size: 3 });
    expect(named('hermes/as-root').mode).toBe(0o755);
    // A restore brings the odd names back.
    rmSync(otto.path(`hermes/${odd}`));
    expect(otto.restore('stage', archive()).stderr).toBe('');
    expect(otto.restore('place', archive()).stderr).toBe('');
    expect(readFileSync(otto.path(`hermes/${odd}`), 'utf8')).toBe('odd');
  });

  test('an archive is never written where others could take it away', () => {
    const file = otto.path('hermes/backups/one.tar.gz');
    mkdirSync(otto.path('hers'));
    chownSync(otto.path('hers'), CLEO.uid, CLEO.uid);
    expect(otto.backup({ file })).toMatchObject({ code: 1 });
    expect(
      JSON.parse(otto.backup({ mode: 'survey', folder: otto.path('hers') }).stdout).folderProblem,
    ).toContain('can be changed by other users than root');
    expect(otto.backup({ file: otto.path('hers/one.tar.gz'), folder: otto.path('hers') })).toMatchObject({
      code: 1,
    });
    expect(readdirSync(otto.path('hers'))).toEqual([]);
  });
});

describe('while one is restored', () => {
  const user = () => otto.tree('hermes');
  const staged = () => {
    otto.backup();
    otto.write('hermes/memories/MEMORY.md', 'since then');
    otto.giveAway();
    expect(otto.restore('stage', archive()).stderr).toBe('');
  };
  const swapForLink = () => {
    renameSync(otto.path('hermes'), otto.path('hermes.mine'));
    symlinkSync(otto.path('system'), otto.path('hermes'));
    chmodSync(otto.folder, 0o777);
  };
  const swapBack = () => {
    rmSync(otto.path('hermes'));
    renameSync(otto.path('hermes.mine'), otto.path('hermes'));
  };

  test('the folder becomes a link between unpacking and placing: nothing is placed, nothing gets there', () => {
    staged();
    const system = otto.tree('system');
    const rest = otto.tree('hermes', 'webui', 'opt');
    swapForLink();
    const { code, stderr } = otto.restore('place', archive());
    expect(code).toBe(1);
    expect(stderr).toContain('Nothing was put in place');
    expect(otto.tree('system')).toEqual(system);
    expect(otto.restore('put-back', archive()).code).toBe(0);
    swapBack();
    expect(otto.tree('hermes', 'webui', 'opt')).toEqual(rest);
  });

  test('the folder becomes another folder between unpacking and placing', () => {
    staged();
    renameSync(otto.path('hermes'), otto.path('hermes.mine'));
    otto.write('hermes/other', 'x');
    otto.giveAway();
    expect(otto.restore('place', archive())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is another folder than when it was looked at'),
    });
    expect(readdirSync(otto.path('hermes'))).toEqual(['other']);
  });

  test.each([
    ['renamed', ''],
    ['copied', NO_RENAMES_OF_FOLDERS],
  ])(
    'the folder becomes a link while things are placed (%s): they go into the folder that is held',
    (_, prelude) => {
      staged();
      const system = otto.tree('system');
      const seam = `${SWAPS}
_real_settle = settle
def settle(*words):
    if not os.path.islink(${py(otto.path('hermes'))}):
        swap(${py(otto.path('hermes'))}, ${py(otto.path('system'))})
    return _real_settle(*words)
`;
      expect(otto.restore('place', archive(), { prelude, seam }).stderr).toBe('');
      expect(otto.tree('system')).toEqual(system);
      expect(readFileSync(otto.path('hermes.mine/memories/MEMORY.md'), 'utf8')).toBe('the milk');
    },
  );

  test('the folder becomes a link before it is rolled back: what was there is kept until it is a folder again', () => {
    staged();
    const had = user();
    const webui = otto.tree('webui/uploads', 'opt');
    expect(otto.restore('place', archive()).code).toBe(0);
    const system = otto.tree('system');
    swapForLink();
    const { code, stderr } = otto.restore('put-back', archive());
    expect(code).toBe(1);
    expect(stderr).toContain('Not everything could be put back, and is kept');
    expect(otto.tree('system')).toEqual(system);
    // Everything else is back already.
    expect(otto.tree('webui/uploads', 'opt')).toEqual(webui);
    swapBack();
    expect(otto.restore('put-back', archive()).code).toBe(0);
    expect(user()).toEqual(had);
  });

  test('somebody makes what was just moved away again', () => {
    staged();
    const seam = `
_real_settle = settle
def settle(source, name, target):
    if name == "memories":
        os.makedirs(${py(otto.path('hermes/memories/again'))})
    return _real_settle(source, name, target)
`;
    expect(otto.restore('place', archive(), { seam }).stderr).toBe('');
    expect(readdirSync(otto.path('hermes/memories')).sort()).toEqual(['MEMORY.md', 'shadow']);
  });

  test.each([
    ['renamed', ''],
    ['copied', NO_RENAMES_OF_FOLDERS],
  ])(
    'somebody goes on swapping a folder below (%s): nothing of root’s is touched, read or handed over',
    async (_, prelude) => {
      staged();
      const roots = otto.tree('system', 'secret');
      await swapping('hermes/memories', 'secret');
      for (let round = 0; round < (thorough ? 10 : 1); round += 1) {
        otto.restore('place', archive(), { prelude });
        otto.restore('put-back', archive(), { prelude });
        otto.restore('stage', archive());
        expect(otto.tree('system', 'secret')).toEqual(roots);
        const { stdout } = spawnSync('grep', ['-rlF', SECRET, otto.path('hermes')], { encoding: 'utf8' });
        expect(stdout).toBe('');
      }
    },
    240_000,
  );

  test('what a user may not have is not handed over: rights of others, unknown owners, folders that are made', () => {
    otto.write('hermes/program', 'x');
    otto.giveAway();
    otto.backup();
    rmSync(otto.path('hermes'), { recursive: true });
    // As an archive of an earlier release can have it.
    const seam = `
_real_dress = dress
def dress(path, one, time):
    if path.endswith("/program"):
        one = {**one, "mode": 0o6755, "owner": "nobody-knows", "group": "nobody-knows", "uid": ${CLEO.uid}, "gid": ${CLEO.uid}}
    return _real_dress(path, one, time)
`;
    expect(otto.restore('stage', archive(), { seam }).stderr).toBe('');
    expect(otto.restore('place', archive()).stderr).toBe('');
    expect(statSync(otto.path('hermes/program'))).toMatchObject({ uid: 0, gid: 0 });
    expect(statSync(otto.path('hermes/program')).mode & 0o7777).toBe(0o755);
    expect(statSync(otto.path('hermes'))).toMatchObject({ uid: CLEO.uid, gid: CLEO.uid });
  });

  test('an archive that others can change is not restored', () => {
    otto.backup();
    mkdirSync(otto.path('hers'));
    renameSync(archive(), otto.path('hers/one.tar.gz'));
    chownSync(otto.path('hers'), CLEO.uid, CLEO.uid);
    const found = parseArchive(otto.restore('verify', otto.path('hers/one.tar.gz')).stdout, '');
    expect(found).toMatchObject({ ok: false, kind: 'exposed' });
  });

  test.each([
    ['a pipe', 'mkfifo "$1"'],
    ['a folder', 'mkdir "$1"'],
    ['a device', 'mknod "$1" c 1 3'],
    ['a socket', 'python3 -c "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])" "$1"'],
  ])('%s is no archive: said at once, and nothing of it is opened', (what, make) => {
    const path = otto.path('odd.tar.gz');
    spawnSync('sh', ['-euc', make, 'sh', path]);
    const began = Date.now();
    for (const mode of ['verify', 'whose', 'keys'])
      expect(parseArchive(otto.restore(mode, path).stdout, '')).toEqual({
        ok: false,
        kind: 'no-file',
        words: `${path} is ${what}, not a file, so it is no archive.`,
      });
    expect(Date.now() - began).toBeLessThan(30_000);
    expect(otto.restore('stage', path)).toMatchObject({ code: 1, stderr: expect.stringContaining(what) });
  });
});
