import { ANSWER_SOURCES } from '../answers/sources.ts';
import type { Option } from './command.ts';

/** The options that more than one command has. */

export const YES: Option = {
  name: 'yes',
  short: 'y',
  what: 'ask nothing: what needs consent is reported and not done',
};
export const JSON_LINES: Option = { name: 'json', what: 'events or findings as JSON, one per line' };
export const PLAIN: Option = { name: 'plain', what: 'lines of text, no screens (for screen readers)' };
const NO_COLOR: Option = { name: 'no-color', what: 'no colours (also with NO_COLOR)' };
export const REHEARSE: Option = {
  name: 'rehearse',
  what: 'everything, on a server that exists only in memory',
};
export const HELP: Option = { name: 'help', short: 'h', what: 'explain this command' };
export const VERSION: Option = { name: 'version', short: 'V', what: 'print the version' };

/** Accepted by every command, whether or not it means something there: a script may give them to all. */
export const COMMON: readonly Option[] = [YES, JSON_LINES, PLAIN, NO_COLOR, REHEARSE, HELP, VERSION];

export const ANSWERS_FILE: Option = {
  name: 'answers',
  value: 'FILE',
  what: 'answers as YAML or JSON; - is standard input',
};

/** An option for each answer; for a secret it names a file. */
export const ANSWER_OPTIONS: readonly Option[] = ANSWER_SOURCES.map(({ flag, value, what }) => ({
  name: flag.slice(2),
  value,
  what,
}));
