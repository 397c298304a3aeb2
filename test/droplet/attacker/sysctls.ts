import { writeFileSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runRoot } from '../machine/paths.ts';
import { identify, isAlive, type ProcessId } from '../machine/processes.ts';
import type { Sysctls } from './flow.ts';

const NAMES = ['protected_hardlinks', 'protected_symlinks', 'protected_regular', 'protected_fifos'] as const;
const VALUES: Readonly<Record<Sysctls, readonly number[]>> = { on: [1, 1, 2, 1], off: [0, 0, 0, 0] };
const fileOf = (name: string): string => join('/proc/sys/fs', name);

/** What they were before, while a run has changed them: they are the machine's, and no namespace has its own. */
interface Before {
  readonly owner: ProcessId | undefined;
  readonly values: readonly number[];
}
/** Not in that folder itself, where each entry is a droplet. */
const RECORD = `${runRoot}-sysctls.json`;

/** Does something with the kernel's protections of links, files and pipes in folders for everybody on or off, and puts them back. */
export async function withSysctls<T>(wanted: Sysctls, work: () => Promise<T>): Promise<T> {
  await putBackLeftovers();
  const values = await Promise.all(
    NAMES.map(async (name) => Number((await readFile(fileOf(name), 'utf8')).trim())),
  );
  const before: Before = { owner: identify(process.pid), values };
  await writeFile(RECORD, JSON.stringify(before), { mode: 0o600 });
  const putBack = async () => {
    await set(values);
    await rm(RECORD, { force: true });
  };
  // A Ctrl-C ends this process while the work is still about to fail.
  const atExit = () => {
    for (const [index, name] of NAMES.entries()) writeFileSync(fileOf(name), `${values[index]}\n`);
  };
  process.on('exit', atExit);
  try {
    await set(VALUES[wanted]);
    return await work();
  } finally {
    process.off('exit', atExit);
    await putBack();
  }
}

/** Puts back what a run that was killed has left. */
export async function putBackLeftovers(): Promise<void> {
  const text = await readFile(RECORD, 'utf8').catch(() => undefined);
  if (text === undefined) return;
  const { owner, values } = JSON.parse(text) as Before;
  if (isAlive(owner) && owner?.pid !== process.pid)
    throw new Error(
      'another run of this scenario is at work on this machine: the kernel has these settings only once',
    );
  await set(values);
  await rm(RECORD, { force: true });
}

async function set(values: readonly number[]): Promise<void> {
  for (const [index, name] of NAMES.entries()) {
    await writeFile(fileOf(name), `${values[index]}\n`);
    const is = Number((await readFile(fileOf(name), 'utf8')).trim());
    if (is !== values[index])
      throw new Error(`fs.${name} cannot be set to ${values[index]} on this machine: it is ${is}`);
  }
}
