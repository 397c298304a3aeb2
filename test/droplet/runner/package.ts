import { fileURLToPath } from 'node:url';
import { must } from '../machine/shell.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Packs the wizard (`npm run package:npm`) and returns the tarball's path on this machine. */
export async function packWizard(): Promise<string> {
  const output = await must(['npm', 'run', '--silent', 'package:npm'], { cwd: root, timeoutMs: 5 * 60_000 });
  const path = output.trim().split('\n').at(-1) ?? '';
  if (!path.endsWith('.tgz'))
    throw new Error(`'npm run package:npm' did not print the path of a tarball: ${output}`);
  return path;
}
