import { expect, test } from 'vitest';
import { firstFileInTar } from '../../../src/system/docker/copy-out.ts';

function entry(name: string, type: string, content: string): string {
  const size = content.length.toString(8).padStart(11, '0');
  const header = `${name.padEnd(100, '\0')}${'0100644\0'.padEnd(24, '\0')}${size}\0${''.padEnd(20, '0')}${type}`;
  return header.padEnd(512, '\0') + content.padEnd(Math.ceil(content.length / 512) * 512, '\0');
}
const END = '\0'.repeat(1024);

test.each([
  ['a file', entry('.webui_secret_key', '0', 'abc+/=\n') + END, 'abc+/=\n'],
  [
    'after a header of tar’s own',
    entry('PaxHeader', 'x', '30 mtime=1.5\n') + entry('k', '0', 'key') + END,
    'key',
  ],
  ['an empty file', entry('k', '0', '') + END, ''],
  ['an archive without one', END, undefined],
  ['no archive', 'Error response from daemon', undefined],
])('%s', (_, archive, content) => expect(firstFileInTar(archive)).toBe(content));
