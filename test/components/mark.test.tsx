import { afterEach, expect, test, vi } from 'vitest';
import { MarkSign } from '../../src/components/mark.tsx';
import type { Mark } from '../../src/run/wording.ts';
import { dimmed, draw, inColour } from './drawn.tsx';

afterEach(() => {
  vi.useRealTimers();
});

test.each<[Mark, string]>([
  ['healthy', inColour('green', '●')],
  ['waiting', dimmed('○')],
  ['risk', inColour('yellow', '▲')],
  ['broken', inColour('red', '✗')],
  ['skipped', dimmed('–')],
])('%s has a sign that needs no colour, and a colour that repeats it', async (mark, drawn) => {
  expect((await draw(<MarkSign mark={mark} />)).coloured()).toBe(drawn);
});

test('what is at work turns, and goes round', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const shown = await draw(<MarkSign mark="working" />);
  const signs: string[] = [];
  for (let step = 0; step < 5; step += 1) {
    signs.push(shown.text());
    vi.advanceTimersToNextTimer();
    await shown.send('');
  }
  expect(signs).toEqual(['◐', '◓', '◑', '◒', '◐']);
  expect(shown.coloured()).toBe(inColour('cyan', '◓'));
  await shown.redraw(<MarkSign mark="healthy" />);
  expect(vi.getTimerCount()).toBe(0);
});

test('what is at work stands still where nothing may move', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const shown = await draw(<MarkSign mark="working" still />);
  expect(shown.coloured()).toBe(inColour('cyan', '◐'));
  expect(vi.getTimerCount()).toBe(0);
});

test('the one spinner that the bundle keeps is the one that is asked for, slow enough for a bad connection', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const shown = await draw(<MarkSign mark="working" />);
  const standIn = await import(new URL('../../scripts/stand-ins/one-spinner.mjs', import.meta.url).href);
  const { frames, interval } = standIn.default.circleHalves;
  for (const frame of frames) {
    expect(shown.text()).toBe(frame);
    vi.advanceTimersToNextTimer();
    await shown.send('');
  }
  // The package's own turns twenty times a second.
  expect(interval).toBe(200);
});
