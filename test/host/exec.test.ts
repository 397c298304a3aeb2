import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LocalHost } from '../../src/host/local.ts';
import { Secret } from '../../src/secret/secret.ts';

const host = new LocalHost({ killAfterMs: 500 });
const asRoot = process.getuid?.() === 0;

/** Whether the process is gone (a zombie that nobody has collected yet counts as gone). */
async function isGone(pid: number): Promise<boolean> {
  const state = (await host.readFile(`/proc/${pid}/stat`))?.split(') ')[1]?.[0];
  return state === undefined || state === 'Z';
}

/** A process that was sent its end needs the processor once more to see to it. */
const GOING = { interval: 10, timeout: 3_000 };

describe('a command', () => {
  test('gets its arguments and its input as they are, and gives back what it printed', async () => {
    const script = 'printf "%s|" "$@"; cat; echo no >&2; exit 3';
    const result = await host.exec(['sh', '-c', script, 'sh', 'a b', '$HOME', "it's"], {
      input: new Secret('from stdin'),
    });
    expect(result).toMatchObject({
      exitCode: 3,
      stdout: "a b|$HOME|it's|from stdin",
      stderr: 'no\n',
      timedOut: false,
    });
  });

  test.each([
    [['no-such-program-here'], 127, 'no-such-program-here: command not found'],
    [[import.meta.filename], 127, `${import.meta.filename}: permission denied`],
    [['sh', '-c', 'kill -9 $$'], 137, ''],
  ] as const)('%j comes back with %i', async (argv, exitCode, stderr) => {
    expect(await host.exec(argv)).toMatchObject({ exitCode, stderr });
  });

  test('gets an environment made from nothing, so that our variables reach nobody', async () => {
    process.env.OTTO_API_KEY = 'must not be passed on';
    const { stdout } = await host.exec(['env'], { env: { ADDED: 'yes' } });
    delete process.env.OTTO_API_KEY;
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names).toEqual(expect.arrayContaining(['HOME', 'PATH', 'LC_ALL', 'ADDED']));
    expect(names).not.toContain('OTTO_API_KEY');
    expect(names.filter((name) => name?.startsWith('npm_'))).toEqual([]);
  });

  test('makes files that are as open as usual, whatever umask we were started with', async () => {
    const before = process.umask(0);
    const { stdout } = await host.exec(['sh', '-c', 'umask']);
    expect(process.umask(before)).toBe(0);
    expect(stdout).toBe('0022\n');
  });

  test('gets a word as its input that means something else among us', async () => {
    expect((await host.exec(['cat'], { input: 'open', timeoutMs: 2_000 })).stdout).toBe('open');
  });

  test('starts in a folder in which nobody else can put settings for it', async () => {
    const { stdout } = await host.exec(['pwd']);
    expect(stdout).toBe('/\n');
  });

  test('that reads its input when there is none sees its end', async () => {
    expect(await host.exec(['cat'], { timeoutMs: 2_000 })).toMatchObject({ exitCode: 0, timedOut: false });
  });

  test('that does not read its input does no harm', async () => {
    expect(await host.exec(['true'], { input: 'x'.repeat(1_000_000) })).toMatchObject({ exitCode: 0 });
  });

  test('gets an input that is empty', async () => {
    expect(await host.exec(['cat'], { input: '', timeoutMs: 2_000 })).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
  });

  test('passes on its lines as they come, redacted', async () => {
    new Secret('a-printed-secret');
    const lines: string[] = [];
    await host.exec(['sh', '-c', 'printf "10%%\\r20%%\\r\\nkey a-printed-secret\\nlast"; echo problem >&2'], {
      onLine: (line) => lines.push(line),
    });
    expect(lines.sort()).toEqual(['10%', '20%', 'key ••••', 'last', 'problem']);
  });
});

describe('a limit', () => {
  test('ends a command and everything it started', async () => {
    const { stdout, timedOut, exitCode, durationMs } = await host.exec(
      ['sh', '-c', 'sleep 60 & echo $!; sleep 60'],
      { timeoutMs: 200 },
    );
    expect({ timedOut, exitCode }).toEqual({ timedOut: true, exitCode: 143 });
    expect(durationMs).toBeLessThan(2_000);
    await expect.poll(() => isGone(Number(stdout)), GOING).toBe(true);
  });

  test('kills what does not end by itself', async () => {
    const script = 'trap "" TERM; (trap "" TERM; sleep 61) & echo $!; wait; sleep 61';
    const { stdout, timedOut, durationMs } = await host.exec(['sh', '-c', script], { timeoutMs: 100 });
    expect(timedOut).toBe(true);
    expect(durationMs).toBeLessThan(4_000);
    await expect.poll(() => isGone(Number(stdout)), GOING).toBe(true);
  });

  test('that lies in the pipe is read, also when we ourselves were held up for long', async () => {
    const running = host.exec(['sh', '-c', '(sleep 0.3; echo late) & exit 0']);
    // The command is through; what it started writes while nobody here gets a turn.
    await new Promise((resolve) => setTimeout(resolve, 200));
    for (const end = Date.now() + 800; Date.now() < end; );
    expect((await running).stdout).toBe('late\n');
  });

  test('of a command that is through is not waited for because something holds its pipe', async () => {
    const { stdout, exitCode, durationMs } = await host.exec(['sh', '-c', 'sleep 5 & echo done']);
    expect({ stdout, exitCode }).toEqual({ stdout: 'done\n', exitCode: 0 });
    expect(durationMs).toBeLessThan(3_000);
  });

  test('does not wait for what has gone into a session of its own', async () => {
    const script = 'setsid sleep 5 & sleep 60';
    const { timedOut, durationMs } = await host.exec(['sh', '-c', script], { timeoutMs: 100 });
    expect(timedOut).toBe(true);
    expect(durationMs).toBeLessThan(3_000);
  });

  test.each([
    ['may be ended', true],
    ['must come to its end', false],
  ])('when we ourselves end, for a command that %s: %s', async (how, gone) => {
    const program = new URL('programs/leaves-a-command.ts', import.meta.url).pathname;
    const pid = Number(execFileSync(process.execPath, [program, how], { encoding: 'utf8' }));
    onTestFinished(() => {
      if (!gone) process.kill(pid);
    });
    if (gone) await expect.poll(() => isGone(pid)).toBe(true);
    else expect(await isGone(pid)).toBe(false);
  });

  test('can be a signal', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 100);
    const { exitCode, timedOut } = await host.exec(['sleep', '60'], { signal: abort.signal });
    expect({ exitCode, timedOut }).toEqual({ exitCode: 143, timedOut: false });
  });
});

describe('another user', () => {
  test.runIf(asRoot)('has an environment of its own', async () => {
    const { stdout } = await host.exec(['sh', '-c', 'id -un; echo $HOME $USER $LOGNAME'], { user: 'nobody' });
    expect(stdout).toBe('nobody\n/nonexistent nobody nobody\n');
  });

  test.runIf(asRoot)('has that user’s rights and nothing else', async () => {
    const { stdout } = await host.exec(['cat', '/proc/self/status'], { user: 'nobody' });
    const status = Object.fromEntries(stdout.split('\n').map((line) => line.split(/:\s*/)));
    expect(status).toMatchObject({
      Uid: '65534\t65534\t65534\t65534',
      Gid: '65534\t65534\t65534\t65534',
      Groups: '',
      NoNewPrivs: '1',
    });
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status[set]).toMatch(/^0+$/);
  });

  test.runIf(asRoot)('has no terminal, and nothing open but its three streams', async () => {
    const probe = [
      'import os, sys',
      'try: open("/dev/tty"); print("a terminal")',
      'except OSError as error: print(error.strerror)',
      'print(os.getsid(0) == os.getpid(), [os.readlink(f"/proc/self/fd/{n}").split(":")[0] for n in range(3)])',
      // The folder that is being listed is open as well.
      'print(len(os.listdir("/proc/self/fd")))',
    ].join('\n');
    const { stdout } = await host.exec(['python3', '-I', '-c', probe], { user: 'nobody' });
    expect(stdout).toBe("No such device or address\nTrue ['/dev/null', 'socket', 'socket']\n4\n");
  });

  test.runIf(asRoot)('gets nothing that was left open for us', () => {
    const program = new URL('programs/run-as.ts', import.meta.url).pathname;
    // Far from the standard streams, where Node does not look for what it must not pass on.
    const script = `exec 9</etc/shadow; ulimit -n 1024; exec python3 -I -c 'import os, sys; os.dup2(9, 200); os.set_inheritable(200, True); os.execv(sys.argv[1], sys.argv[1:])' "$@"`;
    const stdout = execFileSync(
      'bash',
      ['-c', script, 'bash', process.execPath, ...process.execArgv, program],
      {
        encoding: 'utf8',
        // A thread that reads certificates has them open for a moment, which descriptors.ts leaves alone.
        env: { ...process.env, NODE_EXTRA_CA_CERTS: undefined },
      },
    );
    expect(stdout).toBe('0 1 2 3\n');
  });

  test.runIf(asRoot)('runs what that user’s own settings name with that user’s rights alone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otto-exec-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    chmodSync(folder, 0o777);
    const as = { user: '12345', cwd: folder, env: { HOME: folder } };
    const spy = join(folder, 'spy');
    writeFileSync(
      spy,
      `#!/bin/sh\ngrep -E '^(Uid|Groups|CapBnd|NoNewPrivs)' /proc/self/status >>${folder}/seen\n`,
      {
        mode: 0o755,
      },
    );
    expect((await host.exec(['git', 'init', '--quiet', 'code'], as)).exitCode).toBe(0);
    await host.exec(['git', '-C', 'code', 'config', 'core.fsmonitor', spy], as);
    await host.exec(['git', '-C', 'code', 'status'], as);
    const seen = new Set(readFileSync(join(folder, 'seen'), 'utf8').split('\n'));
    expect([...seen].sort()).toEqual([
      '',
      'CapBnd:\t0000000000000000',
      'Groups:\t ',
      'NoNewPrivs:\t1',
      'Uid:\t12345\t12345\t12345\t12345',
    ]);
    // Root looks for programs and settings in none of that user's folders.
    const { stdout } = await host.exec(['sh', '-c', 'pwd; echo $PATH $HOME']);
    expect(stdout).toBe('/\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/snap/bin /root\n');
  });

  test.runIf(asRoot)('by number needs no account', async () => {
    const { stdout } = await host.exec(['id'], { user: '12345' });
    expect(stdout).toBe('uid=12345 gid=65534(nogroup) groups=65534(nogroup)\n');
  });

  test.runIf(asRoot)('does not start in a folder that is not there, and says so', async () => {
    expect(await host.exec(['pwd'], { user: 'nobody', cwd: '/none' })).toMatchObject({
      exitCode: 127,
      stderr: 'there is no folder /none',
    });
  });

  test('that does not exist is said', async () => {
    expect(await host.exec(['true'], { user: 'nobody-has-this-name' })).toMatchObject({
      exitCode: 127,
      stderr: 'there is no user nobody-has-this-name',
    });
  });
});

describe('a conversation', () => {
  test('goes back and forth', async () => {
    const conversation = host.converse([
      'sh',
      '-c',
      'printf "name? "; read name; echo "hello $name"; read rest',
    ]);
    let seen = '';
    for await (const text of conversation.output) {
      seen += text;
      if (text.includes('name? ')) conversation.write(new Secret('cleo\n'));
      if (text.includes('hello')) conversation.end();
    }
    expect(seen).toBe('name? hello cleo\n');
    expect(await conversation.result).toMatchObject({ exitCode: 1 });
  });

  test('that is ended comes to its end', async () => {
    const conversation = host.converse(['sh', '-c', 'echo ready; sleep 60']);
    for await (const text of conversation.output) if (text.includes('ready')) conversation.kill();
    expect((await conversation.result).exitCode).toBe(143);
  });
});
