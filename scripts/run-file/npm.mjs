// npm as it is published, for the one file: on a server without npm the Claude CLI is fetched with it, so that the distribution's
// 400 packages stay away. It is kept as a tarball, since it is used once.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

/** Of these two, and what `npm view npm@VERSION engines.node` says, must fit bin/runtime.js's Node. */
export const NPM_VERSION = '12.2.2';
export const NPM_INTEGRITY =
  'sha512-KglgbZyacf7jH+FHuNRqVuCzQi8VhI2a7J87Ix43FsPTuZoGWmIXXGdZtBUOA79vwL+IJREqURVzupA7PsQTcA==';

const integrityOf = (file) => `sha512-${createHash('sha512').update(readFileSync(file)).digest('base64')}`;

/** The path of its tarball. Fetched once and kept in node_modules/.cache; compared every time. */
export async function npmTarball(root) {
  const cache = join(root, 'node_modules/.cache/otto-install');
  const kept = join(cache, `npm-${NPM_VERSION}.tgz`);
  if (existsSync(kept) && integrityOf(kept) === NPM_INTEGRITY) return kept;
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'fetching-'));
  try {
    const { stdout } = await execa('npm', [
      'pack',
      '--json',
      '--pack-destination',
      temporary,
      `npm@${NPM_VERSION}`,
    ]);
    const tarball = join(temporary, JSON.parse(stdout)[0].filename);
    const found = integrityOf(tarball);
    if (found !== NPM_INTEGRITY)
      throw new Error(
        `npm@${NPM_VERSION} has ${found}, and scripts/run-file/npm.mjs expects ${NPM_INTEGRITY}`,
      );
    renameSync(tarball, kept);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return kept;
}
