import type { CompletedCommand, CompletionModel, Word } from './model.ts';

/** The script for fish: a file in /etc/fish/completions. */
export function fishCompletion({ first, families, commands }: CompletionModel): string {
  return `# fish completion for otto-install; made by: otto-install completion fish
function __otto_install_command
    set -l command ''
    set -l words (commandline -opc)
    set -e words[1]
    for word in $words
        switch "$command:$word"
            case ${first.map(({ word }) => quoted(`:${word}`)).join(' ')}
                set command $word
${families
  .map(
    ({ word, second }) => `            case ${second.map((one) => quoted(`${word}:${one.word}`)).join(' ')}
                set command "$command $word"`,
  )
  .join('\n')}
        end
    end
    echo $command
end
function __otto_install_is
    test (__otto_install_command) = "$argv"
end
complete -c otto-install -f
${wordLines('', first)}
${families.map(({ word, second }) => wordLines(word, second)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`;
}

const condition = (command: string): string => quoted(`__otto_install_is ${command}`.trim());

function wordLines(command: string, words: readonly Word[]): string {
  return words
    .map(
      ({ word, what }) =>
        `complete -c otto-install -n ${condition(command)} -a ${quoted(word)} -d ${quoted(what)}`,
    )
    .join('\n');
}

function commandLines({ name, options, operands }: CompletedCommand): readonly string[] {
  const begin = `complete -c otto-install -n ${condition(name)}`;
  return [
    ...(operands.length === 0 ? [] : [`${begin} -a ${quoted(operands.join(' '))}`]),
    ...options.map(({ name: option, short, what, value }) => {
      const letter = short === undefined ? '' : ` -s ${short}`;
      const follows =
        value === 'none'
          ? ''
          : value === 'path'
            ? ' -r -F'
            : value === 'free'
              ? ' -x'
              : ` -x -a ${quoted(value.join(' '))}`;
      return `${begin} -l ${option}${letter}${follows} -d ${quoted(what)}`;
    }),
  ];
}

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
