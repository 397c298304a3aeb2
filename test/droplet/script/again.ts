import { freshScript, REVIEW } from './fresh.ts';
import type { Script, Stop } from './script.ts';

/** The first look of a machine on which a run ended like this. */
const lookAfter = (...shows: readonly RegExp[]): Stop => ({
  name: 'first look',
  shows: [...shows, /Enter go on/],
  deeds: [{ record: 'first look' }, { press: 'enter' }],
});

const plan = (shows: RegExp): Stop => ({
  name: 'plan',
  shows: [shows, /y do it/],
  deeds: [{ record: 'plan' }, { type: 'y' }],
});

/** The wizard on a droplet where everything is healthy: its home says so, and going through all of it asks nothing. */
export const againScript: Script = {
  first: [
    {
      name: 'home',
      shows: [/looked at \d\d:\d\d:\d\d in/, /● \d+ checks healthy/],
      deeds: [{ record: 'home' }, { type: 'w' }],
    },
    REVIEW,
    plan(/Nothing: everything is healthy/),
  ],
  meanwhile: [],
  last: { name: 'done', shows: [/Otto is ready/, /Enter leave/], deeds: [{ record: 'done' }] },
};

/** The wizard after a run that was cut off: what was answered is kept, and it goes on where that one stopped. */
export const resumeScript: Script = {
  ...freshScript,
  first: [lookAfter(/The last run was (cut off|stopped)/), REVIEW, plan(/The plan/)],
};
