import { holderText, lockHolder } from '../engine/records/lock.ts';
import { loadProgress } from '../engine/records/state.ts';
import type { Host } from '../host/host.ts';
import { duration } from '../run/wording.ts';
import { minuteText } from '../text/time.ts';

/** How far the last run on this machine came. */
export interface LastRun {
  /** 'healthy', 'findings', 'stopped', 'failed'; undefined when it was cut off. */
  readonly outcome?: string;
  /** When it last did something, ms since 1970. */
  readonly at: number;
  /** How many parts were healthy then. */
  readonly done: number;
}

const DAY_MS = 24 * 3_600_000;

/** What the last run left behind of itself; undefined when there was none. */
export async function lastRun(host: Host): Promise<LastRun | undefined> {
  const progress = await loadProgress(host);
  if (progress === undefined) return undefined;
  return {
    outcome: progress.outcome,
    at: Date.parse(progress.updatedAt),
    done: Object.values(progress.tasks).filter((state) => state === 'healthy').length,
  };
}

/** How the last run ended, of `parts` parts in all, for an operator who starts again at `now` (ms since 1970). */
export function lastRunText({ outcome, at, done }: LastRun, parts: number, now: number): string {
  const time = minuteText(at);
  const when = now - at < DAY_MS ? `${duration(now - at)} ago (${time})` : `on ${time}`;
  const far = `${done} of ${parts} parts were done`;
  switch (outcome) {
    case undefined:
      return `The last run was cut off ${when}; ${far}. It continues from there.`;
    case 'stopped':
      return `The last run was stopped ${when}; ${far}. It continues from there.`;
    case 'healthy':
      return `The last run ended ${when} with Otto ready.`;
    default:
      return `The last run ended ${when} with something left to do; ${far}.`;
  }
}

/** Who works on this machine right now, as words for somebody who has to wait; undefined when nobody does. */
export async function atWorkHere(host: Host): Promise<string | undefined> {
  const holder = host.kind === 'local' ? await lockHolder(host) : undefined;
  if (holder === undefined) return undefined;
  return `Another otto-install is running on this machine: ${holderText(holder)}. Only one can run at a time. To stop that one: Ctrl-C there, or here kill ${holder.pid}.`;
}
