import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { keptAnswers } from '../../src/answers/kept.ts';
import { SECRET_KEYS } from '../../src/answers/schema.ts';
import { App } from '../../src/screens/app.tsx';
import { createWizardServices } from '../../src/wizard/services.ts';
import { EVERYTHING_HOSTILE, forbiddenIn, hostile } from '../hostile.ts';
import { droplet, KNOWN, SEEN, WHERE } from '../hostile-droplet.ts';
import { ENTER, ESCAPE, type Shown, showInTerminal, widest } from './glass.tsx';

/** The screens over a droplet whose names, settings, logs and accounts are hostile. */

/** What Ink writes by itself: colours, the cursor, what is cleared, modes of the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OWN = /\u001b\[(?:[\d;]*[mABCDEFGHJK]|\?(?:25|2004|2026)[hl]|>?\d*u)|\r?\n/g;

let otto: Awaited<ReturnType<typeof droplet>>;
beforeAll(async () => {
  otto = await droplet();
});

async function home(text: string, where: (typeof WHERE)[number]): Promise<Shown> {
  const host = otto.spoil(text, where);
  const services = createWizardServices({
    host,
    session: { version: '1.0.0', machine: 'droplet', rehearsal: true, now: () => host.now() },
    inputs: { flags: KNOWN, saved: await keptAnswers(host) },
    onMachine: new Set(SECRET_KEYS),
    onProblem: () => {},
  });
  const app = await showInTerminal(<App services={services} />, 80, 24);
  await app.waitFor('looked at');
  // A row that came under the cursor by itself takes no key for a moment.
  await new Promise((resolve) => setTimeout(resolve, 260));
  return app;
}

/** Keys, and what the screen says that they lead to. */
const WAY = [
  [ENTER, 'Esc back'],
  ['d', 'Esc back'],
  [`${ESCAPE}`, 'Enter do it'],
  [`${ESCAPE}`, 'q quit'],
  ['s', /findings? \(/],
  [ESCAPE, 'q quit'],
  ['g', SEEN],
  [ESCAPE, 'q quit'],
  ['m', 'Give an account'],
  [ENTER, 'Whose password'],
] as const;

test.each(WHERE)(
  'home, finding, status, logs and a question show what is hostile in %s, and nothing of it works',
  async (where) => {
    const app = await home(EVERYTHING_HOSTILE, where);
    let seen = app.screen();
    for (const [keys, words] of WAY) {
      await app.send(keys);
      await app.waitFor(words).catch(() => undefined);
      seen += app.screen();
      expect(widest(app.screen())).toBeLessThanOrEqual(80);
      expect(app.scrolledAway()).toBe(0);
    }
    expect(app.screen()).toContain('Whose password');
    expect(seen.split(SEEN).length).toBeGreaterThan(5);
    expect(forbiddenIn(seen)).toEqual([]);
    expect(forbiddenIn(app.raw().replace(OWN, ''))).toEqual([]);
    // Ink has no use for these.
    expect(app.raw()).not.toContain('\u001bc');
    expect(app.raw()).not.toContain('\u001b[2J');
  },
);

test('the home with anything', async () => {
  await fc.assert(
    fc.asyncProperty(hostile({ maxLength: 40 }), fc.constantFrom(...WHERE), async (text, where) => {
      const app = await home(text, where);
      await app.send(ENTER);
      expect(forbiddenIn(app.raw().replace(OWN, ''))).toEqual([]);
    }),
    { numRuns: 3 },
  );
});

test('words come onto a screen only through our own Text', () => {
  const source = join(import.meta.dirname, '../../src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.tsx'),
  );
  const importing = (what: RegExp) =>
    files.filter((name) => what.test(readFileSync(join(source, name), 'utf8')));
  expect(importing(/import \{[^}]*\bText\b[^}]*\} from 'ink'/)).toEqual([join('components', 'text.tsx')]);
  // These draw with Ink's: what they are given is made visible before.
  expect(importing(/from 'ink-text-input'/)).toEqual([join('components', 'text-field.tsx')]);
  expect(importing(/from 'ink-spinner'/)).toEqual([join('components', 'mark.tsx')]);
});
