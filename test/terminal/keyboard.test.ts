import { EventEmitter } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { Keyboard, splitKeys } from '../../src/terminal/keyboard.ts';

describe('a chunk from the terminal is cut into keys', () => {
  it.each([
    ['text and Enter', 'ab\r', ['a', 'b', '\r']],
    ['three backspaces', '\x7f\x7f\x7f', ['\x7f', '\x7f', '\x7f']],
    ['a control letter in text', 'a\x15b', ['a', '\x15', 'b']],
    ['arrow keys', '\x1b[A\x1bOB', ['\x1b[A', '\x1bOB']],
    ['keys with parameters', '\x1b[3~\x1b[1;5C', ['\x1b[3~', '\x1b[1;5C']],
    ['Escape, then Enter', '\x1b\r', ['\x1b', '\r']],
    ['a letter with Alt', '\x1bx', ['\x1bx']],
    ['characters beyond the basic plane', '😀é', ['😀', 'é']],
    ['nothing', '', []],
  ])('%s', (_, chunk, keys) => {
    expect(splitKeys(chunk)).toEqual(keys);
  });

  it('hands over a long run as one text: nobody types that fast', () => {
    const text = 'x'.repeat(10_000);
    expect(splitKeys(`${text}\r`)).toEqual([text, '\r']);
  });
});

/** A terminal's input that gives out what was put into it. */
class FakeInput extends EventEmitter {
  readonly isTTY = true;
  #waiting: string[] = [];
  setRawMode = () => this as never;
  setEncoding = () => this as never;
  ref = () => this as never;
  unref = () => this as never;
  read = () => this.#waiting.shift() ?? null;
  arrives(text: string) {
    this.#waiting.push(text);
    this.emit('readable');
  }
}

/** Collects what a reader sees in each turn of the event loop. */
function listenTo(keyboard: Keyboard): string[][] {
  const turns: string[][] = [];
  let turn: string[] | undefined;
  keyboard.on('readable', () => {
    if (turn === undefined) {
      turn = [];
      turns.push(turn);
      setImmediate(() => {
        turn = undefined;
      });
    }
    for (let key = keyboard.read(); key !== null; key = keyboard.read()) turn.push(key);
  });
  return turns;
}

const typed = (turns: string[][]) => turns.flat().join('');

describe('the keyboard', () => {
  it('hands over one key in each turn of the event loop', async () => {
    const input = new FakeInput();
    const turns = listenTo(new Keyboard(input as never));
    input.arrives('ab\rc');
    await vi.waitFor(() => expect(typed(turns)).toBe('ab\rc'));
    expect(turns).toEqual([['a'], ['b'], ['\r'], ['c']]);
  });

  it('keeps escape sequences and pastes whole, wherever their chunks are cut', async () => {
    const keys = '\x1b[A\x1b[200~one\ntwo\x1b[201~\r';
    for (let at = 1; at < keys.length; at += 1) {
      const input = new FakeInput();
      const turns = listenTo(new Keyboard(input as never));
      input.arrives(keys.slice(0, at));
      await new Promise((resolve) => setTimeout(resolve, 3));
      input.arrives(keys.slice(at));
      await vi.waitFor(() => expect(typed(turns)).toBe(keys));
      const [arrow, begin, ...rest] = turns.flat();
      expect([arrow, begin]).toEqual(['\x1b[A', '\x1b[200~']);
      expect(rest.slice(-2)).toEqual(['\x1b[201~', '\r']);
    }
  });

  it('takes an Escape that nothing follows for the key', async () => {
    const input = new FakeInput();
    const turns = listenTo(new Keyboard(input as never));
    input.arrives('\x1b');
    await vi.waitFor(() => expect(turns.flat()).toEqual(['\x1b']));
    input.arrives('[');
    await vi.waitFor(() => expect(turns.flat()).toEqual(['\x1b', '[']));
  });

  it('ends a paste that the terminal does not end, so that Ctrl-C is a key again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const input = new FakeInput();
    const turns = listenTo(new Keyboard(input as never));
    input.arrives('\x1b[200~half');
    vi.advanceTimersByTime(1_100);
    vi.useRealTimers();
    await vi.waitFor(() => expect(typed(turns)).toBe('\x1b[200~half\x1b[201~'));
    input.arrives('\x03');
    await vi.waitFor(() => expect(turns.flat().at(-1)).toBe('\x03'));
  });

  it('listens to the terminal only while somebody listens to it', () => {
    const input = new FakeInput();
    const keyboard = new Keyboard(input as never);
    const listener = () => {};
    keyboard.on('readable', listener);
    expect(input.listenerCount('readable')).toBe(1);
    keyboard.removeListener('readable', listener);
    expect(input.listenerCount('readable')).toBe(0);
  });
});
