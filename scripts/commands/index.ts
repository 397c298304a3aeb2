import { readFileSync } from 'node:fs';
import { ANSWER_SOURCES } from '../../src/answers/sources.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { manPage } from './man.ts';
import { commandsPage } from './markdown.ts';

const root = new URL('../../', import.meta.url);

/** The pages that are made from the table of commands, by their path in the repository, as they should be now. */
export function currentPages(): ReadonlyMap<string, string> {
  const { version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string };
  return new Map([
    ['docs/commands.md', commandsPage(COMMANDS, ANSWER_SOURCES)],
    ['man/otto-install.1', manPage(COMMANDS, ANSWER_SOURCES, version)],
  ]);
}
