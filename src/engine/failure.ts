import type { ExecResult } from '../host/host.ts';
import { redactUntrusted } from '../secret/masking.ts';
import { shortened } from '../text/shortened.ts';
import type { Command, KnownFailure } from './contracts/action.ts';
import type { ActionView } from './contracts/action-view.ts';
import type { FailureView } from './contracts/event.ts';

/** How many of its last lines are shown of a command that failed. */
const TAIL_LINES = 20;
/** A line of them is no longer than this. */
const LONGEST_LINE = 500;
/** An error may quote all that a program printed. */
const LONGEST_REASON = 1_000;

/** Failures that can happen to any command. */
const ANY_COMMAND: readonly KnownFailure[] = [
  {
    pattern: 'No space left on device|Disk quota exceeded|ENOSPC|the disk is full|the disk quota is used up',
    reason: 'The disk is full.',
    next: 'df -h shows what is full, and df -i where there is room but no inode for one more file; journalctl --vacuum-size=200M and apt-get clean free some space. Then look again.',
  },
  {
    pattern: 'Read-only file system|the file system is read-only',
    reason: 'The disk is read-only: Linux makes it so after disk errors.',
    next: 'journalctl -k -n 50 shows the errors. Restart the machine to have it check its disk.',
  },
  {
    pattern: '^\\S+: command not found$',
    reason: 'This program is not installed, or not in the search path.',
    next: 'The line names it. Install it, then look again.',
  },
];

/** Why a command did not succeed; undefined when it did. `lines` is what it printed, in order. */
export function failureOfRun(
  run: Command,
  result: ExecResult,
  lines: readonly string[],
  view: ActionView,
): FailureView | undefined {
  if (!result.timedOut && (run.succeedsWith ?? [0]).includes(result.exitCode)) return undefined;
  const printed = `${result.stdout}\n${result.stderr}`;
  const known = [...(run.knownFailures ?? []), ...ANY_COMMAND].find(({ pattern }) =>
    matches(pattern, printed),
  );
  return {
    action: view,
    exitCode: result.exitCode,
    timedOut: result.timedOut,
    tail: tailOf(lines.length > 0 ? lines : printed.split('\n')),
    ...explain(known, run, result),
  };
}

function explain(
  known: { readonly reason: string; readonly next: string } | undefined,
  run: Command,
  result: ExecResult,
): Pick<FailureView, 'reason' | 'next'> {
  if (known !== undefined) return { reason: known.reason, next: known.next };
  if (result.timedOut)
    return { reason: `It was still running after ${duration(run.timeoutMs)}, so otto-install stopped it.` };
  if (result.exitCode === 137)
    return {
      reason: 'Something killed it. Most often that is the kernel, when memory runs out.',
      next: 'Look with: journalctl -k | grep -i "out of memory". A larger droplet or a swap file helps.',
    };
  return {};
}

/** A failure that is not an exit code: a file that could not be written, a dialogue that was given up. */
export function plainFailure(action: ActionView, reason: string, next?: string): FailureView {
  const known = ANY_COMMAND.find(({ pattern }) => matches(pattern, reason));
  return { action, timedOut: false, tail: [], reason: briefly(reason), next: next ?? known?.next };
}

/** A reason with what to do about it, where that is known. */
export function withNext(reason: string): string {
  const known = ANY_COMMAND.find(({ pattern }) => matches(pattern, reason));
  return known === undefined ? reason : `${reason.replace(/[.\s]*$/, '.')} ${known.next}`;
}

/** A reason as it may be shown. What is left out must not cut a secret in two, so it is masked before. */
export const briefly = (reason: string): string => shortened(redactUntrusted(reason), LONGEST_REASON);

/** The last lines, without empty ones, as they may be shown. */
function tailOf(lines: readonly string[]): string[] {
  const printed = lines.map((line) => line.trimEnd()).filter((line) => line !== '');
  return printed.slice(-TAIL_LINES).map((line) => shortened(redactUntrusted(line), LONGEST_LINE));
}

/** An invalid regular expression matches nothing; it must not hide the failure itself. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'im').test(text);
  } catch {
    return false;
  }
}

/** '45 s', '10 min' */
function duration(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
