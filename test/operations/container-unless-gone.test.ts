import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceContainer } from '../../src/operations/container-steps.ts';

/** The program that takes a container's change back, with a docker of the test's own: containers are files in a folder. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'containers-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const DOCKER = `#!/bin/sh
cd "$(dirname "$0")"
case "$1 $2" in
  "version --format") [ ! -e down ] ;;
  "container inspect") [ ! -e down ] && [ -e "is-$3" ] ;;
  "rm -f") rm -- "is-$3" ;;
  stop*) echo stopped >>"is-$4" ;;
  rename*) [ ! -e "is-$3" ] && mv -- "is-$2" "is-$3" ;;
esac
`;

async function there(...names: readonly string[]) {
  await writeFile(join(folder, 'docker'), DOCKER);
  await chmod(join(folder, 'docker'), 0o755);
  // A minute of waiting for Docker is over at once.
  await writeFile(join(folder, 'sleep'), '#!/bin/sh\n');
  await chmod(join(folder, 'sleep'), 0o755);
  for (const name of names) await writeFile(join(folder, name), '');
}

const left = async () => (await readdir(folder)).filter((name) => name.startsWith('is-')).sort();

function run(argv: readonly string[], input: string): Promise<number> {
  return new Promise((resolve) => {
    const env = { PATH: `${folder}:/usr/bin:/bin` };
    const [program = '', ...args] = argv;
    const child = execFile(program, args, { env }, (error) => resolve(Number(error?.code ?? 0)));
    child.stdin?.end(input);
  });
}

/** Takes both steps back, as the engine does: the last one first. */
async function takenBack(): Promise<readonly number[]> {
  const steps = replaceContainer('web', ['image'], { aside: 'Aside', start: 'Start' });
  const codes: number[] = [];
  for (const { undo } of [...steps].reverse()) {
    if (undo === undefined || !('input' in undo)) throw new Error('no program');
    codes.push(await run(undo.argv, String(undo.input)));
  }
  return codes;
}

test('the old one gets its name back, and the new one goes', async () => {
  await there('is-web', 'is-web-before');
  await writeFile(join(folder, 'is-web-before'), 'old');
  expect([await takenBack(), await left()]).toEqual([[0, 0], ['is-web']]);
});

test('rolled back twice, because it could not be noted the first time: the old one stays', async () => {
  await there('is-web', 'is-web-before');
  await takenBack();
  expect([await takenBack(), await left()]).toEqual([[0, 0], ['is-web']]);
});

test('a new one that was never made, and an old one that was never set aside', async () => {
  await there('is-web-before');
  expect([await takenBack(), await left()]).toEqual([[0, 0], ['is-web']]);
  expect([await takenBack(), await left()]).toEqual([[0, 0], ['is-web']]);
});

test('a Docker that does not answer is no Docker without containers', async () => {
  await there('is-web', 'is-web-before', 'down');
  expect([await takenBack(), await left()]).toEqual([
    [1, 1],
    ['is-web', 'is-web-before'],
  ]);
});
