import { afterEach, describe, expect, it, vi } from 'vitest';
import { useKeys } from '../../src/components/terminal.tsx';
import { Text } from '../../src/components/text.tsx';
import { useSettled } from '../../src/components/use-settled.ts';
import { useSettling } from '../../src/components/use-settling.ts';
import { draw } from './drawn.tsx';

/** A key that was on its way arrives within this time. */
const ON_ITS_WAY_MS = 250;

afterEach(() => {
  vi.useRealTimers();
});

describe('a row under the cursor', () => {
  async function row() {
    vi.useFakeTimers({ toFake: ['Date'] });
    const meant: boolean[] = [];
    function Row({ what, moved }: { what: string; moved: number }) {
      const settled = useSettled(what, moved);
      useKeys(() => meant.push(settled()));
      return null;
    }
    const shown = await draw(<Row what="nginx-down" moved={0} />);
    return {
      ...shown,
      meant,
      become: (what: string, moved: number) => shown.redraw(<Row {...{ what, moved }} />),
    };
  }

  it('takes keys at once when it is the first, or when the cursor was moved to it', async () => {
    const shown = await row();
    await shown.send('x');
    await shown.become('claude-down', 1);
    await shown.send('x');
    expect(shown.meant).toEqual([true, true]);
  });

  it('takes none for a moment when it came there by itself', async () => {
    const shown = await row();
    await shown.become('claude-down', 0);
    await shown.send('x');
    vi.setSystemTime(Date.now() + ON_ITS_WAY_MS);
    await shown.send('x');
    expect(shown.meant).toEqual([false, true]);
  });

  it('that is drawn again is the same row', async () => {
    const shown = await row();
    await shown.become('claude-down', 1);
    await shown.become('claude-down', 1);
    await shown.send('x');
    expect(shown.meant).toEqual([true]);
  });
});

describe('what takes the place of something else', () => {
  function Place({ place, answered = [] }: { place: string; answered?: readonly string[] }) {
    const deaf = useSettling(place, answered);
    return <Text>{deaf ? 'deaf' : 'listening'}</Text>;
  }

  it.each([
    ['a question in the place of one that nobody answered', 'q1', 'q2', [], 'deaf'],
    ['a question in the place of one that was answered', 'q1', 'q2', ['q1'], 'listening'],
    ['a question in the place of a screen', 'home', 'q1', [], 'listening'],
    ['a screen in the place of a question', 'q1', 'run', [], 'listening'],
    ['the same question', 'q1', 'q1', [], 'listening'],
  ])('%s', async (_, before, after, answered, expected) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const shown = await draw(<Place place={before} />);
    await shown.redraw(<Place place={after} answered={answered} />);
    expect(shown.text()).toBe(expected);
    vi.advanceTimersByTime(ON_ITS_WAY_MS);
    await shown.send('');
    expect(shown.text()).toBe('listening');
  });
});
