import { spawn } from 'node:child_process';
import {
  chmod,
  lchown,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { dataProgram } from '../../../src/tasks/paperclip/account.ts';
import { python } from '../../python/index.ts';

/** templates/paperclip/data.py on real folders: what root does there can only be tried as root. */

const PERSON = 4242;
const ACCOUNT = 4343;
const isRoot = process.getuid?.() === 0;

let above: string;
let folder: string;
beforeEach(async () => {
  above = await mkdtemp(join(tmpdir(), 'paperclip-data-'));
  await chmod(above, 0o755);
  folder = join(above, 'data');
  await mkdir(join(folder, 'instances/default/db'), { recursive: true });
  await writeFile(join(folder, 'instances/default/db/PG_VERSION'), '18');
  await writeFile(join(folder, 'instances/default/db/postmaster.pid'), '1');
});
afterEach(() => rm(above, { recursive: true }));

/** The exit code and what it printed. */
const run = (...words: readonly string[]) => after('', words);

/** The same, where something comes before the program. */
function after(prelude: string, words: readonly string[]): string {
  const { code, stdout, stderr } = python(`${prelude}\n${reveal(dataProgram([], '').input ?? '')}`, words);
  return `${code} ${stdout}${stderr}`;
}

async function giveAllTo(uid: number) {
  for (const name of ['', ...(await readdir(folder, { recursive: true }))])
    await lchown(join(folder, name), uid, uid);
}
const owner = async (name: string) => (await lstat(join(folder, name))).uid;

describe.runIf(isRoot)('a folder that another user may change', () => {
  beforeEach(() => giveAllTo(PERSON));

  test('goes to the account with all that is in it, as new files, for nobody else to read', async () => {
    await writeFile(join(folder, 'of-root'), 'x');
    const before = (await lstat(join(folder, 'instances'))).ino;
    expect(run('give', folder, `${ACCOUNT}`, `${ACCOUNT}`)).toBe('0 ');
    for (const name of ['', 'instances', 'instances/default/db/PG_VERSION', 'of-root'])
      expect(await owner(name)).toBe(ACCOUNT);
    expect((await lstat(folder)).mode & 0o777).toBe(0o700);
    expect((await lstat(join(folder, 'instances'))).ino).not.toBe(before);
    expect(await readdir(above)).toEqual(['data']);
    expect(run('give', folder, `${ACCOUNT}`, `${ACCOUNT}`), 'a second time').toBe('0 ');
  });

  test('a link in it leads nowhere', async () => {
    const victim = join(above, 'victim');
    await writeFile(victim, 'secret', { mode: 0o600 });
    await symlink(victim, join(folder, 'link'));
    await symlink(above, join(folder, 'instances/default/out'));
    expect(run('give', folder, `${ACCOUNT}`, `${ACCOUNT}`)).toBe('0 ');
    expect([(await lstat(victim)).uid, (await lstat(above)).uid]).toEqual([0, 0]);
    expect(await owner('link')).toBe(ACCOUNT);
  });

  test("a second name of a file of root stays root's, and is not copied", async () => {
    const victim = join(above, 'victim');
    await writeFile(victim, 'secret', { mode: 0o600 });
    await link(victim, join(folder, 'hard'));
    expect(run('give', folder, `${ACCOUNT}`, `${ACCOUNT}`)).toMatch(/left as it is: hard/);
    expect(await lstat(victim)).toMatchObject({ uid: 0, gid: 0 });
    expect(run('aside', folder, join(above, 'kept'))).toMatch(/^1 .*hard/s);
    expect(await readdir(above)).toEqual(['data', 'victim']);
  });

  test('a copy is made with the rights of its owner', async () => {
    await writeFile(join(folder, 'of-root'), 'x', { mode: 0o600 });
    expect(run('aside', folder, join(above, 'kept'))).toMatch(/^1 .*of-root.*Permission denied/s);
    await rm(join(folder, 'of-root'));
    expect(run('aside', folder, join(above, 'kept'))).toMatch(/^0 copy checked/);
  });

  test('while it is swapped for a link again and again, nothing outside changes hands', async () => {
    const victim = join(above, 'victim');
    await mkdir(victim);
    await writeFile(join(victim, 'PG_VERSION'), 'root');
    const swap = `
import os, sys
db, aside, victim = sys.argv[1] + "/db", sys.argv[1] + "/aside", sys.argv[2]
while True:
    for step in (lambda: os.rename(db, aside), lambda: os.symlink(victim, db), lambda: os.unlink(db), lambda: os.rename(aside, db)):
        try: step()
        except OSError: pass
`;
    const swapper = spawn('python3', ['-c', swap, join(folder, 'instances/default'), victim], {
      stdio: 'ignore',
    });
    try {
      for (let round = 0; round < 4; round += 1) run('give', folder, `${ACCOUNT + (round % 2)}`, '4343');
    } finally {
      swapper.kill();
    }
    expect((await lstat(victim)).uid).toBe(0);
    expect((await lstat(join(victim, 'PG_VERSION'))).uid).toBe(0);
  });

  test('is left alone where its owner could put a link in its place', async () => {
    await lchown(above, PERSON, PERSON);
    expect(run('give', folder, `${ACCOUNT}`, `${ACCOUNT}`)).toMatch(
      /^1 .*not a folder that only root can change/,
    );
    expect(await owner('')).toBe(PERSON);
  });
});

describe.runIf(isRoot)('a move to the account', () => {
  const words = ['paperclip', 'always', 'http://127.0.0.1:9/', 'ok', '1'] as const;
  let programs: string;
  beforeEach(async () => {
    await giveAllTo(PERSON);
    await writeFile(join(folder, 'of-root'), 'x');
    programs = join(above, 'programs');
    await mkdir(programs);
  });

  /** A docker that notes what it is asked, and has these containers. */
  const docker = (there: string, more = '') =>
    writeFile(
      join(programs, 'docker'),
      `#!/bin/sh\necho "$*" >>${above}/asked\n[ "$1" != inspect ] || case " ${there} " in *" $4 "*) ;; *) exit 1 ;; esac\n${more}\nexit 0\n`,
      { mode: 0o755 },
    );
  const asked = async () =>
    (await readFile(join(above, 'asked'), 'utf8')).split('\n').filter((one) => !one.startsWith('inspect'));
  const move = (...words: readonly string[]) =>
    after(`import os; os.environ["PATH"] = ${JSON.stringify(`${programs}:${process.env.PATH}`)}`, words);
  const ours = () => ['move', join(above, 'note'), `${ACCOUNT}`, `${ACCOUNT}`, folder] as const;

  test('that does not answer is undone: the old container, and each file with whom it belonged', async () => {
    await docker('paperclip-before paperclip');
    expect(move(...ours(), ...words, '-d', 'image')).toMatch(/^1 .*did not answer.*runs again/s);
    expect([await owner(''), await owner('instances'), await owner('of-root')]).toEqual([PERSON, PERSON, 0]);
    expect(await asked()).toEqual([
      'update --restart no paperclip',
      'stop -t 60 paperclip',
      'rename paperclip paperclip-before',
      'run -d image',
      'logs --tail 15 paperclip',
      'rm -f paperclip',
      'rename paperclip-before paperclip',
      'update --restart always paperclip',
      'start paperclip',
      '',
    ]);
    expect((await readdir(above)).sort()).toEqual(['asked', 'data', 'programs']);
  });

  test.each([
    ['stop', 'before anything was given'],
    ['rename', 'when all was given'],
    ['run', 'when the new container was made'],
  ])('that was cut off at `docker %s`, %s, is undone by the next run, also a second time', async (verb) => {
    // The power goes: the program and its docker end at once.
    await docker('paperclip', `[ "$1" != ${verb} ] || kill -9 $PPID`);
    move(...ours(), ...words, '-d', 'image');
    expect((await lstat(join(above, 'note'))).mode & 0o777).toBe(0o600);
    await docker('paperclip');
    expect(move('undo', join(above, 'note'))).toMatch(/^0 /);
    expect([await owner(''), await owner('instances'), await owner('of-root')]).toEqual([PERSON, PERSON, 0]);
    expect((await lstat(folder)).mode & 0o777).toBe(0o755);
    expect((await asked()).slice(-3)).toEqual(['update --restart always paperclip', 'start paperclip', '']);
    expect(move('undo', join(above, 'note'))).toMatch(/^0 there is nothing/);
    expect((await readdir(above)).sort()).toEqual(['asked', 'data', 'programs']);
  });

  test('of data that is not there changes nothing', async () => {
    await docker('paperclip');
    await rm(join(above, 'data'), { recursive: true });
    expect(move(...ours(), ...words, '-d', 'image')).toMatch(/^1 /);
    expect(await readdir(above)).not.toContain('asked');
  });
});

describe('the mark of a database that was left behind', () => {
  const forget = () => run('forget-mark', folder, 'instances/default/db');
  const marks = () => readdir(join(folder, 'instances/default/db'));

  test('is removed where nothing works, and it may be done twice', async () => {
    expect([forget(), await marks(), forget()]).toEqual(['0 ', ['PG_VERSION'], '0 ']);
  });

  test('stays while something works in that folder', async () => {
    const working = spawn('sleep', ['60'], { cwd: join(folder, 'instances/default/db') });
    try {
      expect(forget()).toMatch(new RegExp(`^1 .*process ${working.pid}`));
      expect(await marks()).toContain('postmaster.pid');
    } finally {
      working.kill();
    }
  });

  test('is not looked for behind a link', async () => {
    await mkdir(join(above, 'other/db'), { recursive: true });
    await writeFile(join(above, 'other/db/postmaster.pid'), '1');
    await rm(join(folder, 'instances/default'), { recursive: true });
    await symlink(join(above, 'other'), join(folder, 'instances/default'));
    expect(forget()).toMatch(/^1 /);
    expect(await readdir(join(above, 'other/db'))).toEqual(['postmaster.pid']);
  });
});
