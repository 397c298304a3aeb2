import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** The program that waits for a container, with a docker and a curl of the test's own in its PATH. */

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wait-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Container {
  readonly status?: string;
  readonly restarts?: number;
  /** Shell that prints its log; $n counts how often it was asked. */
  readonly log?: string;
  /** Shell that answers over HTTP. */
  readonly answer?: string;
  readonly patience?: number;
}

const COUNT = `n=$(($(cat "$0.n" 2>/dev/null || echo 0) + 1)); echo $n >"$0.n"`;

async function wait({
  status = 'running',
  restarts = 0,
  log = 'true',
  answer = 'exit 7',
  patience = 2,
}: Container) {
  const programs = {
    docker: `case "$*" in
      *RestartCount*) echo "${status} ${restarts} 2026-11-22T12:00:00Z $$ false" ;;
      *State.ExitCode*) echo 3 ;;
      *State.Health*) echo unhealthy ;;
      logs*) ${COUNT}; ${log} ;;
    esac`,
    curl: `${COUNT}; ${answer}`,
  };
  for (const [name, program] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${program}\n`);
    await chmod(join(folder, name), 0o755);
  }
  const script = new URL('../../templates/wait-for-answer.sh', import.meta.url).pathname;
  const words = [
    'web',
    'http://x/health',
    '"ok"',
    String(patience),
    'Running upgrade ',
    'Started',
    'Web',
    join(folder, 'data'),
  ];
  return new Promise<{ code: number; stdout: string }>((resolve) => {
    const env = { PATH: `${folder}:${process.env.PATH ?? ''}` };
    execFile('sh', [script, ...words], { env }, (error, stdout) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

const last = (stdout: string) => stdout.trim().split('\n').at(-1);

test('one that answers is waited for no longer', async () => {
  const { code, stdout } = await wait({ answer: `[ $n -ge 2 ] && echo '"ok"'` });
  expect([code, last(stdout)]).toEqual([0, expect.stringMatching(/^Web answers, after \d s$/)]);
});

test('one that ends again and again is given up at once, with the words of its traceback', async () => {
  const log = `printf 'Traceback\\nRuntimeError: duplicate emails exist: bob (x2)\\nERROR: Application startup failed.\\n'`;
  const { code, stdout } = await wait({ restarts: 3, log, patience: 60 });
  expect([code, last(stdout)]).toEqual([
    1,
    'Web ended by itself and was started again 3 times. Its log says: RuntimeError: duplicate emails exist: bob (x2)',
  ]);
});

test('one that ended and is not started again is given up at once', async () => {
  const { code, stdout } = await wait({ status: 'exited', log: 'echo no such file', patience: 60 });
  expect([code, last(stdout)]).toEqual([
    1,
    'Web ended by itself, with exit code 3. Its log says: no such file',
  ]);
});

test('one that neither answers nor says anything new is given up after the patience', async () => {
  const { code, stdout } = await wait({ log: 'echo starting' });
  expect([code, last(stdout)]).toEqual([
    1,
    'Web does not answer, and has said nothing new for 2 seconds (health: unhealthy). Its log says: starting',
  ]);
});

test('one that only goes on logging is given up later', async () => {
  const { code, stdout } = await wait({ log: 'seq "$n"', patience: 1 });
  expect([code, last(stdout)]).toEqual([1, expect.stringContaining('goes on logging')]);
});

test('one that changes its database gets all the time it needs', async () => {
  const log = `echo 'Running upgrade a -> b'`;
  const { code, stdout } = await wait({ log, patience: 1, answer: `[ $n -ge 6 ] && echo '"ok"'` });
  expect([code, stdout]).toEqual([0, expect.stringContaining('Running upgrade a -> b')]);
  // Once it has gone on, the usual patience counts again.
  const after = await wait({ log: `${log}; echo Started server`, patience: 1, answer: 'exit 7' });
  expect(after.code).toBe(1);
});
