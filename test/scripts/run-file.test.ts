import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeRunFile } from '../../scripts/run-file/make.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const HEADER = readFileSync(join(root, 'scripts/run-file/header.sh'), 'utf8');
const ARCH = process.arch === 'arm64' ? 'arm64' : 'x64';
const isRoot = process.getuid?.() === 0;
/** What may be `sh` somewhere; those that this machine has. */
const SHELLS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].flatMap(([name = '', ...options]) => {
  const { stdout } = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' });
  return stdout === '' ? [] : [[stdout.trim(), ...options]];
});

/** Everything of a test lies below it: the file, what it unpacks, and the tools that it finds. */
let folder: string;
let home: string;
let file: string;

/** Stands in for Node: says what it was started with, and behaves as the launcher may. */
const NODE = `#!/bin/sh
[ "$1" = --version ] && exit 0
shift
case "\${1:-}" in
  seven) exit 7 ;;
  read) read -r line; echo "read $line" ;;
  wait) trap 'exit 9' TERM; echo "pid $$"; while :; do sleep 0.05; done ;;
  *) echo "started in $PWD with $# words: $*; options '\${NODE_OPTIONS:-}'; mask $(umask)" ;;
esac
`;

const header = (changes: (text: string) => string = (text) => text) =>
  changes(
    HEADER.replaceAll('/var/lib/otto-install', home).replace(
      "PATH='/usr/local/sbin",
      `PATH='${folder}/tools:/usr/local/sbin`,
    ),
  );

/** Makes the file from a small program; answers where it is. */
async function make(
  options: { header?: string; arch?: 'x64' | 'arm64'; version?: string; name?: string; noise?: number } = {},
) {
  const program = join(folder, 'package');
  rmSync(program, { recursive: true, force: true });
  mkdirSync(join(program, 'bin'), { recursive: true });
  mkdirSync(join(program, 'dist'));
  writeFileSync(join(program, 'package.json'), JSON.stringify({ version: options.version ?? '9.9.9' }));
  writeFileSync(join(program, 'dist/help.txt'), "the help: $& $' `x` @VERSION\n");
  writeFileSync(join(program, 'bin/otto-install'), '');
  writeFileSync(join(program, 'dist/noise'), randomBytes(options.noise ?? 1000));
  writeFileSync(join(folder, 'node'), NODE);
  chmodSync(join(folder, 'node'), 0o755);
  writeFileSync(join(folder, 'LICENSE'), 'notices');
  writeFileSync(join(folder, 'npm-of-ours.tgz'), 'npm');
  const target = join(folder, options.name ?? 'otto-install.run');
  await makeRunFile({
    header: options.header ?? header(),
    program,
    node: join(folder, 'node'),
    nodeLicence: join(folder, 'LICENSE'),
    npm: join(folder, 'npm-of-ours.tgz'),
    arch: options.arch ?? ARCH,
    stage: join(folder, 'stage'),
    target,
  });
  return target;
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'otto-run-file-'));
  chmodSync(folder, 0o755);
  home = join(folder, 'home/otto-install');
  mkdirSync(join(folder, 'home'));
  mkdirSync(join(folder, 'tools'));
  file = await make();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Start {
  readonly shell?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly input?: string;
  readonly file?: string;
}
const environment = (env: NodeJS.ProcessEnv = {}) => ({
  PATH: `${folder}/tools:/usr/bin:/bin:/sbin`,
  HOME: folder,
  XDG_CACHE_HOME: join(folder, 'home'),
  ...env,
});
function start(words: readonly string[], { shell = ['sh'], env, input, file: which = file }: Start = {}) {
  const [program = 'sh', ...options] = shell;
  const { stdout, stderr, status, signal } = spawnSync(program, [...options, which, ...words], {
    encoding: 'utf8',
    cwd: folder,
    env: environment(env),
    input,
  });
  return { stdout, stderr, status, signal };
}
/** The same in a mount namespace of its own, after `mount` (a shell's words) changed what it sees. */
function startWith(mount: string) {
  const script = `mkdir -p '${home}' && ${mount} && exec sh '${file}' words`;
  return spawnSync('unshare', ['--mount', 'sh', '-c', script], { encoding: 'utf8', env: environment() });
}
/** Without it the test's own group would be meant. */
const pidOf = ({ pid }: ChildProcess): number => {
  if (pid === undefined) throw new Error('it was not started');
  return pid;
};
const unpacked = () => readdirSync(join(home, 'program'));
/** Puts a tool before the machine's own. */
const tool = (name: string, script: string) => {
  writeFileSync(join(folder, 'tools', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'tools', name), 0o755);
};

describe.each(SHELLS.map((shell) => ({ shell, name: shell.join(' ') })))(
  'the one file, started by $name',
  ({ shell }) => {
    /** Busybox has the tools inside itself, and does not take those of a test. */
    const ownTools = shell[1] === 'sh';

    test('unpacks itself once and is the program: words, place, mask, input and exit code', () => {
      const first = start(['check', 'two words', ''], { shell, env: { NODE_OPTIONS: '--title=x' } });
      expect(first.stderr).toMatch(/^Unpacking otto-install 9\.9\.9 .*once, \d+ MB/);
      expect(first.stdout).toBe(
        `started in ${folder} with 3 words: check two words ; options ''; mask 0022\n`,
      );
      expect(start(['seven'], { shell })).toEqual({ stdout: '', stderr: '', status: 7, signal: null });
      expect(start(['read'], { shell, input: 'an answer\n' }).stdout).toBe('read an answer\n');
      expect(unpacked()).toEqual([expect.stringMatching(new RegExp(`^9\\.9\\.9-${ARCH}-[0-9a-f]{12}$`))]);
    });

    test.skipIf(ownTools)('--version and --help need nothing but the file', () => {
      tool('xz', 'exit 1');
      expect(start(['--version'], { shell })).toEqual({
        stdout: '9.9.9\n',
        stderr: '',
        status: 0,
        signal: null,
      });
      expect(start(['--help'], { shell }).stdout).toBe("the help: $& $' `x` @VERSION\n");
      expect(existsSync(home)).toBe(false);
    });

    test('cut off anywhere it says so, and starts nothing', async () => {
      for (const missing of [9000, 5000, 1000, 1]) {
        await make();
        const { size } = statSync(file);
        const length = size - missing;
        truncateSync(file, length);
        const { stderr, stdout, status } = start(['check'], { shell });
        expect(stderr).toContain(`is not whole: it has ${length} of ${size} bytes`);
        expect({ stdout, status }).toEqual({ stdout: '', status: 69 });
      }
      expect(existsSync(home)).toBe(false);
    });

    test('damaged it says so, also where it was unpacked before', () => {
      start(['check'], { shell });
      const bytes = readFileSync(file);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 300) ^ 1, bytes.length - 300);
      writeFileSync(file, bytes);
      for (const words of [['check'], ['--version']]) {
        const { stderr, stdout, status } = start(words, { shell });
        expect(stderr).toMatch(/is damaged: its checksum.*Nothing was started/);
        expect({ stdout, status }).toEqual({ stdout: '', status: 69 });
      }
    });

    test.skipIf(ownTools)('for another architecture it names the right file', async () => {
      const other = ARCH === 'x64' ? 'arm64' : 'x64';
      await make({ arch: other });
      const { stderr, status } = start(['check'], { shell });
      expect(stderr).toContain(`This file is for Linux on ${other}; this machine is ${ARCH}.`);
      expect(stderr).toContain(`otto-install-9.9.9-linux-${ARCH}.run`);
      expect(status).toBe(69);
      expect(start(['--version'], { shell }).stdout).toBe('9.9.9\n');
      tool('uname', '[ "$1" = -s ] && echo Linux || echo riscv64');
      expect(start(['check'], { shell }).stderr).toContain('there is no otto-install for that');
    });

    test('what was unpacked and is damaged since is unpacked again', () => {
      start(['check'], { shell });
      const [name = ''] = unpacked();
      writeFileSync(join(home, 'program', name, 'dist/noise'), '');
      const { stderr, stdout } = start(['check'], { shell });
      expect(stderr).toMatch(/is damaged\. Unpacking it again/);
      expect(stdout).toContain('started in');
      expect(start(['check'], { shell }).stderr).toBe('');
    });

    test.skipIf(ownTools)(
      'an unpacking that was killed leaves no harm; the next start says that it was',
      async () => {
        tool('xz', 'sleep 20');
        const [program = 'sh', ...options] = shell;
        const child = spawn(program, [...options, file, 'check'], { env: environment(), detached: true });
        const gone = new Promise((resolve) => child.once('exit', resolve));
        while (!existsSync(join(home, 'program')) || unpacked().length === 0) await sleep(10);
        // The whole group, as when the power is cut: the tools that it waits for as well.
        process.kill(-pidOf(child), 'SIGKILL');
        await gone;
        expect(unpacked()).toEqual([`unpacking-${child.pid}`]);
        rmSync(join(folder, 'tools/xz'));
        const { stderr, stdout } = start(['check'], { shell });
        expect(stderr).toContain('An earlier start was cut off while it unpacked');
        expect(stdout).toContain('started in');
        expect(unpacked()).toHaveLength(1);
      },
    );

    test.skipIf(ownTools).each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
      '%s ends an unpacking, which leaves nothing',
      async (signal) => {
        // At work, and not just about to be started: a shell that gets the signal then waits for what it starts.
        const began = join(folder, 'began');
        tool('xz', `: > '${began}'; sleep 20`);
        const [program = 'sh', ...options] = shell;
        const child = spawn(program, [...options, file, 'check'], { env: environment(), detached: true });
        const ended = new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)));
        while (!existsSync(began)) await sleep(10);
        await sleep(50);
        process.kill(-pidOf(child), signal);
        expect(await ended).toBe(signal);
        expect(unpacked()).toEqual([]);
      },
    );

    test('a signal reaches the program itself: it has the same process', async () => {
      start(['check'], { shell });
      const [program = 'sh', ...options] = shell;
      const child = spawn(program, [...options, file, 'wait'], { env: environment() });
      const line = await new Promise((resolve) => child.stdout.once('data', (data) => resolve(String(data))));
      expect(line).toBe(`pid ${child.pid}\n`);
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(9);
    });
  },
);

describe('the one file', () => {
  test.runIf(isRoot)('unpacks so that only root can change it', () => {
    chmodSync(folder, 0o777);
    start(['check'], { env: {} });
    const below = readdirSync(home, { recursive: true, encoding: 'utf8' });
    expect(below.length).toBeGreaterThan(8);
    for (const name of below) {
      const { uid, gid, mode } = statSync(join(home, name));
      expect([name, uid, gid, mode & 0o022]).toEqual([name, 0, 0, 0]);
    }
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  test.runIf(isRoot)('refuses a folder that another user could have filled', () => {
    mkdirSync(join(home, 'program'), { recursive: true });
    chownSync(join(home, 'program'), 12_345, 12_345);
    expect(start(['check']).stderr).toMatch(/others may write there\. Nothing was unpacked/);
    rmSync(home, { recursive: true });
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), home);
    expect(start(['check']).stderr).toMatch(/is a link/);
    expect(start(['check']).status).toBe(69);
    // As `program` is looked for first.
    expect(readdirSync(join(folder, 'elsewhere', 'program'))).toEqual([]);
  });

  test.runIf(isRoot)('on a full disk it says so before it begins', async () => {
    await make({ noise: 1_200_000 });
    const { stderr, status } = startWith(`mount -t tmpfs -o mode=700,size=1m tmpfs '${home}'`);
    expect(stderr).toMatch(/disk is full: unpacking needs \d+ MB .*, and \d+ MB are free.*\nMake room/);
    expect(status).toBe(69);
  });

  test.runIf(isRoot)('when the disk becomes full meanwhile it says so, and leaves nothing', async () => {
    await make({ noise: 1_200_000, header: header((text) => text.replace('@NEEDED_KB@', '500')) });
    const { stderr, stdout, status } = startWith(
      `mount -t tmpfs -o mode=700,size=2m tmpfs '${home}' && trap 'ls "${home}/program"' EXIT && sh '${file}' check; false`,
    );
    expect(stderr).toMatch(/disk is full: .* there was no room left\. Nothing is left behind/);
    expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
  });

  test.runIf(isRoot)('where no program may start it names the mount and the way out', () => {
    const { stderr, status } = startWith(`mount -t tmpfs -o mode=700,noexec tmpfs '${home}'`);
    expect(stderr).toContain(`is on ${home}, which is mounted noexec`);
    expect(stderr).toContain(`mount -o remount,exec ${home}`);
    expect(status).toBe(69);
  });

  test.runIf(isRoot)('a /tmp that is noexec does not matter', () => {
    const inTmp = join('/tmp', `otto-${process.pid}.run`);
    const script = `mount --bind '${folder}' /mnt && mount -t tmpfs -o mode=700,noexec tmpfs /tmp && mkdir -p '${folder}' && mount --bind /mnt '${folder}' && cp '${file}' '${inTmp}' && exec sh '${inTmp}' seven`;
    const { status } = spawnSync('unshare', ['--mount', 'sh', '-c', script], {
      encoding: 'utf8',
      env: environment(),
    });
    expect(status).toBe(7);
  });

  test('without xz it says what to install, and after that goes on', async () => {
    // Neither the machine's own folders nor root's fixed PATH: only what is linked here.
    const only = (text: string) => text.replace(/PATH='[^']*'/, `PATH='${folder}/tools'`);
    await make({ header: header(only) });
    for (const name of 'id sha256sum tail uname mkdir find df rm mv ls grep tar cat sh sed tr wc'.split(' '))
      tool(name, `PATH=/usr/bin:/bin; exec ${name} "$@"`);
    const { stderr, status } = start(['check'], { shell: ['/bin/sh'], env: { PATH: `${folder}/tools` } });
    expect(stderr).toMatch(/^xz is not installed.*\nInstall it with: apt-get install xz-utils\n$/);
    expect(status).toBe(69);
  });

  test('a Node that cannot run here is explained', async () => {
    await make({ header: header() });
    writeFileSync(join(folder, 'node'), '#!/nonexistent/loader\n');
    await makeRunFile({
      header: header(),
      program: join(folder, 'package'),
      node: join(folder, 'node'),
      nodeLicence: join(folder, 'LICENSE'),
      npm: join(folder, 'npm-of-ours.tgz'),
      arch: ARCH,
      stage: join(folder, 'stage'),
      target: file,
    });
    const { stderr, status } = start(['check']);
    expect(stderr).toMatch(/^The Node in .* cannot run on this machine:$/m);
    expect(status).toBe(69);
  });

  test('read from a pipe, it asks to be saved', () => {
    const { stderr, status } = spawnSync('sh', ['-s', 'check'], {
      encoding: 'utf8',
      input: readFileSync(file),
      env: environment(),
    });
    expect(stderr).toMatch(/is not whole.*\n.*save it as a file, and start it with: sh FILE/);
    expect(status).toBe(69);
  });

  test('two that start at the same time both run, from one copy', async () => {
    const both = [0, 1].map(() => {
      const child = spawn('sh', [file, 'seven'], { env: environment() });
      return new Promise((resolve) => child.once('exit', resolve));
    });
    expect(await Promise.all(both)).toEqual([7, 7]);
    expect(unpacked()).toHaveLength(1);
  });

  test('a newer one removes the one before, unless it runs', async () => {
    start(['check']);
    const newer = await make({ version: '9.9.10', name: 'newer.run' });
    // The stand-in is a script, so that it is not what /proc/…/exe names.
    const old = join(home, 'program', unpacked()[0] ?? '', 'sleep');
    const running = spawn('sh', ['-c', `cp "$(command -v sleep)" '${old}' && exec '${old}' 20`]);
    while (!existsSync(old)) await sleep(10);
    await sleep(50);
    start(['check'], { file: newer });
    expect(unpacked()).toHaveLength(2);
    const ended = new Promise((resolve) => running.once('exit', resolve));
    running.kill();
    await ended;
    rmSync(join(home, 'program', unpacked().find((name) => name.startsWith('9.9.10-')) ?? '-'), {
      recursive: true,
    });
    start(['check'], { file: newer });
    expect(unpacked()).toEqual([expect.stringMatching(/^9\.9\.10-/)]);
  });

  test('made twice it has the same bytes, whatever the clock, the mask and the order of names', async () => {
    const first = readFileSync(file);
    const noise = readFileSync(join(folder, 'package/dist/noise'));
    const again = join(folder, 'again');
    const mask = process.umask(0o077);
    try {
      mkdirSync(join(again, 'dist'), { recursive: true });
      mkdirSync(join(again, 'bin'));
      for (const name of ['dist/noise', 'bin/otto-install', 'dist/help.txt', 'package.json']) {
        writeFileSync(
          join(again, name),
          name === 'dist/noise' ? noise : readFileSync(join(folder, 'package', name)),
        );
        utimesSync(join(again, name), 1_000_000, 1_000_000);
      }
      await makeRunFile({
        header: header(),
        program: again,
        node: join(folder, 'node'),
        nodeLicence: join(folder, 'LICENSE'),
        npm: join(folder, 'npm-of-ours.tgz'),
        arch: ARCH,
        stage: join(folder, 'other-stage'),
        target: join(folder, 'second.run'),
      });
    } finally {
      process.umask(mask);
    }
    expect(readFileSync(join(folder, 'second.run')).equals(first)).toBe(true);
  });
});
