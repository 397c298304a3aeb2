import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLEO, type FakeOtto, fakeOtto } from './fake-otto.ts';

const LIBRARY = ['descriptors', 'trees']
  .map((name) => readFileSync(new URL(`../../../templates/backup/${name}.py`, import.meta.url), 'utf8'))
  .join('\n');

let otto: FakeOtto;
beforeEach(() => {
  otto = fakeOtto();
  otto.write('roots/file', 'of root');
  otto.giveAway();
});
afterEach(() => otto.remove());

/** What Python prints; HERE is the folder, `hermes` below it the user's. */
const says = (program: string) =>
  otto.python(`${LIBRARY}
HERE, CLEO = ${JSON.stringify(otto.folder)}, ${CLEO.uid}
def why(work):
    try:
        return work() and "done"
    except OSError as error:
        return str(error).replace(HERE, "")
${program}`);

test('links are followed where only root can have made them, and nowhere else', () => {
  const said = says(`
os.symlink(HERE + "/roots", HERE + "/by-root")
os.symlink("../roots", HERE + "/state/relative")
os.symlink(HERE + "/roots", HERE + "/by-cleo")
os.lchown(HERE + "/by-cleo", CLEO, CLEO)
os.symlink(HERE + "/roots", HERE + "/hermes/by-root-in-hers")
os.mkdir(HERE + "/open")
os.chmod(HERE + "/open", 0o1777)
os.symlink(HERE + "/roots", HERE + "/open/by-root-in-a-sticky-one")
os.symlink("loop", HERE + "/loop")
for name in ("by-root", "state/relative", "by-cleo", "hermes/by-root-in-hers", "open/by-root-in-a-sticky-one", "loop", "roots/file", "hermes/../roots"):
    print(name, why(lambda: open_folder(HERE + "/" + name)))
print(read_file(HERE + "/by-root/file", 2))
`);
  expect(said.split('\n')).toEqual([
    'by-root done',
    'state/relative done',
    expect.stringContaining('by-cleo /by-cleo is a link that not only root can have made'),
    expect.stringContaining('is a link that not only root can have made'),
    expect.stringContaining('is a link that not only root can have made'),
    'loop /loop leads through too many links',
    'roots/file /roots/file is a link or a file where a folder has to be',
    'hermes/../roots done',
    "b'of'",
    '',
  ]);
});

test('who can move it is known: root alone, or others as well', () => {
  const said = says(`
os.mkdir(HERE + "/hermes/roots")
os.mkdir(HERE + "/open")
os.chmod(HERE + "/open", 0o1777)
os.mkdir(HERE + "/open/hers")
os.chown(HERE + "/open/hers", CLEO, CLEO)
os.mkdir(HERE + "/open/roots")
for name in ("roots", "hermes", "hermes/roots", "open", "open/roots", "open/hers"):
    with open_folder(HERE + "/" + name) as one:
        print(name, one.guarded, one.root_only)
`);
  expect(said).toBe(
    'roots True True\nhermes True False\nhermes/roots False False\nopen True False\nopen/roots True True\nopen/hers False False\n',
  );
});

test('what is made in a user’s folder is made as that user, and the process is root again afterwards', () => {
  const said = says(`
os.umask(0o077)
with open_folder(HERE + "/hermes") as hers, open_folder(HERE + "/roots") as roots:
    for one in (hers.make_folder("a", 0o750), roots.make_folder("b", 0o711), roots.make_folder("c", 0o700, (CLEO, CLEO))):
        print(one.uid, one.gid, oct(one.mode))
    print(os.geteuid(), os.getegid(), oct(os.umask(0)))
    os.link(HERE + "/roots/file", HERE + "/hermes/linked")
    os.mkfifo(HERE + "/hermes/pipe")
    print(why(lambda: hers.set_owner("linked", (CLEO, CLEO))), why(lambda: hers.file("pipe")), why(lambda: hers.create("pipe")), why(lambda: hers.folder("../roots")))
    print(os.stat(HERE + "/roots/file").st_uid)
`);
  expect(said.split('\n')).toEqual([
    '1 1 0o750',
    '0 0 0o711',
    '1 1 0o700',
    '0 0 0o77',
    "/hermes/linked is a hard link to another user's file /hermes/pipe is not a regular file [Errno 17] File exists: 'pipe' ../roots is not a name in a folder",
    '0',
    '',
  ]);
});

test('a tree of any depth is removed, and what its links lead to stays; nothing stays open', () => {
  const said = says(`
with open_folder(HERE + "/hermes") as hers:
    here = os.open(HERE + "/hermes", os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("deep", dir_fd=here)
        os.symlink(HERE + "/roots", "link", dir_fd=here)
        below = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    before = len(os.listdir("/proc/self/fd"))
    remove_tree(hers, "deep")
    remove_tree(hers, "link")
    remove_tree(hers, "never-there")
    print(len(os.listdir("/proc/self/fd")) - before, [one for one in hers.names() if one in ("deep", "link") or one.startswith(".otto")])
print(os.listdir(HERE + "/roots"))
`);
  expect(said).toBe("0 []\n['file']\n");
});
