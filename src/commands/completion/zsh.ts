import type { CompletedCommand, CompletionModel, Word } from './model.ts';

/** The script for zsh: a file of $fpath named _otto-install, or sourced after compinit. */
export function zshCompletion({ first, families, commands }: CompletionModel): string {
  const pairs = (words: readonly Word[]) =>
    words.map(({ word, what }) => quoted(`${word}:${what}`)).join(' ');
  const named = commands.filter(({ name }) => name !== '');
  return `#compdef otto-install
# zsh completion for otto-install; made by: otto-install completion zsh
_otto_install() {
  local context state state_descr line command=''
  typeset -A opt_args
  local -i i at=1
  for ((i = 2; i < CURRENT; i++)); do
    case "$command:$words[i]" in
      ${first.map(({ word }) => `:${word}`).join('|')}) command=$words[i] at=i ;;
${families.map(({ word, second }) => `      ${second.map((one) => `${word}:${one.word}`).join('|')}) command="$command $words[i]" at=i ;;`).join('\n')}
    esac
  done
  # What follows is completed as if nothing stood before the command.
  words=("$words[1]" "\${(@)words[at+1,-1]}")
  (( CURRENT -= at - 1 ))
  case "$command" in
    '')
      _arguments -S ${specs(commands.find(({ name }) => name === ''))} '1: :->command'
      [[ $state == command ]] && _describe command "(${pairs(first)})"
      ;;
${families
  .map(
    ({ word, second }) => `    ${word})
      _describe command "(${pairs(second)})"
      ;;`,
  )
  .join('\n')}
${named
  .map(
    (command) => `    '${command.name}')
      _arguments -S ${specs(command)}${command.operands.length === 0 ? '' : ` '*: :(${command.operands.join(' ')})'`}
      ;;`,
  )
  .join('\n')}
  esac
}
if [[ $funcstack[1] == _otto_install || $funcstack[1] == _otto-install ]]; then
  _otto_install "$@"
else
  compdef _otto_install otto-install
fi
`;
}

function specs(command: CompletedCommand | undefined): string {
  return (command?.options ?? [])
    .flatMap(({ name, short, what, value }) => {
      const action =
        value === 'none'
          ? ''
          : value === 'path'
            ? ':file:_files'
            : value === 'free'
              ? ':value: '
              : `:value:(${value.join(' ')})`;
      const text = `[${what.replaceAll(/[[\]\\]/g, '\\$&').replaceAll(':', '\\:')}]${action}`;
      return [`--${name}${text}`, ...(short === undefined ? [] : [`-${short}${text}`])];
    })
    .map(quoted)
    .join(' ');
}

/** In single quotes; also within a list that stands in double quotes. */
const quoted = (text: string): string => `'${text.replaceAll("'", '’').replaceAll(/["`$]/g, '')}'`;
