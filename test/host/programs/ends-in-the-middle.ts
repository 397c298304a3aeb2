import { writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { execa } from 'execa';
import { render, Text } from 'ink';
import { createElement } from 'react';
import { LocalHost } from '../../../src/host/local.ts';

// Has a screen of Ink's, runs a command as the argument says, and ends without taking the screen down.
const terminal = new Writable({
  write(chunk, _, done) {
    writeSync(1, chunk);
    done();
  },
});
render(createElement(Text, null, 'a screen'), {
  stdout: Object.assign(terminal, { isTTY: true, columns: 80, rows: 24 }) as never,
  interactive: true,
  patchConsole: false,
});
const [way] = process.argv.slice(2);
if (way === 'our own')
  await new LocalHost().exec(['true'], { signal: new AbortController().signal, timeoutMs: 5_000 });
else await execa('true', { cleanup: way === 'with cleanup' });
process.exit(0);
