import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'rolldown/utils';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const NODE = process.execPath;

/** A launcher in a folder of its own, its bundle replaced by a small program, its fetched Node kept in `home`. */
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'otto-launcher-'));
  cpSync(join(root, 'bin'), join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'package.json'), '{"version":"9.9.9"}');
  writeFileSync(join(folder, 'dist/help.txt'), 'the help\n');
  writeFileSync(
    join(folder, 'dist/otto-install.mjs'),
    `const [what] = process.argv.slice(2);
     if (what === 'wait') { process.on('SIGTERM', () => process.exit(9)); setTimeout(() => {}, 10_000); }
     console.log('bundle', what, process.env.OTTO_INSTALL_RELAUNCHED ?? 'direct');
     if (what === 'seven') process.exit(7);
     if (what === 'die') process.kill(process.pid, 'SIGTERM');
     if (what === 'killed') process.kill(process.pid, 'SIGKILL');`,
  );
  // Root's folder is /var/lib/otto-install; a test must not touch it.
  const runtime = join(folder, 'bin/runtime.js');
  writeFileSync(
    runtime,
    readFileSync(runtime, 'utf8').replace("return '/var/lib/otto-install/node'", `return '${folder}/node'`),
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the part of the launcher that an old Node takes: fetch, then start. */
const asOldNode = (args: string[]) =>
  `const { runtime } = require('${folder}/bin/runtime.js');
   const { relaunch } = require('${folder}/bin/relaunch.js');
   try { relaunch(runtime(), '${folder}/dist/otto-install.mjs', ${JSON.stringify(args)}); }
   catch (error) { if (!error.explained) throw error; console.error(error.message); process.exitCode = 69; }`;

/** An `npm` on PATH that does what `script` says; $prefix is where it was asked to install. */
function environment(npm: string | undefined): NodeJS.ProcessEnv {
  const path = join(folder, 'path');
  mkdirSync(path, { recursive: true });
  if (npm !== undefined) {
    writeFileSync(
      join(path, 'npm'),
      `#!/bin/sh\nwhile [ "$1" != --prefix ]; do shift; done\nprefix=$2\nbin=$prefix/node_modules/node-linux-${process.arch}/bin\n${npm}\n`,
    );
    chmodSync(join(path, 'npm'), 0o755);
  }
  return { PATH: `${path}:/usr/bin:/bin`, HOME: folder, XDG_CACHE_HOME: folder };
}

const start = (args: string[], npm: string | undefined) =>
  spawnSync(NODE, ['-e', asOldNode(args)], {
    encoding: 'utf8',
    env: npm === undefined ? { ...environment(npm), PATH: '/nonexistent' } : environment(npm),
  });

const deliversTheRealNode = `mkdir -p "$bin" && cp '${NODE}' "$bin/node"`;
const pinnedNodeIsHere = /v24\.21\.0/.test(process.version);

describe('the launcher', () => {
  test('answers --version and --help without starting the bundle', () => {
    const run = (arg: string) =>
      spawnSync(NODE, [join(folder, 'bin/otto-install'), arg], { encoding: 'utf8' }).stdout;
    expect(run('--version')).toBe('9.9.9\n');
    expect(run('--help')).toBe('the help\n');
  });

  test('runs the bundle in this Node when it is new enough', () => {
    const { stdout, status } = spawnSync(NODE, [join(folder, 'bin/otto-install'), 'seven'], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('bundle seven direct\n');
    expect(status).toBe(7);
  });

  test.each(['otto-install', 'runtime.js', 'relaunch.js', 'surroundings.js', 'fetch-node.js'])(
    '%s parses on Node 12',
    (name) => {
      const source = readFileSync(join(root, 'bin', name), 'utf8').replace(/^#!.*/, '');
      const forNode = (target: string) => transformSync(`${name}.js`, source, { target });
      expect(forNode('node12.22')).toEqual(forNode('esnext'));
      expect(forNode('node12.22').errors).toEqual([]);
    },
  );

  test.runIf(pinnedNodeIsHere)('fetches the pinned Node once, checks it and passes the exit code on', () => {
    const first = start(['seven'], deliversTheRealNode);
    expect(first.stderr).toContain('Fetching Node 24.21.0 once');
    expect(first.stdout).toContain('bundle seven');
    expect(first.status).toBe(7);
    expect(readdirSync(join(folder, 'node'))).toEqual([`24.21.0-${process.arch}`]);

    const second = start(['seven'], 'exit 1');
    expect(second.stderr).toBe('');
    expect(second.status).toBe(7);
  });

  test.runIf(pinnedNodeIsHere)('passes signals on, and dies by the signal the wizard died by', async () => {
    start(['seven'], deliversTheRealNode);
    const child = spawn(NODE, ['-e', asOldNode(['wait'])], { env: environment('exit 1') });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGTERM');
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(9);
    expect(start(['die'], 'exit 1').signal).toBe('SIGTERM');
    const killed = start(['killed'], 'exit 1');
    expect(killed.signal).toBe('SIGKILL');
    expect(killed.stderr).toMatch(/ended by SIGKILL/);
  });

  describe('whoever started it, and however', () => {
    const report = (surroundings: string) => {
      writeFileSync(
        join(folder, 'dist/otto-install.mjs'),
        `import { writeFileSync, statSync } from 'node:fs';
         writeFileSync('${folder}/made', '');
         console.log(JSON.stringify({ mode: (statSync('${folder}/made').mode & 0o777).toString(8), env: process.env }));`,
      );
      return spawnSync('sh', ['-c', `${surroundings} exec '${NODE}' '${folder}/bin/otto-install'`], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', HOME: '/root', TERM: 'xterm', OTTO_DOMAIN: 'otto.example.com' },
      });
    };

    test('what it makes is never writable by others', () => {
      expect(JSON.parse(report('umask 000;').stdout).mode).toBe('644');
    });

    test('of the environment only what is needed is taken over', () => {
      const { env } = JSON.parse(
        report('export npm_config_registry=http://x PYTHONPATH=/home/cleo LD_LIBRARY_PATH=/x GIT_DIR=/x;')
          .stdout,
      );
      expect(env).toMatchObject({ HOME: '/root', TERM: 'xterm', OTTO_DOMAIN: 'otto.example.com' });
      for (const name of ['npm_config_registry', 'PYTHONPATH', 'LD_LIBRARY_PATH', 'GIT_DIR'])
        expect(env).not.toHaveProperty(name);
      if (process.getuid?.() === 0) expect(env.PATH).toMatch(/^\/usr\/local\/sbin:/);
    });

    test('closed standard descriptors do not become files that it opens', () => {
      const { stdout, status } = report('exec 3>&1; sh -c \'exec "$@" <&- 2>&-\' _ true;');
      expect(status).toBe(0);
      expect(JSON.parse(stdout).mode).toBe('644');
      const closed = spawnSync('sh', ['-c', `exec '${NODE}' '${folder}/bin/otto-install' <&- >&- 2>&-`]);
      expect(closed.status).toBe(0);
      expect(readFileSync(join(folder, 'made'), 'utf8')).toBe('');
    });
  });

  describe.runIf(process.getuid?.() === 0)('npx as root', () => {
    const { npxProblem } = createRequire(import.meta.url)(join(root, 'bin/surroundings.js'));
    const byNpx = { npm_command: 'exec' };

    test('in a folder below which another user can write is refused, with the way that is safe', () => {
      const home = join(folder, 'home');
      mkdirSync(join(home, 'deeper'), { recursive: true });
      // The test's own folder lies below /tmp, where anybody may make a node_modules.
      expect(npxProblem(byNpx, 0, '/root')).toBeUndefined();
      expect(npxProblem(byNpx, 0, '/')).toBeUndefined();
      expect(npxProblem(byNpx, 0, folder)).toMatch(/another user can write in \/tmp/);
      chownSync(home, 12_345, 12_345);
      expect(npxProblem(byNpx, 0, join(home, 'deeper'))).toMatch(/home, and|home\./);
      expect(npxProblem(byNpx, 0, home)).toMatch(/cd \/ && npx -y otto-install/);
    });

    test('is said before anything is done, with exit code 2', () => {
      const { status, stderr, stdout } = spawnSync(NODE, [join(folder, 'bin/otto-install'), 'seven'], {
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin', npm_command: 'exec', INIT_CWD: '/tmp' },
      });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      expect(stderr).toMatch(/Nothing was done/);
    });

    test('started otherwise, and by another user, is none of its business', () => {
      expect(npxProblem({}, 0, '/tmp')).toBeUndefined();
      expect(npxProblem(byNpx, 1000, '/tmp')).toBeUndefined();
    });

    test('a folder name cannot write on the terminal', () => {
      const odd = join(folder, 'a\u001b]0;x\u0007');
      mkdirSync(odd);
      expect(npxProblem(byNpx, 0, odd)).not.toContain('\u001b');
    });
  });

  test.each([
    [
      'a binary that is not the reviewed one',
      'mkdir -p "$bin" && echo other > "$bin/node"',
      /not the one that was reviewed/,
    ],
    ['no npm', undefined, /apt-get install npm/],
    [
      'no network',
      'echo "npm error code ENOTFOUND" >&2; exit 1',
      /could not be reached.*\nnpm error code ENOTFOUND/,
    ],
    ['a registry without it', 'echo "npm error code E404" >&2; exit 1', /does not have node-linux/],
    ['a full disk', 'echo "npm error code ENOSPC" >&2; exit 1', /disk is full/],
  ])('%s is explained, and nothing is left behind', (_name, npm, message) => {
    const { stderr, stdout, status } = start(['seven'], npm);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
    expect(stdout).toBe('');
    expect(status).toBe(69);
    if (existsSync(join(folder, 'node'))) expect(readdirSync(join(folder, 'node'))).toEqual([]);
  });

  test('a fetched Node that is still too old is not started again and again', () => {
    const { stderr, status } = spawnSync(NODE, ['-e', asOldNode([])], {
      encoding: 'utf8',
      env: { ...environment('exit 1'), OTTO_INSTALL_RELAUNCHED: '18.0.0' },
    });
    expect(stderr).toContain('too old: not started again');
    expect(status).toBe(69);
  });
});
