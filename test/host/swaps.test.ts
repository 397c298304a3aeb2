import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HostError } from '../../src/host/host.ts';
import { LocalHost } from '../../src/host/local.ts';
import { thorough } from '../thorough.ts';

const asRoot = process.getuid?.() === 0;
if (!asRoot)
  console.warn('test/host/swaps.test.ts is left out: only root can be led astray by another user.');

/** The deploy user, and somebody else. */
const [CLEO, MALLORY] = [12_345, 12_346];
const OWNER = `${CLEO}:${CLEO}`;
/** A race is over after so many rounds or seconds, when all its ends were seen: it was done, and it was refused. */
const [ROUNDS, RACE_SECONDS] = thorough ? [20_000, 5] : [100, 0.15];
/** On a busy machine nothing may be swapped for a while. */
const PATIENCE_SECONDS = 30;
vi.setConfig({ testTimeout: 90_000 });

let folder = '';
const at = (name: string) => join(folder, name);

function put(name: string, content: string, uid = 0, mode = 0o600) {
  writeFileSync(at(name), content);
  chmodSync(at(name), mode);
  chownSync(at(name), uid, uid);
}
function make(name: string, uid = 0, mode = 0o755) {
  mkdirSync(at(name));
  chmodSync(at(name), mode);
  chownSync(at(name), uid, uid);
}
function link(target: string, name: string, uid: number) {
  symlinkSync(target.startsWith('/') ? target : at(target), at(name));
  lchownSync(at(name), uid, uid);
}

/** Everything about root's own folder that must be as it was. */
function outside(): string {
  const lines = [
    'outside',
    ...(readdirSync(at('outside'), { recursive: true }) as string[]).sort().map((name) => `outside/${name}`),
  ];
  return lines
    .map((name) => {
      const { mode, uid, gid, mtimeMs, ctimeMs, size } = lstatSync(at(name));
      return `${name} ${mode.toString(8)} ${uid}:${gid} ${size} ${mtimeMs} ${ctimeMs}`;
    })
    .join('\n');
}

describe.runIf(asRoot)('another user who swaps things while root is at work', () => {
  let before = '';
  let attackers: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'otto-swaps-'));
    chmodSync(folder, 0o755);
    make('outside', 0, 0o700);
    make('outside/deep', 0, 0o700);
    for (const name of ['settings', 'deep/settings']) put(`outside/${name}`, 'the secret of root');
    make('home', CLEO);
    make('home/real', CLEO);
    make('home/real/deep', CLEO);
    for (const name of ['settings', 'deep/settings']) put(`home/real/${name}`, 'what is cleo’s', CLEO);
    link('outside', 'home/trap', CLEO);
    before = outside();
  });
  afterEach(async () => {
    const ended = attackers.map((attacker) =>
      attacker.exitCode === null && attacker.signalCode === null ? once(attacker, 'exit') : undefined,
    );
    for (const attacker of attackers) attacker.kill('SIGKILL');
    // It may still be in the middle of a swap.
    await Promise.all(ended);
    attackers = [];
    rmSync(folder, { recursive: true, force: true });
  });

  /** From now on what stands at a place changes with each of the things, all the time. */
  async function swapping(place: string, ...things: readonly string[]) {
    const program = new URL('programs/swap-forever.py', import.meta.url).pathname;
    const attacker = spawn('python3', ['-I', program, String(CLEO), at(place), ...things.map(at)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    attackers.push(attacker);
    await new Promise((resolve) => attacker.stdout?.once('data', resolve));
  }

  /**
   * Tries it again and again, and until it was both done and refused at least once; what comes back is looked at, and a refusal
   * is said in words. `enough`: whether all that can come back was seen.
   */
  async function often<Result>(
    work: () => Promise<Result>,
    see: (result: Result) => void,
    enough = () => true,
  ) {
    const outcomes = { done: 0, refused: 0 };
    const started = performance.now();
    const goesOn = (round: number) => {
      const seconds = (performance.now() - started) / 1000;
      return outcomes.done * outcomes.refused === 0 || !enough()
        ? seconds < PATIENCE_SECONDS
        : round < ROUNDS && seconds < RACE_SECONDS;
    };
    for (let round = 0; goesOn(round); round += 1)
      try {
        see(await work());
        outcomes.done += 1;
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        expect(error.message).not.toContain('the secret of root');
        outcomes.refused += 1;
      }
    // Otherwise nothing was swapped while we looked.
    expect(outcomes.done).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  }

  const host = new LocalHost();

  test.each([['settings'], ['deep/settings']])('reads nothing of root’s at %s', async (name) => {
    await swapping('home/real', 'home/trap');
    await often(
      () => host.readFile(at(`home/real/${name}`)),
      (content) => expect(content ?? 'what is cleo’s').toBe('what is cleo’s'),
    );
    expect(outside()).toBe(before);
  });

  test('reads nothing of root’s through a link in the place of the file itself', async () => {
    link('outside/settings', 'home/file-trap', CLEO);
    put('home/.env', 'what is cleo’s', CLEO);
    await swapping('home/.env', 'home/file-trap');
    await often(
      () => host.readFile(at('home/.env')),
      (content) => expect(content ?? 'what is cleo’s').toBe('what is cleo’s'),
    );
  });

  test.each([['settings'], ['deep/settings'], ['deep']])('looks at nothing of root’s at %s', async (name) => {
    await swapping('home/real', 'home/trap');
    await often(
      () => host.stat(at(`home/real/${name}`)),
      (stat) => expect(stat?.uid ?? CLEO).toBe(CLEO),
    );
  });

  test('lists nothing of root’s', async () => {
    put('outside/only-here', '');
    before = outside();
    await swapping('home/real', 'home/trap');
    for (const path of ['home/real', 'home/real/deep'])
      await often(
        () => host.list(at(path)),
        (names) => expect(names ?? []).not.toContain('only-here'),
      );
  });

  test.each([
    ['settings', OWNER],
    ['deep/settings', OWNER],
    ['new', '0:0'],
  ])('writes nothing among root’s files at %s', async (name, owner) => {
    await swapping('home/real', 'home/trap');
    await often(
      () => host.writeFile(at(`home/real/${name}`), 'x', { mode: 0o666, owner }).then(() => true),
      () => undefined,
    );
    expect(outside()).toBe(before);
    expect(
      readdirSync(at('home'))
        .sort()
        .filter((entry) => /tmp/.test(entry)),
    ).toEqual([]);
  });

  test('removes nothing of root’s', async () => {
    for (let number = 0; number < 500; number += 1)
      for (const name of ['home/real', 'outside']) put(`${name}/${number}`, '');
    before = outside();
    await swapping('home/real', 'home/trap');
    let number = 0;
    await often(
      () => host.removeFile(at(`home/real/${number++}`)),
      () => undefined,
    );
    expect(outside()).toBe(before);
  });

  test('is led nowhere by a home that is renamed while it is used', async () => {
    make('homes', 0);
    make('homes/cleo', CLEO);
    put('homes/cleo/settings', 'what is cleo’s', CLEO);
    make('homes/other', CLEO);
    put('homes/other/settings', 'what is cleo’s, elsewhere', CLEO);
    chownSync(at('homes'), CLEO, CLEO);
    link('outside', 'homes/trap', CLEO);
    await swapping('homes/cleo', 'homes/other', 'homes/trap');
    const seen = new Set<string | undefined>();
    await often(
      () => host.readFile(at('homes/cleo/settings')),
      (content) => seen.add(content),
      () => seen.size > 1,
    );
    expect([...seen].sort()).toEqual(['what is cleo’s', 'what is cleo’s, elsewhere']);
    expect(outside()).toBe(before);
  });

  describe('between two steps', () => {
    /** A host at whose step something is done, once. */
    function hostThat(step: string, does: () => void): LocalHost {
      let done = false;
      return new LocalHost({
        onStep: (name) => {
          if (name !== step || done) return;
          done = true;
          does();
        },
      });
    }
    const swap = () => {
      renameSync(at('home/real'), at('home/aside'));
      link('outside', 'home/real', CLEO);
    };

    test.each(['open deep', 'open settings', 'read settings'])(
      '%s, a folder becomes a link: reading',
      async (step) => {
        const content = await hostThat(step, swap)
          .readFile(at('home/real/deep/settings'))
          .catch(() => undefined);
        expect(content ?? 'what is cleo’s').toBe('what is cleo’s');
      },
    );

    test('the file becomes a link when it was looked at: it is the file that is read', async () => {
      const swapFile = () => {
        renameSync(at('home/real/settings'), at('home/real/aside'));
        link('outside/settings', 'home/real/settings', CLEO);
      };
      expect(await hostThat('read settings', swapFile).readFile(at('home/real/settings'))).toBe(
        'what is cleo’s',
      );
    });

    test.each(['open settings', 'rename to settings'])(
      '%s, a folder becomes a link: writing',
      async (step) => {
        await hostThat(step, swap).writeFile(at('home/real/settings'), 'new', { mode: 0o600, owner: OWNER });
        expect(readFileSync(at('home/aside/settings'), 'utf8')).toBe('new');
        expect(outside()).toBe(before);
      },
    );

    test('the temporary file becomes a link: nothing is written through it, nor given away', async () => {
      const swapTemporary = () => {
        const name = readdirSync(at('home/real')).find((entry) => entry.endsWith('.tmp')) ?? '';
        unlinkSync(at(`home/real/${name}`));
        link('outside/settings', `home/real/${name}`, CLEO);
      };
      await hostThat('rename to settings', swapTemporary).writeFile(at('home/real/settings'), 'new', {
        mode: 0o666,
        owner: OWNER,
      });
      expect(outside()).toBe(before);
    });

    test('a folder becomes a link: looking, listing, removing', async () => {
      expect(await hostThat('look at settings', swap).stat(at('home/real/settings'))).toMatchObject({
        uid: CLEO,
      });
      rmSync(at('home/real'));
      renameSync(at('home/aside'), at('home/real'));
      expect(await hostThat('list', swap).list(at('home/real'))).toEqual(['deep', 'settings']);
      rmSync(at('home/real'));
      renameSync(at('home/aside'), at('home/real'));
      await hostThat('remove settings', swap).removeFile(at('home/real/settings'));
      expect(readdirSync(at('home/aside'))).toEqual(['deep']);
      expect(outside()).toBe(before);
    });
  });

  describe('who leaves something odd there', () => {
    const words = async (name: string) =>
      host.readFile(at(name)).then(
        (content) => `read: ${content}`,
        (error: Error) => error.message.slice(error.message.indexOf('could')),
      );

    test('a hard link to a file of root’s, or of somebody else’s, is not read', async () => {
      linkSync(at('outside/settings'), at('home/.env'));
      expect(await words('home/.env')).toMatch(
        /could not be read: it is a file of root’s that has another name/,
      );
      put('theirs', 'mallory’s', MALLORY);
      linkSync(at('theirs'), at('home/other'));
      expect(await words('home/other')).toMatch(/belongs to neither root nor the user/);
    });

    test('a hard link to a file that root has replaced since is not read', async () => {
      put('outside/shadow', 'the secret of root', 0, 0o640);
      chownSync(at('outside/shadow'), 0, 42);
      linkSync(at('outside/shadow'), at('home/.env'));
      unlinkSync(at('outside/shadow'));
      expect(await words('home/.env')).toMatch(/that the user whose folder it is in must not read/);
    });

    test('a file that root put there is read', async () => {
      put('home/.env', 'by hand', 0, 0o600);
      expect(await words('home/.env')).toBe('read: by hand');
    });

    test.each([
      ['a pipe', () => execFileSync('mkfifo', [at('home/.env')]), 'it is no file, but a pipe or a device'],
      [
        'a socket',
        () =>
          execFileSync('python3', [
            '-c',
            'import socket,sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])',
            at('home/.env'),
          ]),
        'it is no file',
      ],
      ['a device', () => execFileSync('mknod', [at('home/.env'), 'c', '1', '5']), 'it is no file'],
      [
        'a huge file',
        () => {
          put('home/.env', '', CLEO);
          truncateSync(at('home/.env'), 2 ** 40);
        },
        'it is larger than 8 MB',
      ],
      [
        'a link to a pipe',
        () => {
          execFileSync('mkfifo', [at('home/pipe')]);
          link('home/pipe', 'home/.env', CLEO);
        },
        'pipe or a device',
      ],
      ['a link to zeros without end', () => link('/dev/zero', 'home/.env', CLEO), 'pipe or a device'],
      [
        'a link to root’s file',
        () => link('outside/settings', 'home/.env', CLEO),
        'Put the file or folder itself there',
      ],
      ['a link to itself', () => link('home/.env', 'home/.env', CLEO), 'Put the file or folder itself there'],
    ])('%s is refused with words, at once', async (_what, leave, expected) => {
      leave();
      const started = performance.now();
      expect(await words('home/.env')).toContain(expected);
      expect(performance.now() - started).toBeLessThan(2_000);
    });

    test('a file that a program keeps from being opened (a lease) is refused at once', async () => {
      put('home/.env', 'x', CLEO);
      const program =
        'import fcntl, os, signal, sys; signal.signal(signal.SIGIO, signal.SIG_IGN); fd = os.open(sys.argv[1], os.O_RDWR); fcntl.fcntl(fd, 1024, fcntl.F_WRLCK); print("held", flush=True); signal.pause()';
      const holder = spawn('python3', ['-I', '-c', program, at('home/.env')], {
        uid: CLEO,
        gid: CLEO,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      attackers.push(holder);
      await new Promise((resolve) => holder.stdout?.once('data', resolve));
      const started = performance.now();
      expect(await words('home/.env')).toBe('could not be read: another program keeps it from being opened');
      expect(performance.now() - started).toBeLessThan(1_000);
    });

    test('a link to the user’s own folder elsewhere leads there, as that user', async () => {
      make('volume', CLEO, 0o700);
      put('volume/settings', 'on the volume', CLEO);
      link('volume', 'home/.hermes', CLEO);
      const path = at('home/.hermes/settings');
      expect(await host.readFile(path)).toBe('on the volume');
      expect(await host.stat(path)).toMatchObject({ kind: 'file', uid: CLEO, mode: 0o600 });
      expect(await host.stat(at('home/.hermes'))).toMatchObject({ kind: 'symlink' });
      expect(await host.list(at('home/.hermes'))).toEqual(['settings']);
      expect(await host.readFile(at('home/.hermes/none'))).toBeUndefined();
      expect(await host.list(at('home/.hermes/none'))).toBeUndefined();
      expect(await host.stat(at('home/.hermes/none'))).toBeUndefined();
      expect(await host.keeperOf(path)).toBe(String(CLEO));
      await expect(host.writeFile(path, 'open', { mode: 0o600 })).rejects.toThrow(
        'would belong to 12345 instead of root:root',
      );
      // The group of a number without an account is nobody's.
      await host.writeFile(path, 'open', { mode: 0o640, owner: `${CLEO}:65534` });
      expect(readFileSync(at('volume/settings'), 'utf8')).toBe('open');
      expect(lstatSync(at('volume/settings'))).toMatchObject({ uid: CLEO, mode: 0o100640 });
      await host.removeFile(path);
      expect(readdirSync(at('volume'))).toEqual([]);
    });

    test('a link to root’s folder leads nowhere, whatever is done there', async () => {
      const path = at('home/trap/settings');
      for (const work of [
        () => host.readFile(path),
        () => host.stat(path),
        () => host.list(at('home/trap')),
        () => host.writeFile(path, 'x', { mode: 0o600, owner: `${CLEO}:65534` }),
        () => host.removeFile(path),
      ])
        await expect(work()).rejects.toThrow('Permission denied');
      expect(outside()).toBe(before);
    });

    test('everybody’s folder: its links are followed as whoever made them, its files read when they have no other name', async () => {
      make('everybody', 0, 0o1777);
      link('outside/settings', 'everybody/link', MALLORY);
      await expect(host.readFile(at('everybody/link'))).rejects.toThrow('link of 12346');
      link('outside/settings', 'everybody/roots', 0);
      await expect(host.readFile(at('everybody/roots'))).rejects.toThrow('root does not follow it');
      put('everybody/note', 'a note', MALLORY);
      expect(await host.readFile(at('everybody/note'))).toBe('a note');
      make('everybody/ours', 0, 0o700);
      link('outside/settings', 'everybody/ours/link', 0);
      expect(await host.readFile(at('everybody/ours/link'))).toBe('the secret of root');
      await expect(host.keeperOf(at('everybody/note'))).rejects.toThrow('several users');
    });

    test('says whose work it is', async () => {
      expect(await host.keeperOf(at('outside/settings'))).toBeUndefined();
      expect(await host.keeperOf(at('home/real/settings'))).toBe(String(CLEO));
      expect(await host.keeperOf(at('home'))).toBe(String(CLEO));
      expect(await host.keeperOf(at('nothing/here'))).toBeUndefined();
    });

    test('a command of root’s does not start in a folder that became a link', async () => {
      expect(await host.exec(['ls'], { cwd: at('home/trap') })).toMatchObject({ exitCode: 127, stdout: '' });
      expect((await host.exec(['ls'], { cwd: at('home/real') })).stdout).toBe('deep\nsettings\n');
      expect(await host.exec(['cat'], { inputFile: at('home/trap/settings') })).toMatchObject({
        exitCode: 127,
        stdout: '',
      });
      expect((await host.exec(['cat'], { inputFile: at('home/real/settings') })).stdout).toBe(
        'what is cleo’s',
      );
    });

    test('nothing stays open', async () => {
      const open = () => readdirSync('/proc/self/fd').length;
      const count = open();
      for (const path of ['home/real/settings', 'home/trap/x', 'home/none', 'outside/settings', 'home/real'])
        await Promise.allSettled([
          host.readFile(at(path)),
          host.stat(at(path)),
          host.list(at(path)),
          host.keeperOf(at(path)),
        ]);
      expect(open()).toBe(count);
    });
  });
});
