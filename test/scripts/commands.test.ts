import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { currentPages } from '../../scripts/commands/index.ts';
import { COMMANDS } from '../../src/commands/table.ts';

const root = new URL('../../', import.meta.url);
const has = (program: string) => spawnSync(program, ['--version']).error === undefined;

test.each([...currentPages()])('%s is what the table says: npm run docs makes it again', (path, page) => {
  expect(readFileSync(new URL(path, root), 'utf8')).toBe(page);
});

test('both name every command, and every option of it', () => {
  const [markdown = '', man = ''] = [...currentPages().values()];
  for (const { name, options } of COMMANDS) {
    expect(markdown).toContain(`## otto-install ${name}\n`);
    expect(man).toContain(`.SS otto\\-install ${name.replaceAll('-', '\\-')}`);
    for (const option of options) {
      expect(markdown).toContain(`\`--${option.name}`);
      expect(man).toContain(`\\-\\-${option.name.replaceAll('-', '\\-')}`);
    }
  }
});

// Where groff is not installed nothing can read the page; CI has it (.ci/packages).
test.skipIf(!has('groff'))('the man page is one that groff reads without a warning', () => {
  const page = new URL('man/otto-install.1', root).pathname;
  const { stdout, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', page], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: groff makes letters bold with them
  const text = stdout.replace(/\u001b\[[\d;]*m|.\u0008/g, '');
  expect(text).toContain('otto-install uninstall [options]');
  expect(text).toContain('--since TIME');
});
