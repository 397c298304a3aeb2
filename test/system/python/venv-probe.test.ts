import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PROBE, parseProbe } from '../../../src/system/python/venv.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'otto-probe-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A package as pip leaves it: what it says of itself, and the two files that are written last. */
async function installed(name: string, ...needs: readonly string[]): Promise<void> {
  const info = join(folder, `${name.replaceAll('-', '_')}-1.0.dist-info`);
  await mkdir(info);
  const lines = ['Metadata-Version: 2.1', `Name: ${name}`, 'Version: 1.0'];
  await writeFile(
    join(info, 'METADATA'),
    `${[...lines, ...needs.map((one) => `Requires-Dist: ${one}`)].join('\n')}\n`,
  );
  await writeFile(join(info, 'RECORD'), '');
  await writeFile(join(info, 'INSTALLER'), 'pip\n');
}

async function missing(): Promise<readonly string[] | undefined> {
  const child = promisify(execFile)('python3', ['-', 'otto-project', 'json', 'find'], {
    env: { ...process.env, PYTHONPATH: folder },
  });
  child.child.stdin?.end(PROBE);
  return parseProbe((await child).stdout)?.missing;
}

test('what a package needs for an extra that nobody asked for is not missing', async () => {
  await installed(
    'otto-project',
    'otto-plain>=1',
    `otto-other ; extra == 'other'`,
    'otto-windows ; sys_platform == "win32"',
    'otto-either ; extra == "other" or python_version >= "3"',
  );
  expect(await missing()).toEqual(['otto-plain', 'otto-either']);
});

test('what is asked for with an extra is looked for with it, however it is written', async () => {
  await installed('otto-project', 'otto-web[Fast_Mode]', 'otto-plain');
  await installed('otto-plain');
  await installed('otto-web', 'otto-quick ; extra == "fast-mode"', 'otto-slow ; extra == "slow"');
  expect(await missing()).toEqual(['otto-quick']);
});

test('healthy: all of it is there', async () => {
  await installed('otto-project', 'otto-plain');
  await installed('otto-plain', 'otto-test ; extra == "test"');
  expect(await missing()).toEqual([]);
});
