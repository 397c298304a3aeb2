import { expect, test } from 'vitest';
import { freshScript, UNTESTED_SYSTEM } from './script/fresh.ts';
import { play } from './script/play.ts';
import { difference, readRecorded } from './script/recorded.ts';
import { rehearsalTerminal, rehearsedLog } from './script/rehearsal.ts';
import type { Errand } from './script/script.ts';
import { storyOf } from './script/story.ts';

/** A rehearsal's GitHub approves by itself, its Claude takes any code, and a second login always gets in. */
const nobodyElse = async (errand: Errand) =>
  errand === 'authorize-claude-link' ? 'a-code#of-the-rehearsal' : undefined;

test('the rehearsal shows, finds and does what was recorded on the real droplet', async () => {
  const wizard = rehearsalTerminal();
  const shown = await play(wizard, freshScript, { run: nobodyElse, installMs: 50_000, patienceMs: 10_000 });
  await wizard.press('enter');
  expect(await wizard.ended).toBe(0);
  const history = wizard.history();
  const seen = [
    ...shown,
    { name: 'left in the terminal', screen: history.slice(history.lastIndexOf('Otto is ready')).trim() },
    { name: 'findings and actions', screen: storyOf(await rehearsedLog()) },
  ];
  const recorded = readRecorded().filter(({ name }) => name !== UNTESTED_SYSTEM);
  expect(difference(seen, recorded)).toBeUndefined();
}, 90_000);
