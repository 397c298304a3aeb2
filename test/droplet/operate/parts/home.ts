import type { Terminal } from '../../terminal.ts';
import type { Part, Place } from '../part.ts';
import { letsIn } from '../truth.ts';
import { agreedKey } from './rotate-key.ts';

const ANN = 'ann@client.example';
const PATIENCE_MS = 120_000;

/** The home screen's list of everything that keeps an Otto running, with that entry chosen. */
async function openEntry(place: Place, entry: string): Promise<Terminal> {
  const home = place.open('otto-install');
  await home.waitFor('What would you like to do?', PATIENCE_MS);
  home.type('m');
  await home.waitFor(/^ Maintenance/m, PATIENCE_MS);
  await choose(home, entry);
  return home;
}

/** Goes down to the row that begins with these words, and takes it. */
async function choose(screen: Terminal, words: string): Promise<void> {
  await screen.waitFor(new RegExp(`^ +(▸ )? *${words}`, 'm'), PATIENCE_MS);
  for (let rows = 0; rows < 20; rows += 1) {
    // A person does not press Enter on a row that has just moved.
    const chosen = chosenOn(await screen.waitForQuiet(300, 2_000));
    if (chosen.startsWith(words)) return screen.press('enter');
    await screen.press('down');
    await screen.waitFor((shown) => chosenOn(shown) !== chosen, PATIENCE_MS);
  }
  throw new Error(`'${words}' cannot be chosen:\n${screen.screen()}`);
}

/** The row that is chosen; '' when there is none. */
const chosenOn = (shown: string): string => /▸ (.*)/.exec(shown)?.[1] ?? '';

/** From the end of a flow back to the home, and out of it. */
async function leave({ check }: Place, screen: Terminal, ended: RegExp): Promise<void> {
  await screen.waitFor(ended, PATIENCE_MS);
  // A screen that has just come takes no Enter for a moment: it may have been meant for the one before.
  await screen.waitForQuiet(1_000, 5_000);
  await screen.press('enter');
  await screen.waitFor('What would you like to do?', PATIENCE_MS);
  if (/^ Maintenance/m.test(await screen.waitForQuiet(500, 3_000))) {
    await screen.press('escape');
    await screen.waitFor((shown) => !/^ Maintenance/m.test(shown), PATIENCE_MS);
  }
  // Left in the middle of a look nobody can say whether it is healthy.
  await screen.waitFor(/looked at \d\d:\d\d:\d\d/, PATIENCE_MS);
  screen.type('q');
  const exitCode = await screen.ended;
  check.that('it ends by itself', exitCode === 0 || exitCode === 1, exitCode);
}

export const home: readonly Part[] = [
  {
    flow: 'home',
    twin: 'reset-password',
    async run(place) {
      const { check, book, people, droplet } = place;
      const screen = await openEntry(place, 'Reset a password');
      await screen.waitFor('Whose password should be reset?', PATIENCE_MS);
      await choose(screen, ANN);
      await screen.waitFor('Which password should it be?');
      await choose(screen, 'A generated one');
      await screen.waitFor('Sign out everybody');
      await choose(screen, 'No');
      await screen.waitFor('What will be done', PATIENCE_MS);
      screen.type('y');
      const shown = await screen.waitFor(/The new password of ann@client\.example: \S+/, PATIENCE_MS);
      const fresh = /The new password of ann@client\.example: (\S+)/.exec(shown)?.[1] ?? '';
      book.add('password', 'the password that the home screen showed', fresh, { shown: true });
      people.set(ANN, fresh);
      // It is kept nowhere else, so its screen is not left before somebody says that it is saved.
      await screen.waitForQuiet(1_000, 5_000);
      screen.type('s');
      await screen.waitFor((now) => now.includes('••••') && !now.includes(fresh), PATIENCE_MS);
      await leave(place, screen, /Enter back/);
      check.that('what stays in the terminal is without it', !screen.history().includes(fresh));
      check.that('the new password lets in over https', await letsIn(droplet, ANN, fresh));
      return { outcome: 'by keys; the password is gone with its screen', changed: [`account ${ANN}`] };
    },
  },
  {
    flow: 'home',
    twin: 'rotate-key-ctrl-c',
    async run(place) {
      const { check } = place;
      const before = await agreedKey(place);
      const screen = await openEntry(place, 'Change the key');
      await screen.waitFor('Which key should it be?', PATIENCE_MS);
      await choose(screen, 'A generated one');
      await screen.waitFor('What will be done', PATIENCE_MS);
      screen.type('y');
      await screen.waitFor(/[◐◓◑◒] (Stop Hermes|Give|Back up|Keep)/, PATIENCE_MS);
      await screen.press('ctrl-c');
      await screen.waitFor(/stop and roll back\?/i, PATIENCE_MS);
      await screen.keep('stop');
      await screen.press('ctrl-c');
      const end = await screen.waitFor('Rolled back.', PATIENCE_MS);
      check.matches('how it ended', end, /Everything is as it was before/);
      await leave(place, screen, /Enter back/);
      check.that('the key is the one from before, on both sides', (await agreedKey(place)) === before);
      return 'rolled back by Ctrl-C: the old key on both sides';
    },
  },
];
