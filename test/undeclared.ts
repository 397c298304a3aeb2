import type { Action } from '../src/engine/contracts/action.ts';
import { reveal } from '../src/secret/secret.ts';

/**
 * Judged by the words of commands and programs, which the program itself must never do: what plainly installs or creates
 * something has to declare it, or an uninstall does not know of it.
 */
const CREATES: readonly RegExp[] = [
  /^apt-get .*\binstall\b.* [a-z]/,
  /^docker (pull|run|create|tag|network create|volume create) /,
  /\/images\/create\?/,
  /^(useradd|groupadd|mkdir|fallocate|ln|systemd-run) /,
  /^install .*-d /,
  /^npm install /,
  /^cp -a /,
  /^\S*git clone /,
  /^\S*python\S* (-\S+ )*-m venv /,
  /^\S*python\S* (-\S+ )*-m pip install /,
  /^certbot (run|certonly) (?!.*--dry-run)/,
  /^ufw (--force )?(insert \d+ )?allow /,
  /\bauth login\b/,
];

/** Programs that come on stdin, and are given the words of a `docker run`. */
const CREATES_INSIDE = /\bdocker run\b|["']docker["'], ["']run["']/;

/** `docker run --rm` leaves nothing; nor does what only asks. */
const LEAVES_NOTHING =
  /^docker run .*--rm\b|^apt-get .*--fix-broken(?!.*--reinstall)|^certbot \S+ .*--dry-run/;

/** Whether the words of an action say that it makes something; without looking at what it declares. */
export function createsSomething(action: Action): boolean {
  if (action.kind === 'write-file') return false;
  const line = action.argv.join(' ');
  if (LEAVES_NOTHING.test(line)) return false;
  if (CREATES.some((pattern) => pattern.test(line))) return true;
  const input = action.kind === 'run' && action.input !== undefined ? reveal(action.input) : '';
  return /^(sh|bash|python3) .* --name /.test(line) && CREATES_INSIDE.test(input);
}

/** Throws for the first action that makes something and does not say so. */
export function refuseUndeclared(actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.kind === 'write-file') {
      if (action.proof !== undefined) refuseUndeclared([action.proof].flat());
      continue;
    }
    if ((action.makes ?? []).length === 0 && createsSomething(action))
      throw new Error(`"${action.purpose}" declares nothing, and makes something: ${action.argv.join(' ')}`);
  }
}
