import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { showScreen } from './glass.tsx';
import { pictureFrames } from './picture-frames.tsx';
import { frameOf, svgOf } from './svg.ts';

/** docs/pictures shows what the screens are now: `npm run pictures` draws them, and this fails when they are old. */

const FOLDER = join(import.meta.dirname, '../../docs/pictures');
const DRAWS = process.env.OTTO_PICTURES === 'draw';
const SIZE = { columns: 80, rows: 24 };
const NAMES = [
  'first-look',
  'question',
  'review',
  'plan',
  'at-work',
  'finding',
  'firewall',
  'home',
  'update',
  'done',
] as const;
/** From the first key to Otto's answer, in seconds. */
const SESSION = [
  ['first-look', 3],
  ['question', 3],
  ['review', 3],
  ['plan', 4],
  ['at-work', 4],
  ['firewall', 4],
  ['done', 6],
] as const;

const frames = new Map<string, string>();
let zone: string | undefined;
beforeAll(async () => {
  zone = process.env.TZ;
  process.env.TZ = 'UTC';
});
afterAll(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test('the pictures in docs/pictures are those of the screens', async () => {
  const screens = await pictureFrames();
  for (const name of NAMES) {
    const shown = await showScreen(screens[name], SIZE);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // A mark that turns is drawn as it stands, and so are seconds that run out.
    const frame = frameOf(shown.terminal).replace(/[◓◑◒]/g, '◐');
    frames.set(name, frame.replace(/\b(5[012]|4\d)(?= s(?:econds)?\b)/g, '52'));
  }
  const pictures = new Map<string, string>(
    NAMES.map((name) => [name, svgOf(name, SIZE, [{ frame: frames.get(name) ?? '', seconds: 1 }])]),
  );
  pictures.set(
    'session',
    svgOf(
      'From the first key to the answer of Otto',
      SIZE,
      SESSION.map(([name, seconds]) => ({ frame: frames.get(name) ?? '', seconds })),
    ),
  );
  if (DRAWS) mkdirSync(FOLDER, { recursive: true });
  for (const [name, picture] of pictures) {
    const path = join(FOLDER, `${name}.svg`);
    expect(picture).toContain('<text');
    if (DRAWS) writeFileSync(path, picture);
    else
      expect(
        readFileSync(path, 'utf8') === picture,
        `docs/pictures/${name}.svg is old: npm run pictures`,
      ).toBe(true);
  }
}, 60_000);
