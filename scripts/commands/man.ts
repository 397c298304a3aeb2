import type { AnswerSource } from '../../src/answers/sources.ts';
import { type Command, type Option, usageOf } from '../../src/commands/command.ts';
import { EXIT_CODES, exitRows, FILES } from '../../src/commands/help.ts';
import { ANSWERS_FILE, COMMON } from '../../src/commands/options.ts';

/** The man page otto-install(1), in the macros of man(7). */
export function manPage(
  commands: readonly Command[],
  answers: readonly AnswerSource[],
  version: string,
): string {
  const lines = [
    '.\\" Made by npm run docs from the table in src/commands/table.ts; do not edit it by hand.',
    `.TH OTTO\\-INSTALL 1 "" "otto\\-install ${version}" "otto\\-install"`,
    '.SH NAME',
    'otto\\-install \\- installs and repairs an Otto on this server',
    '.SH SYNOPSIS',
    ...commands
      .flatMap((command) => ['.br', `.B otto\\-install ${roff(usageOf(command))}`, '[\\fIoptions\\fR]'])
      .slice(1),
    '.SH DESCRIPTION',
    text(
      "An Otto is Open WebUI, Hermes, Claude, Paperclip, nginx and a certificate of Let's Encrypt on one server. Installing is repairing " +
        'from nothing: otto-install knows what a healthy Otto looks like, looks at the machine, says what differs and why that matters, ' +
        'shows what it would do about it, does it, and looks again.',
    ),
    '.SH COMMANDS',
    ...commands.flatMap(commandLines),
    '.SH OPTIONS',
    'Accepted by every command:',
    ...COMMON.flatMap(optionLines),
    '.SH ANSWERS',
    text(
      `What Otto has to know, for the commands that take answers: as an option, as a variable, or by its name in the file of --${ANSWERS_FILE.name}; ` +
        'in this order. A secret is never an argument: the option names a file that holds it.',
    ),
    ...answers.flatMap(({ flag, value, variable, what }) => [
      '.TP',
      `\\fB${roff(flag)}\\fR \\fI${roff(value)}\\fR, \\fB${roff(variable)}\\fR`,
      text(what),
    ]),
    '.SH EXIT STATUS',
    ...EXIT_CODES.flatMap(([code, meaning]) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH FILES',
    ...FILES.flatMap(([path, what]) => ['.TP', `.I ${roff(path)}`, text(what)]),
    '.SH ENVIRONMENT',
    '.TP',
    '.B NO_COLOR',
    'No colours.',
  ];
  return `${lines.join('\n')}\n`;
}

function commandLines(command: Command): readonly string[] {
  const { about, operands, options, takesAnswers, examples } = command;
  return [
    `.SS otto\\-install ${roff(usageOf(command))}`,
    ...about.flatMap((paragraph, index) => [...(index === 0 ? [] : ['.PP']), text(paragraph)]),
    ...(operands === undefined ? [] : ['.TP', `.I ${roff(operands.name)}`, text(operands.what)]),
    ...options.flatMap(optionLines),
    '.PP',
    ...(takesAnswers ? ['Takes answers, too.'] : []),
    text(
      `Exit status: ${exitRows(command)
        .map(([code, meaning]) => `${code} ${meaning}`)
        .join('; ')}.`,
    ),
    '.PP',
    '.nf',
    '.RS',
    ...examples.map(text),
    '.RE',
    '.fi',
  ];
}

function optionLines({ name, short, value, what }: Option): readonly string[] {
  const words = [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map(
    (word) => `\\fB${roff(word)}\\fR`,
  );
  return ['.TP', `${words.join(', ')}${value === undefined ? '' : ` \\fI${roff(value)}\\fR`}`, text(what)];
}

/** What would be a macro at the beginning of a line is text. */
const text = (words: string): string => roff(words).replace(/^(?=[.'])/, '\\&');

/** A dash that is typed must not become a hyphen, and what is not ASCII is spelled so that every troff knows it. */
function roff(words: string): string {
  return words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replace(
      /[^\x20-\x7e]/g,
      (letter) => `\\[u${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}
