import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { policyAsBefore, removeIfThere, startAgain } from '../../../src/operations/container-steps.ts';
import { reveal } from '../../../src/secret/secret.ts';

/** The programs that take something of a container back, with a docker that is being restarted and is there from the third question on. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unless-gone-'));
  const docker = `echo "$*" >>${folder}/asked
[ "$(grep -c version ${folder}/asked)" -ge 3 ] || { echo "Cannot connect to the Docker daemon" >&2; exit 1; }`;
  for (const [name, program] of [
    ['docker', docker],
    ['sleep', 'exit 0'],
  ] as const) {
    await writeFile(join(folder, name), `#!/bin/sh\n${program}\n`);
    await chmod(join(folder, name), 0o755);
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function run(action: ReturnType<typeof removeIfThere>) {
  if (action.kind !== 'run') throw new Error('it is no command');
  const [file, ...args] = action.argv;
  const exitCode = await new Promise<number>((resolve) => {
    const child = execFile(file, args, { env: { PATH: `${folder}:/usr/bin:/bin` } }, (error) =>
      resolve(Number(error?.code ?? 0)),
    );
    child.stdin?.end(reveal(action.input ?? ''));
  });
  const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
  return {
    exitCode,
    last: asked.at(-1),
    versions: asked.filter((line) => line.startsWith('version')).length,
  };
}

test.each([
  ['a container is removed', removeIfThere('web', 'Remove it'), 'rm -f web'],
  [
    'a container starts by itself again',
    policyAsBefore('web', 'always', 'Let it'),
    'update --restart always web',
  ],
  ['a container is started again', startAgain('web', 'Start it'), 'start web'],
])('when Docker is back from a restart %s', async (_, action, last) => {
  expect(await run(action)).toEqual({ exitCode: 0, last, versions: 3 });
});
