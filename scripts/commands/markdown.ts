import type { AnswerSource } from '../../src/answers/sources.ts';
import { type Command, type Option, optionText, usageOf } from '../../src/commands/command.ts';
import { EXIT_CODES, exitRows, FILES } from '../../src/commands/help.ts';
import { ANSWERS_FILE, COMMON } from '../../src/commands/options.ts';

/** docs/commands.md: every command, with all that the table knows of it. */
export function commandsPage(commands: readonly Command[], answers: readonly AnswerSource[]): string {
  return `# The commands

Made by \`npm run docs\` from the table in \`src/commands/table.ts\`; do not edit it by hand.

| command | what it does |
|---|---|
${commands.map((command) => `| [\`${fullUsage(command)}\`](#${anchor(command)}) | ${cell(command.summary)} |`).join('\n')}

## Options that every command accepts
${optionTable(COMMON)}

## Answers
What Otto has to know, for the commands that take answers: as an option, as a variable, or by its name in the file of
\`--${ANSWERS_FILE.name}\`; in this order. A secret is never an argument: the option names a file that holds it. Keys and password that
are not given are generated, the rest has a default or is asked.

| option | variable | in the file | what |
|---|---|---|---|
${answers.map(({ flag, value, variable, key, what }) => `| \`${flag} ${cell(value)}\` | \`${variable}\` | \`${key}\` | ${cell(what)} |`).join('\n')}

## Exit codes
| code | meaning |
|---|---|
${EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`).join('\n')}

What a command means by them stands with it.

## Files
| file | what |
|---|---|
${FILES.map(([path, what]) => `| \`${path}\` | ${what} |`).join('\n')}

${commands.map(section).join('\n')}`;
}

const fullUsage = (command: Command): string => `otto-install ${usageOf(command)}`;

/** As GitHub makes it of a heading. */
const anchor = ({ name }: Command): string => `otto-install-${name.replaceAll(' ', '-')}`;

function section(command: Command): string {
  const { name, about, operands, options, takesAnswers, examples } = command;
  return `## otto-install ${name}
${about.join('\n\n')}
${operands === undefined ? '' : `\n\`${operands.name}\`: ${operands.what}.\n`}${options.length === 0 ? '' : `\n${optionTable(options)}\n`}${takesAnswers ? '\nTakes [answers](#answers), too.\n' : ''}
\`\`\`sh
${examples.join('\n')}
\`\`\`

Exit codes: ${exitRows(command)
    .map(([code, meaning]) => `${code} ${meaning}`)
    .join('; ')}.
`;
}

function optionTable(options: readonly Option[]): string {
  return `| option | what |
|---|---|
${options.map((option) => `| \`${cell(optionText(option))}\` | ${cell(option.what)} |`).join('\n')}`;
}

/** A bar would end the cell of a table. */
const cell = (text: string): string => text.replaceAll('|', '\\|');
