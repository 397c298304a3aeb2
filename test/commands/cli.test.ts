import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Terminal, type TerminalOptions } from '../droplet/terminal.ts';
import { EVERYTHING_HOSTILE, forbiddenIn } from '../hostile.ts';

/** The built program in a real pseudo-terminal, over the droplet in memory. */

const PROGRAM = new URL('../../dist/otto-install.mjs', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'otto-cli-'));
const environment = {
  PATH: process.env.PATH,
  HOME: folder,
  LANG: 'C.UTF-8',
  OTTO_REHEARSAL_SPEED: '60',
  // It is started fifty times; Node compiles it once.
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
};

/** An argument ends at a NUL. */
const AS_ARGUMENT = EVERYTHING_HOSTILE.replaceAll('\0', '');

beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('dist/otto-install.mjs is not built: npm test builds it first');
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[], options: TerminalOptions = {}): Terminal {
  const terminal = new Terminal([process.execPath, PROGRAM, ...args], { env: environment, ...options });
  onTestFinished(async () => {
    await terminal.close();
  });
  return terminal;
}

function run(args: readonly string[], env: Record<string, string> = {}, input = '') {
  const options = { env: { ...environment, ...env }, input, encoding: 'utf8', timeout: 15_000 } as const;
  return spawnSync(process.execPath, [PROGRAM, ...args], options);
}

describe('in a terminal', () => {
  it('shows what the machine is, marked as a rehearsal, and leaves with q', async () => {
    const terminal = start(['--rehearse']);
    const screen = await terminal.waitFor('This machine has no Otto yet');
    expect(screen).toContain('REHEARSAL');
    terminal.type('q');
    expect(await terminal.ended).toBe(130);
    expect(terminal.screen()).not.toContain('REHEARSAL');
  });

  it.each([
    ['with CI set, is as interactive as ever', { CI: 'true' }, '●', true],
    ['without UTF-8 uses ASCII', { LANG: 'C' }, '+ Ubuntu', true],
    ['without colours when NO_COLOR is set', { NO_COLOR: '1' }, '●', false],
  ])('%s', async (_, env: Record<string, string>, mark, colours) => {
    const terminal = start(['--rehearse'], { env: { ...environment, ...env } });
    expect(await terminal.waitFor('Enter begin')).toContain(mark);
    expect(terminal.raw().includes('\x1b[32m')).toBe(colours);
    if (mark === '+ Ubuntu') expect(terminal.screen()).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('takes a window that becomes smaller and larger again', async () => {
    const terminal = start(['--rehearse']);
    await terminal.waitFor('Enter begin');
    terminal.resize(40, 15);
    await terminal.waitFor('REHEARSAL: changes nothing');
    terminal.resize(80, 24);
    const screen = await terminal.waitFor('REHEARSAL: nothing on this machine');
    expect(screen.split('Enter begin')).toHaveLength(2);
  });

  it('takes all answers in one chunk and a pasted key, and never shows the key', async () => {
    const terminal = start(['--rehearse']);
    await terminal.waitFor('Enter begin');
    await terminal.press('enter');
    await terminal.waitFor('Question 1 of 6');
    terminal.type('otto.client.example\r\r\x1b[B\r');
    await terminal.waitFor('What is the API key?');
    terminal.paste('a-secret-key-of-ours-1234\n');
    await terminal.waitFor('25');
    await terminal.press('enter');
    await terminal.waitFor('Question 4 of 6');
    expect(terminal.raw()).not.toContain('a-secret-key');
  });

  it('asks once on Ctrl-C, and gives the terminal back with the second one', async () => {
    const terminal = start(['--rehearse']);
    await terminal.waitFor('Enter begin');
    await terminal.press('ctrl-c');
    await terminal.waitFor('Leave?');
    await terminal.press('ctrl-c');
    expect(await terminal.ended).toBe(130);
    const after = terminal.raw();
    expect(after.lastIndexOf('\x1b[?25h')).toBeGreaterThan(after.lastIndexOf('\x1b[?25l'));
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('gives the terminal back on %s and ends by it', async (signal, code) => {
    const terminal = start(['--rehearse']);
    await terminal.waitFor('Enter begin');
    process.kill(terminal.pid, signal);
    expect(await terminal.ended).toBe(code);
    const after = terminal.raw();
    expect(after.lastIndexOf('\x1b[?25h')).toBeGreaterThan(after.lastIndexOf('\x1b[?25l'));
  });

  it('stops on Ctrl-Z and goes on with fg', async () => {
    const shell = new Terminal(['bash', '--norc', '--noprofile', '-i'], {
      env: { ...environment, PS1: 'shell> ' },
    });
    onTestFinished(async () => {
      await shell.close();
    });
    await shell.waitFor('shell>');
    shell.type(`${process.execPath} ${PROGRAM} --rehearse\r`);
    await shell.waitFor('Enter begin');
    await shell.press('ctrl-z');
    await shell.waitFor('Stopped', 5_000);
    shell.type('clear; fg\r');
    await shell.waitFor('Enter begin', 5_000);
    await shell.press('enter');
    await shell.waitFor('Question 1 of 6', 5_000);
  });
});

describe('in a terminal that cannot redraw, or with --plain', () => {
  it.each([
    ['TERM=dumb', ['TERM=dumb'], []],
    ['--plain', [], ['--plain']],
  ])('%s asks line by line, shows no secret, and does nothing before a yes', async (_, variables, flags) => {
    const argv = ['/usr/bin/env', ...variables, process.execPath, PROGRAM, '--rehearse', ...flags];
    const terminal = new Terminal(argv, { env: environment, columns: 100 });
    onTestFinished(async () => {
      await terminal.close();
    });
    await terminal.waitFor('Question 1');
    terminal.type('otto\rotto.client.example\r');
    await terminal.waitFor('single word');
    await terminal.waitFor('Question 2');
    terminal.type('\r2\r');
    await terminal.waitFor('What is the API key?');
    terminal.type('a-secret-key-of-ours-1234\r');
    await terminal.waitFor('Question 4');
    terminal.type('\r\r\r\r\r');
    await terminal.waitFor('Do it?');
    // The plan is offered and not poured out; whoever wants to read all of it asks for it.
    expect(terminal.history()).not.toContain('apt-get');
    terminal.type('plan\rno\r');
    expect(await terminal.ended).toBe(130);
    expect(terminal.history()).toContain('apt-get');
    expect(terminal.raw()).not.toContain('a-secret-key');
    expect(terminal.raw()).not.toContain('\x1b[?25l');
  });

  it('goes the whole way', async () => {
    const terminal = start(['--rehearse', '--plain', '--claude', 'login', '--github', 'token'], {
      env: { ...environment, OTTO_GITHUB_TOKEN: 'a-token-of-a-rehearsal' },
      columns: 120,
      rows: 90,
    });
    await terminal.waitFor('Question 1');
    terminal.type('\r\r\r\r\r\r\r');
    expect(await terminal.waitFor('Do it?')).toMatch(
      /Your answers:\n +1 +Domain: otto\.client\.example\n +2 +Deploy user: cleo/,
    );
    // An answer is changed by its number, and the plan is made once more.
    terminal.type('2\r');
    await terminal.waitFor(/Question 2[\s\S]*Question 2/);
    terminal.type('otto\r');
    await terminal.waitFor(/Deploy user: otto[\s\S]*Do it\?/);
    terminal.type('yes\r');
    await terminal.waitFor('Code>');
    terminal.type('code#state\r');
    await terminal.waitFor('Which number?');
    terminal.type('1\r');
    await terminal.waitFor('Otto is ready');
    expect(await terminal.ended).toBe(0);
    expect(terminal.history()).toContain('Password of ops@client.example');
    expect(terminal.raw()).not.toContain('code#state');
  }, 40_000);
});

describe('without screens', () => {
  it('lists all answers that are missing at once, with exit code 2', () => {
    const { status, stderr, stdout } = run(['check', '--rehearse', '--yes', '--user', 'Root']);
    // A rehearsal brings a domain of its own, so only what is wrong is left here.
    expect(status).toBe(2);
    expect(stderr).toContain('user (from --user)');
    expect(stdout).toBe('');
  });

  it('names every check with its codes, and looks at nothing for that', () => {
    const { status, stdout } = run(['check', '--list']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/Hermes service {2}\(hermes-service\)\n( {4}\S+ .*\n)* {4}hermes-unit-masked /);
    const lines = run(['check', '--list', '--json']).stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).code)).toContain('docker-down');
  });

  it('fixes only what is there: no Otto, and codes that do not exist, are refused', () => {
    const none = run(['fix', '--rehearse']);
    expect([none.status, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('no Otto yet');
    const unknown = run(['fix', 'dokcer-down', '--rehearse']);
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain('"dokcer-down". Did you mean docker-down?');
  });

  it.each(['check', 'status', 'logs', 'handover'])(
    '%s says that a machine has no Otto, and lists no crosses',
    (command) => {
      const { status, stdout, stderr } = run([command, '--rehearse']);
      expect(stderr).toBe('This machine has no Otto yet. To install one: otto-install\n');
      expect(stdout).toBe('');
      expect(status).toBe(2);
    },
  );

  it('prints the message for the client, ready to be sent: no secret, no mark, nothing cut', () => {
    const { status, stdout, stderr } = run(['handover', '--rehearse=healthy']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^Your Otto is ready\.\n\nAddress: {2}https:\/\/otto\.client\.example\nSign in: {2}\S+@\S+\n/,
    );
    for (const part of ['First steps', 'Adding people', 'What it can do'])
      expect(stdout).toContain(`\n${part}\n`);
    expect(stdout).not.toMatch(/REHEARSAL|sk-ant-|password:/);
  });

  it('says in JSON what is not known of a machine without an Otto, and makes up no name', () => {
    const { stdout } = run(['status', '--json', '--rehearse']);
    expect(stdout).toContain('the domain of this Otto is not known; give it with --domain');
    expect(stdout).not.toContain('otto.example.com');
  });

  it('names what there is under a word that several commands begin with', () => {
    const { status, stdout } = run(['update', '--help']);
    expect(stdout).toMatch(/^otto-install update all {9}\S/m);
    expect(stdout).toContain('otto-install update open-webui');
    expect(status).toBe(0);
  });

  it('watches until Ctrl-C, and ends with what the last look found', async () => {
    const terminal = start(['check', '--watch', '--every', '1', '--rehearse']);
    await terminal.waitFor('Looking again every 1 s');
    await terminal.press('ctrl-c');
    expect(await terminal.ended).toBe(1);
  });

  it('checks a bare machine: findings, exit code 1, and nothing but JSON with --json', () => {
    const { status, stdout } = run(['check', '--json', '--rehearse']);
    expect(status).toBe(1);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect(events[0]?.type).toBe('run-started');
    expect(events.at(-1)?.type).toBe('run-ended');
  });

  it('prints a plan with every file, takes answers from stdin, and shows no secret', () => {
    const answers = JSON.stringify({ domain: 'otto.client.example', apiKey: 'a-secret-key-of-ours-1234' });
    const { status, stdout, stderr } = run(['plan', '--rehearse', '--answers', '-'], {}, answers);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('Plan of otto-install');
    expect(stdout).toContain('otto.client.example');
    expect(stdout).not.toContain('a-secret-key');
  });

  it('warns of an answers file that others can read', () => {
    const file = join(folder, 'answers.yaml');
    writeFileSync(file, 'user: Root\n', { mode: 0o644 });
    expect(run(['plan', '--rehearse', '--answers', file]).stderr).toContain('chmod 600');
  });

  it.each([
    ['/dev/full', 'is a device'],
    ['/dev/zero', 'is a device'],
    ['/etc', 'is a folder'],
    ['/nowhere/answers.yaml', 'There is no'],
  ])('--answers %s has words of its own, exit code 2', (path, words) => {
    const { status, stderr } = run(['plan', '--rehearse', '--answers', path]);
    expect(status).toBe(2);
    expect(stderr).toContain(words);
  });

  it('takes answers from a pipe and from a socket that are written to slowly', async () => {
    const pipe = `(sleep 0.3; printf 'domain: otto.'; sleep 0.3; echo '-x') | "${process.execPath}" "${PROGRAM}" plan --rehearse --answers - 2>&1`;
    const socket = [
      'import socket, subprocess, sys, time',
      'a, b = socket.socketpair()',
      'p = subprocess.Popen(sys.argv[1:], stdin=b, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)',
      'b.close(); time.sleep(0.3); a.send(b"domain: otto."); time.sleep(0.3); a.send(b"-x"); a.close()',
      'print(p.communicate()[0].decode())',
    ].join('\n');
    const words = [process.execPath, PROGRAM, 'plan', '--rehearse', '--answers', '-'];
    for (const [command, args] of [
      ['sh', ['-c', pipe]],
      ['python3', ['-c', socket, ...words]],
    ] as const)
      expect(spawnSync(command, args, { encoding: 'utf8' }).stdout).toContain('"-x" cannot be part');
  });

  it.each<[string, string[], Record<string, string>]>([
    ['a flag', ['--admin-name', AS_ARGUMENT], {}],
    ['a variable', [], { OTTO_ADMIN_NAME: AS_ARGUMENT }],
    ['a command', [AS_ARGUMENT], {}],
    ['an option', [`--x${AS_ARGUMENT}`], {}],
    ['a log', ['logs', AS_ARGUMENT], {}],
    ['a code', ['fix', AS_ARGUMENT], {}],
    ['a file', ['--answers', AS_ARGUMENT], {}],
  ])(
    '%s with characters that nobody sees is refused, and nothing of it reaches the terminal',
    (_, args, environment) => {
      const { status, stdout, stderr } = run(['--rehearse', ...args], { ...environment, LANG: 'C.UTF-8' });
      expect(status).toBe(2);
      expect(forbiddenIn(stdout + stderr)).toEqual([]);
    },
  );

  it('names the answer and the character, also in an answers file', () => {
    const answers = JSON.stringify({ domain: 'a\nb.example.com', adminName: 'x\u001b[2J', 'od\u009bd': 'x' });
    const { status, stderr } = run(['plan', '--rehearse', '--answers', '-'], {}, answers);
    expect(status).toBe(2);
    expect(stderr).toContain('adminName (from the answers file): Character 2 is U+001B (escape)');
    expect(stderr).toContain('domain (from the answers file): Character 2 is U+000A (a line break)');
    expect(stderr).toContain('od\\u009bd (from the answers file): There is no such answer');
    expect(forbiddenIn(stderr)).toEqual([]);
  });

  it.each([
    [['chekc'], 'chekc'],
    [['--domian=x'], '--domian'],
  ])('%o is wrong use, exit code 2', (args, part) => {
    const { status, stderr } = run(args);
    expect(status).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).toContain('--help');
  });
});
