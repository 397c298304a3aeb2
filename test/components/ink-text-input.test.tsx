import { Box } from 'ink';
import { render } from 'ink-testing-library';
import TextInput from 'ink-text-input';
import { useState } from 'react';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BACKSPACE, DELETE, draw, HOME, LEFT } from './drawn.tsx';

/**
 * What ink-text-input does not do, or does otherwise than an operator needs it: the reasons why our text field lets it draw
 * and nothing else. When one of these fails, the package has got better, and what stands in text-field.tsx for it may go.
 */

/** The package's field as it is meant to be used; the keys come one by one. */
async function field(initial = '', mask?: string) {
  const state = { value: initial };
  function Field() {
    const [value, setValue] = useState(initial);
    state.value = value;
    return <TextInput value={value} onChange={setValue} {...(mask === undefined ? {} : { mask })} />;
  }
  const drawn = await draw(<Field />);
  return { ...drawn, state };
}

describe('the keys of the package', () => {
  it.each([
    ['Ctrl-U is a letter', 'ab', '\x15', 'abu'],
    ['Ctrl-W is a letter', 'ab', '\x17', 'abw'],
    ['Home does nothing', 'ab', `${HOME}c`, 'abc'],
    ['Delete is Backspace', 'abc', LEFT + DELETE, 'ac'],
    ['Backspace takes half an emoji', 'a😀', BACKSPACE, 'a\ud83d'],
    ['a paste keeps its line breaks', '', '\x1b[200~a\r\nb\x1b[201~', 'a\r\nb'],
  ])('%s', async (_, before, keys, after) => {
    const { state, send } = await field(before);
    await send(keys);
    expect(state.value).toBe(after);
  });

  it.each([
    ['text and Enter that come together are both text', '', 'otto\r', 'otto\r'],
    ['of three backspaces that come together one counts', 'abcd', BACKSPACE.repeat(3), 'abc'],
  ])('%s', async (_, before, chunk, after) => {
    let value = before;
    let submitted = 0;
    function Field() {
      const [state, setState] = useState(before);
      value = state;
      return (
        <TextInput
          value={state}
          onChange={setState}
          onSubmit={() => {
            submitted += 1;
          }}
        />
      );
    }
    // Without the keyboard of ours that stands before Ink.
    const { stdin, unmount } = render(<Field />);
    onTestFinished(unmount);
    await vi.waitFor(() => expect(stdin.listenerCount('readable')).toBe(1));
    stdin.write(chunk);
    await vi.waitFor(() => expect(value).not.toBe(before));
    expect([value, submitted]).toEqual([after, 0]);
  });
});

describe('what the package draws', () => {
  it('a mask has two signs for an emoji', async () => {
    expect((await field('a😀', '•')).text()).toBe('•••');
  });

  it('its cursor is nothing but a colour', async () => {
    const shown = await field('ab');
    await shown.send(LEFT);
    expect(shown.text()).toBe('ab');
    expect(shown.coloured()).toBe('a\x1b[7mb\x1b[27m');
  });

  it('what is too long takes more rows', async () => {
    const long = <TextInput value={'x'.repeat(30)} focus={false} onChange={() => {}} />;
    const shown = await draw(<Box width={20}>{long}</Box>);
    expect(shown.text().split('\n')).toHaveLength(2);
  });

  it('nobody sees that there is something in it that cannot be seen', async () => {
    const shown = await draw(<TextInput value={'a\u202eb'} focus={false} onChange={() => {}} />);
    expect(shown.text()).toBe('ab');
  });
});
