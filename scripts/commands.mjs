// Makes docs/commands.md and man/otto-install.1 again from the table of commands.
import { mkdirSync, writeFileSync } from 'node:fs';
import { currentPages } from './commands/index.ts';

for (const [path, page] of currentPages()) {
  const file = new URL(`../${path}`, import.meta.url);
  mkdirSync(new URL('.', file), { recursive: true });
  writeFileSync(file, page);
  console.log(`${path}: ${page.split('\n').length} lines`);
}
