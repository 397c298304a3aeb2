import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reveal } from '../../../src/secret/secret.ts';
import { template } from '../../../src/system/templates.ts';

/** templates/recreate-container.sh over a docker of a few lines: a container is a file with what it is in it. */

const DOCKER = `#!/bin/sh
here() { [ -e "$STATE/$1" ]; }
case $1 in
inspect)
  for name; do :; done
  here "$name" || exit 1
  [ "$2" != -f ] || cat "$STATE/$name.restarts" 2>/dev/null || echo 0 ;;
stop) echo stopped >"$STATE/$4" ;;
start) echo old-running >"$STATE/$2" ;;
rename) mv "$STATE/$2" "$STATE/$3" ;;
update) here "$4" ;;
rm) rm -f "$STATE/$3" ;;
network)
  for name; do :; done
  [ -z "$ALREADY" ] || { echo "endpoint with name $name already exists in network $3" >&2; exit 1; }
  [ -z "$LOST" ] || { echo 'network proxy not found' >&2; exit 1; }
  echo "$*" >"$STATE/$name.networks" ;;
logs) echo 'the last words of the new one' ;;
run)
  [ -z "$REFUSES" ] || { echo 'port is already allocated' >&2; exit 125; }
  echo "$NEW" >"$STATE/otto"
  [ "$NEW" = new-good ] || echo 5 >"$STATE/otto.restarts" ;;
esac`;
const CURL = '#!/bin/sh\ngrep -qE "good|old-running" "$STATE/otto" 2>/dev/null && echo \'{"status":true}\'';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'recreate-'));
  mkdirSync(join(folder, 'bin'));
  mkdirSync(join(folder, 'state'));
  for (const [name, text] of [
    ['docker', DOCKER],
    ['curl', CURL],
  ] as const) {
    writeFileSync(join(folder, 'bin', name), text);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
});
afterEach(() => rmSync(folder, { recursive: true }));

function recreate(containers: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}) {
  for (const [name, text] of Object.entries(containers)) writeFileSync(join(folder, 'state', name), text);
  const words = ['-s', '--', 'otto', '5', 'http://x/health', '"status":true', 'always', '-d', 'image'];
  const { status, stdout } = spawnSync('sh', words, {
    input: reveal(
      template('recreate-container.sh', { networks: 'join --alias chat proxy otto || return 1' }),
    ),
    env: {
      PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
      STATE: join(folder, 'state'),
      NEW: 'new-good',
      ...env,
    },
    encoding: 'utf8',
  });
  const left = readdirSync(join(folder, 'state')).filter((name) => !/\.(restarts|networks)$/.test(name));
  const state = left.map((name) => `${name} ${readFileSync(join(folder, 'state', name), 'utf8').trim()}`);
  const joined = existsSync(join(folder, 'state', 'otto.networks'));
  return { status, stdout, state, joined };
}

test.each<[string, Record<string, string>]>([
  ['in the place of one that runs', { otto: 'old-running' }],
  ['where an attempt was cut off before the new one was made', { 'otto-before': 'stopped' }],
  [
    'where an attempt was cut off with a new one that does not work',
    { otto: 'new-bad', 'otto-before': 'stopped' },
  ],
  ['where an attempt was cut off with a new one that works', { otto: 'good', 'otto-before': 'stopped' }],
  ['where there is none', {}],
])('the new one is there, and it alone: %s', (_, containers) => {
  expect(recreate(containers)).toMatchObject({ status: 0, state: ['otto new-good'] });
});

test.each([
  [
    'the new one does not answer',
    { NEW: 'new-bad' },
    /last words of the new one[\s\S]*did not answer. The container from before runs again/,
  ],
  ['the new one cannot be made', { REFUSES: '1' }, /could not be made. The container from before runs again/],
])('%s: the old one comes back', (_, env, words) => {
  const { status, stdout, state } = recreate({ otto: 'old-running' }, env);
  expect([status, state]).toEqual([1, ['otto old-running']]);
  expect(stdout).toMatch(words);
});

test.each([
  ['connected', {}, true],
  ['connected already, by an attempt that was cut off', { ALREADY: 'yes' }, false],
])('the new one is in the further networks of the old one: %s', (_, env, joined) => {
  expect(recreate({ otto: 'old-running' }, env)).toMatchObject({
    status: 0,
    state: ['otto new-good'],
    joined,
  });
});

test('a network that is gone: the old one comes back', () => {
  const { status, stdout, state } = recreate({ otto: 'old-running' }, { LOST: 'yes' });
  expect([status, state]).toEqual([1, ['otto old-running']]);
  expect(stdout).toMatch(/network proxy not found[\s\S]*The container from before runs again/);
});
