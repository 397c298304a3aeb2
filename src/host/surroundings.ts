import { resolve } from 'node:path';

/** Where the operator started us. A folder that was deleted under their shell has no name any more. */
const startedIn = (() => {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
})();

/**
 * Leaves the operator's folder, which may be anybody's, and sets the mask for new files, before anything else is done: what
 * we start takes over both. The environment of commands is made from nothing in `environment.ts`, and ours is cleaned by
 * the launcher (`bin/surroundings.js`).
 */
export function settle(): void {
  process.umask(0o022);
  process.chdir('/');
}

/** The whole path that an operator means by a relative one: from the folder that they started us in. '-' (stdin) stays. */
export function operatorPath(path: string): string {
  return path === '-' ? path : resolve(startedIn, path);
}
