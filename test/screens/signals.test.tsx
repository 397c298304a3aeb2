import { expect, it } from 'vitest';
import { WindowSignals } from '../../src/components/signals.tsx';
import { Text } from '../../src/components/text.tsx';
import type { Event } from '../../src/engine/contracts/event.ts';
import { NOT_STARTED, type RunModel, reduce } from '../../src/run/view-model.ts';
import { DialogueScreen } from '../../src/screens/run/dialogue.tsx';
import { windowOfFlow, windowOfRun } from '../../src/screens/window.ts';
import { copySequence, takesSignals, titleSequence } from '../../src/terminal/signals.ts';
import { ended, installation } from '../events.ts';
import { session, showScreen } from './glass.tsx';

const picture = (...events: readonly Event[]): RunModel => events.reduce(reduce, NOT_STARTED);

const told = { ...session, signals: true };
const dialogue = {
  id: 'd',
  task: 'github',
  view: {
    title: 'Sign in to GitHub',
    lines: ['Open the address.'],
    url: 'https://github.com/login/device',
    code: 'WDJB-MJHT',
  },
};
const screen = <DialogueScreen dialogue={dialogue} onAnswer={() => {}} onCancel={() => {}} />;

it('copies the code of a sign-in through the terminal, and says so', async () => {
  const shown = await showScreen(screen, { session: told });
  expect(shown.screen()).toContain('Ctrl-Y copy the code');
  await shown.send('\x19');
  expect(shown.raw()).toContain(`\x1b]52;c;${Buffer.from('WDJB-MJHT').toString('base64')}\x07`);
  expect(shown.screen()).toContain('copied the code');
});

it('offers no copying where the terminal must not be told anything', async () => {
  const shown = await showScreen(screen);
  expect(shown.screen()).not.toContain('Ctrl-Y');
  await shown.send('\x19');
  expect(shown.raw()).not.toContain('\x1b]52');
});

it('the window says what goes on, and a bell rings once for each thing that waits', async () => {
  const window = (title: string, waiting: string) => (
    <>
      <WindowSignals title={title} waiting={waiting} />
      <Text>{title}</Text>
    </>
  );
  const shown = await showScreen(window('installing', ''), { session: told });
  // A title ends with the sign of a bell, too.
  const bells = () => shown.raw().split('\x07').length - shown.raw().split('\x1b]0;').length;
  expect(shown.raw()).toContain('\x1b]0;installing\x07');
  expect(bells()).toBe(0);
  await shown.show(window('needs you', 'q1'));
  expect(shown.raw()).toContain('\x1b]0;needs you\x07');
  expect(bells()).toBe(1);
  await shown.show(window('needs you', 'q1'));
  expect(bells()).toBe(1);
  await shown.show(window('needs you', 'q2'));
  expect(bells()).toBe(2);
});

it('a QR code of the link is offered where all of it can be seen, and says the code to type', async () => {
  const shown = await showScreen(screen, { session: { ...told, blocks: true } });
  expect(shown.screen()).toContain('Ctrl-Q QR code');
  await shown.send('\x11');
  const code = shown.screen();
  expect(code).toContain('Code to type there: WDJB-MJHT');
  // 25 cells and a border of two on each side; a dark corner has a light one in it.
  expect(code).toMatch(/^ +█{29}$/m);
  expect(code).toMatch(/^ +██ ▄▄▄▄▄ █/m);
  await shown.send('\x11');
  expect(shown.screen()).toContain('Open the address.');
  await shown.resize(80, 15);
  expect(shown.screen()).not.toContain('Ctrl-Q');
  expect((await showScreen(screen, { session: told })).screen()).not.toContain('Ctrl-Q');
});

it('a code says for how long it is good, counted down', async () => {
  const until = { ...dialogue, goodUntil: 65_000 + 872_000 };
  const shown = await showScreen(<DialogueScreen dialogue={until} onAnswer={() => {}} onCancel={() => {}} />);
  expect(shown.screen()).toContain('Code: WDJB-MJHT   good for 14:32');
  await shown.waitFor('good for 14:31');
});

it('an end rings, and so does whatever is asked; a question of an operation does not', () => {
  const asking = picture(...installation.slice(0, 10));
  expect(windowOfRun(asking, 'fixing')).toEqual({ title: 'otto-install needs you', waiting: 'q1' });
  expect(windowOfRun(picture(...installation.slice(0, 3)), 'fixing').waiting).toBe('');
  const over = windowOfRun(picture(...installation.slice(0, -1), ended('healthy')), 'installing');
  expect([over.title, over.waiting !== '']).toEqual(['otto-install: ready', true]);
  expect(windowOfFlow('Update Hermes', { name: 'looking' })).toEqual({ title: 'otto-install', waiting: '' });
  const stuck = windowOfFlow('Update Hermes', {
    name: 'ended',
    ending: { kind: 'stuck' },
    run: over as never,
    summary: [],
    ottoIsGone: false,
  });
  expect(stuck).toEqual({ title: 'otto-install: Update Hermes, needs you', waiting: 'Update Hermes ended' });
});

it('nothing that is told can end its sequence, and what is too long is not copied', () => {
  const title = titleSequence('a\x07b\x1b]52;c;eA==\x07');
  expect([title.slice(0, 4), title.at(-1)]).toEqual(['\x1b]0;', '\x07']);
  expect(title.slice(4, -1)).toMatch(/^[ -~]*$/);
  expect(copySequence('x'.repeat(100_000))).toBeUndefined();
  expect(copySequence('a\x07b')).toBe('\x1b]52;c;YQdi\x07');
});

it('is off on the Linux console, on a dumb terminal, and where somebody says so', () => {
  expect(takesSignals({ TERM: 'xterm-256color' })).toBe(true);
  for (const environment of [
    { TERM: 'linux' },
    { TERM: 'dumb' },
    {},
    { TERM: 'xterm', OTTO_QUIET_TERMINAL: '1' },
  ])
    expect(takesSignals(environment)).toBe(false);
});
