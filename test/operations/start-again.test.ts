import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startAgain } from '../../src/operations/container-steps.ts';

/** The program that starts a container that was stopped, with a docker and a systemctl of the test's own, which note what is asked. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'containers-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const NOTES = `#!/bin/sh
cd "$(dirname "$0")"
case "$*" in
  "container inspect"*) cat running; exit ;;
  "version "*) exit ;;
  "ps "*) cat others 2>/dev/null; exit ;;
esac
echo "$(basename "$0") $*" >>asked
case "$1" in
  stop) exit "$(cat stops 2>/dev/null || echo 0)" ;;
  start) if [ -e taken ]; then rm taken; echo 'Bind for 127.0.0.1:8080 failed: port is already allocated'; exit 1; fi ;;
esac
`;

async function asked(files: Readonly<Record<string, string>>): Promise<readonly [number, readonly string[]]> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  for (const program of ['docker', 'systemctl']) {
    await writeFile(join(folder, program), NOTES);
    await chmod(join(folder, program), 0o755);
  }
  const { argv, input } = startAgain('web', 'Start');
  const [program = '', ...args] = argv;
  const code = await new Promise<number>((resolve) => {
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const child = execFile(program, args, { env }, (error) => resolve(Number(error?.code ?? 0)));
    child.stdin?.end(String(input));
  });
  const notes = await readFile(join(folder, 'asked'), 'utf8');
  return [code, notes.trim().split('\n')];
}

test.each<[string, Readonly<Record<string, string>>, number, readonly string[]]>([
  ['one that is stopped is started', { running: 'false' }, 0, ['docker start web']],
  [
    'one that runs may be stopping, since whoever asked for that was killed: it is stopped to its end first',
    { running: 'true' },
    0,
    ['docker stop -t 60 web', 'docker start web'],
  ],
  [
    'one that cannot be stopped is not called started',
    { running: 'true', stops: '1' },
    1,
    ['docker stop -t 60 web'],
  ],
  [
    'a port that a power cut has left taken is freed',
    { running: 'false', taken: '' },
    0,
    ['docker start web', 'systemctl restart docker', 'docker start web'],
  ],
  [
    'with Otto’s own beside it, by label or by what is in them, too',
    {
      ...{ running: 'false', taken: '' },
      others:
        'a x open-webui\nb ghcr.io/paperclipai/paperclip:latest \nweb ghcr.io/open-webui/open-webui:main \n',
    },
    0,
    ['docker start web', 'systemctl restart docker', 'docker start web'],
  ],
  [
    'but not by stopping what is somebody else’s',
    { running: 'false', taken: '', others: 'shop nginx:1 \nweb ghcr.io/open-webui/open-webui:main \n' },
    1,
    ['docker start web'],
  ],
])('%s', async (_, files, code, calls) => {
  expect(await asked(files)).toEqual([code, calls]);
});
