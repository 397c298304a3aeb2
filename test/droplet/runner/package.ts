import { fileURLToPath } from 'node:url';
import { must } from '../machine/shell.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes the one file for this machine's architecture and returns its path here. */
export async function packRunFile(): Promise<string> {
  await packWizard();
  const words = ['scripts/run-file.mjs', process.arch];
  return (await must([process.execPath, ...words], { cwd: root, timeoutMs: 20 * 60_000 })).trim();
}

/** Packs the wizard (`npm run package:npm`) and returns the tarball's path on this machine. */
export async function packWizard(): Promise<string> {
  const output = await must(['npm', 'run', '--silent', 'package:npm'], { cwd: root, timeoutMs: 5 * 60_000 });
  const path = output.trim().split('\n').at(-1) ?? '';
  if (!path.endsWith('.tgz'))
    throw new Error(`'npm run package:npm' did not print the path of a tarball: ${output}`);
  return path;
}
