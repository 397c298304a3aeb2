import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What scripts/build.mjs made: which of its files a start reads. */

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));

/** Tells on stderr which files are loaded, and makes any machine one that can hold an Otto: root's, with systemd. */
const PRELOAD = `
  import fs from 'node:fs';
  import { registerHooks, syncBuiltinESMExports } from 'node:module';
  const { existsSync } = fs;
  fs.existsSync = (path) => path === '/run/systemd/system' || existsSync(path);
  syncBuiltinESMExports();
  process.getuid = () => 0;
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) process.stderr.write('loaded ' + url.replace(/^.*\\//, '') + '\\n');
      return next(url, context);
    },
  });`;

/** The bundle's files that a start with these words loads. They end at a file that is not there, before anything is looked at. */
function loadedBy(...words: string[]): readonly string[] {
  const preload = `data:text/javascript,${encodeURIComponent(PRELOAD)}`;
  const args = ['--import', preload, `${dist}otto-install.mjs`, ...words];
  const { stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    timeout: 30_000,
  });
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('loaded '))
    .map((line) => line.replace('loaded ', ''));
}

const NOWHERE = ['--answers', '/nonexistent/answers.yaml'];

/** The one file of the bundle that holds a text of the source. */
function fileWith(text: string): string {
  const names = readdirSync(dist).filter((name) => name.endsWith('.mjs'));
  const holding = names.filter((name) => readFileSync(`${dist}${name}`, 'utf8').includes(text));
  expect(holding).toHaveLength(1);
  return holding[0] ?? '';
}

// By words of src/rehearsal/host.ts, of Ink and of execa.
const rehearsal = () => fileWith('The rehearsal cannot talk to this command');
const screens = () => fileWith('.INK_SCREEN_READER');
const processes = () => fileWith('extendEnv');

test('a start on this machine reads neither the rehearsal nor the screens', () => {
  for (const words of [
    ['status', ...NOWHERE],
    ['install', '--yes', ...NOWHERE],
    ['check', '--list'],
    ['--version'],
  ]) {
    const loaded = loadedBy(...words);
    expect(loaded).toContain('otto-install.mjs');
    expect(loaded).not.toContain(rehearsal());
    expect(loaded).not.toContain(screens());
  }
  expect(loadedBy('status', ...NOWHERE)).toContain(processes());
});

test('--rehearse reads the rehearsal, and nothing of this machine’s processes', () => {
  const loaded = loadedBy('install', '--rehearse', ...NOWHERE);
  expect(loaded).toContain(rehearsal());
  expect(loaded).not.toContain(processes());
});

test('processes work with what is left of execa in the bundle', () => {
  const script = `
    const { LocalHost } = await import('${dist}${processes()}');
    const host = new LocalHost();
    const said = [];
    const cat = await host.exec(['sh', '-c', 'cat; echo two >&2; exit 3'], {
      input: 'one', timeoutMs: 10_000, onLine: (line) => said.push(line),
    });
    const none = await host.exec(['/nonexistent/program'], { timeoutMs: 10_000 });
    const slow = await host.exec(['sleep', '60'], { timeoutMs: 200 });
    console.log(JSON.stringify({ cat, none, slow, said: said.toSorted() }));`;
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 30_000 });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    cat: { exitCode: 3, stdout: 'one', stderr: 'two\n', timedOut: false },
    none: { exitCode: 127, stderr: '/nonexistent/program: command not found' },
    slow: { timedOut: true },
    said: ['one', 'two'],
  });
});
