import type { Event } from '../engine/contracts/event.ts';
import { ENDED_FILE, withRunFolder } from './place.ts';
import { FromRun } from './wire.ts';

/** The events of the run that ended while nobody watched; undefined when there is none that nobody has seen. */
export async function endedUnseen(folder?: string): Promise<readonly Event[] | undefined> {
  const text = await withRunFolder(({ read }) => read(ENDED_FILE), folder);
  const events = text?.split('\n').flatMap((line) => {
    if (line === '') return [];
    const said = FromRun.parse(JSON.parse(line));
    return said.say === 'event' ? [said.event] : [];
  });
  return events === undefined || events.length === 0 ? undefined : events;
}

/** Somebody has seen how it ended. */
export async function forgetEnded(folder?: string): Promise<void> {
  await withRunFolder(({ remove }) => remove(ENDED_FILE), folder);
}
