import { expect, it } from 'vitest';
import { WindowSignals } from '../../src/components/signals.tsx';
import { Text } from '../../src/components/text.tsx';
import { DialogueScreen } from '../../src/screens/run/dialogue.tsx';
import { copySequence, takesSignals, titleSequence } from '../../src/terminal/signals.ts';
import { session, showScreen } from './glass.tsx';

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
