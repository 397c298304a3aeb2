import { dayText, shortTime, timeOfDay } from '../run/wording.ts';

/** Something that has changed since everything was healthy. */
export interface Change {
  /** As an operator calls it: a path, 'Hermes', 'kernel'. */
  readonly what: string;
  /** 'new', 'gone', or from what to what, where that can be said in a few words. */
  readonly how?: string;
  /** When, ms since 1970, where that is known. */
  readonly at?: number;
  /** Ids of the tasks whose findings it may have caused. */
  readonly tasks: readonly string[];
}

/** What has changed since everything was healthy the last time. */
export interface Changes {
  /** When that was, ms since 1970. */
  readonly since: number;
  readonly changed: readonly Change[];
}

/** The changes that may have caused what a task found. */
export function changesFor(changes: Changes | undefined, task: string): readonly Change[] {
  return (changes?.changed ?? []).filter(({ tasks }) => tasks.includes(task));
}

/** '/home/cleo/.hermes/.env, 14:02 today'. `now`: ms since 1970. */
export function changeText({ what, how, at }: Change, now: number): string {
  const when = at === undefined ? undefined : timeText(at, now);
  return [`${what}${how === undefined ? '' : ` (${how})`}`, when]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** 'Changed since all was healthy, 12 Nov 09:41: …'. `now`: ms since 1970. */
export function changesText(changes: readonly Change[], since: number, now: number): string {
  return `Changed since everything was healthy (${timeText(since, now)}): ${changes.map((one) => changeText(one, now)).join('; ')}`;
}

/** '14:02 today', '12 Nov 09:41', '12 Nov 2025'; in the time zone of this machine. */
export function timeText(at: number, now: number): string {
  const time = new Date(at);
  const today = new Date(now);
  if (time.toDateString() === today.toDateString()) return `${timeOfDay(at).slice(0, 5)} today`;
  return time.getFullYear() === today.getFullYear() ? shortTime(at) : dayText(at);
}
