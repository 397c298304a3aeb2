import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { InputEnded, LineReader } from '../../src/terminal/line-reader.ts';

/** A terminal as node has it: raw mode, until it is gone. */
function terminal() {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), {
    setRawMode(on: boolean) {
      if (input.readableEnded) throw new Error('setRawMode EIO');
      modes.push(on);
    },
  });
  return { input, modes, reader: new LineReader(input, new PassThrough()) };
}

test('a terminal that goes while a line is waited for ends the input, and nothing else', async () => {
  const { input, reader } = terminal();
  const line = reader.line('? ');
  input.end();
  await expect(line).rejects.toThrow(InputEnded);
});

test('what is typed is read, and the terminal is given back', async () => {
  const { input, modes, reader } = terminal();
  const line = reader.line('? ');
  input.write('yes\r');
  expect(await line).toBe('yes');
  reader.close();
  expect(modes).toEqual([true, false]);
  expect(input.isPaused()).toBe(true);
});
