import { appendFileSync } from 'node:fs';
import type { Action } from '../src/engine/contracts/action.ts';
import type { Effect } from '../src/engine/contracts/effect.ts';
import type { Finding } from '../src/engine/contracts/task.ts';
import { reveal } from '../src/secret/secret.ts';
import { EFFECTS_OF_OPERATIONS } from './operations/effects-of-operations.ts';
import { EFFECTS_OF_FIXES } from './tasks/effects-of-fixes.ts';

/**
 * Judged by the words of commands and programs, which the program itself must never do: what plainly opens, stops, deletes,
 * replaces or leads elsewhere has to say so, and whose that is, or the engine cannot ask before it is done to somebody else's.
 */
const HARMS: readonly RegExp[] = [
  /^systemctl (--user )?(stop|restart|disable|mask|kill|isolate) /,
  /^docker (stop|kill|restart|pause|rm|rmi|rename|network (disconnect|rm)|volume rm|\S+ prune) /,
  /^(kill|pkill|shutdown|reboot) /,
  /^(rm|rmdir|unlink|shred|truncate) /,
  /^mv /,
  /^sed .*--in-place/,
  /^ufw (--force )?(insert \d+ )?(allow|limit|delete|disable|reset|default)\b/,
  /^\/usr\/lib\/ufw\/ufw-init flush-all/,
  /^(userdel|groupdel|gpasswd|deluser) /,
  /^usermod .*--(home|shell)/,
  /^certbot (delete|revoke) /,
  /^apt-get (\S+ )*(remove|purge|autoremove|clean)\b/,
  /^snap (stop|remove) /,
  /^\S*python\S* (-\S+ )*-m venv .*--clear/,
  /^\S*git .*\b(reset|checkout|clean|stash)\b/,
  /^\S*git .* remote set-url /,
];

/** Programs that come on stdin. */
const HARMS_INSIDE =
  /\bdocker (stop|rm|kill|rename)\b|["']docker["'], ["'](stop|rm|kill|rename)["']|^\s*kill /m;

function harmsSomething(action: Action): boolean {
  if (action.kind === 'write-file') return false;
  const line = action.argv.join(' ');
  if (HARMS.some((pattern) => pattern.test(line))) return true;
  const input = action.kind === 'run' && action.input !== undefined ? reveal(action.input) : '';
  return /^(sh|bash|python3) /.test(line) && HARMS_INSIDE.test(input);
}

/** Throws for the first action that does something to the world and does not say so. An empty list says that it does nothing. */
export function refuseUnsaid(actions: readonly Action[]): void {
  for (const action of actions) {
    if (action.kind === 'write-file') {
      refuseUnsaid([action.proof ?? [], action.afterPutBack ?? []].flat());
      continue;
    }
    if (action.effects === undefined && harmsSomething(action))
      throw new Error(
        `"${action.purpose}" does not say what it does to the world, and to whose: ${action.argv.join(' ')}`,
      );
  }
}

/** What a fix does to the world: 'stops found-as', 'opens nobody'. */
export const effectsOf = (actions: readonly Action[]): readonly string[] => [
  ...new Set(
    actions.flatMap(({ effects = [] }) => effects.map(({ does, whose }: Effect) => `${does} ${whose.by}`)),
  ),
];

/** Throws for a fix that does something to what nobody has shown to be Otto's, and has no words of its own for it. */
export function refuseUnasked(findings: readonly Finding[]): void {
  for (const { code, fixes } of findings)
    for (const { id, consequence, actions } of fixes) {
      const foreign = effectsOf(actions).filter((one) => one.endsWith(' nobody'));
      if (consequence === undefined && foreign.length > 0)
        throw new Error(`${code}, ${id}: ${foreign.join(', ')}, and has no consequence`);
    }
}

/** What fixes do to the world, as test/tasks/effects-of-fixes.ts lists it: 'stops found-as', 'opens nobody'. */
export const listed = (code: string, id: string): readonly string[] | undefined =>
  EFFECTS_OF_FIXES[code]?.[id];

/** Throws for a fix that is not in the list, or that does what the list does not say of it. */
export function refuseUnlisted(findings: readonly Finding[]): void {
  for (const { code, fixes } of findings)
    for (const { id, actions } of fixes) {
      if (process.env.OTTO_RECORD_EFFECTS)
        appendFileSync(
          process.env.OTTO_RECORD_EFFECTS,
          `${JSON.stringify([code, id, effectsOf(actions)])}\n`,
        );
      else if (
        !effectsOf(actions).every((one) => listed(code, id)?.includes(one)) ||
        listed(code, id) === undefined
      )
        throw new Error(
          `test/tasks/effects-of-fixes.ts does not say of ${code}, ${id}: ${effectsOf(actions).join(', ') || 'nothing'}`,
        );
    }
}

/** Throws for a plan that does what the list does not say of that operation. */
export function refuseUnlistedSteps(operation: string, actions: readonly Action[]): void {
  const effects = effectsOf(actions.flatMap(withProof));
  if (process.env.OTTO_RECORD_EFFECTS) {
    appendFileSync(process.env.OTTO_RECORD_EFFECTS, `${JSON.stringify(['operation', operation, effects])}\n`);
    return;
  }
  const known = EFFECTS_OF_OPERATIONS[operation];
  const unlisted = effects.filter((one) => known?.includes(one) !== true);
  if (known === undefined || unlisted.length > 0)
    throw new Error(
      `test/operations/effects-of-operations.ts does not say of ${operation}: ${unlisted.join(', ') || 'nothing'}`,
    );
}

const withProof = (action: Action): readonly Action[] =>
  action.kind === 'write-file'
    ? [action, ...[action.proof ?? [], action.afterPutBack ?? []].flat()]
    : [action];
