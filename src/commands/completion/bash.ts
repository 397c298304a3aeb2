import type { CompletedOption, CompletionModel } from './model.ts';

/** The script for bash. It does not need the package bash-completion. */
export function bashCompletion({ first, families, commands }: CompletionModel): string {
  const known = new Map(commands.map((command) => [command.name, command]));
  const words = (list: readonly string[]) => list.join(' ');
  const flags = (options: readonly CompletedOption[]) => options.map(({ name }) => `--${name}`);
  const named = commands.filter(({ name }) => name !== '').map(({ name }) => name);
  return `# bash completion for otto-install; made by: otto-install completion bash
_otto_install() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} command='' word i list=''
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    case "$command:$word" in
      ${first.map(({ word }) => `:${word}`).join('|')}) command=$word ;;
${families.map(({ word, second }) => `      ${second.map((one) => `${word}:${one.word}`).join('|')}) command="$command $word" ;;`).join('\n')}
    esac
  done
  case "$command:$previous" in
${commands
  .flatMap(({ name, options }) =>
    options.filter(({ value }) => value !== 'none').map((option) => ({ name, option })),
  )
  .map(({ name, option }) => `    ${patterns(name, option)}) ${completionOf(option)} ;;`)
  .join('\n')}
  esac
  case "$command" in
    '') list='${words([...first.map(({ word }) => word), ...flags(known.get('')?.options ?? [])])}' ;;
${families.map(({ word, second }) => `    ${word}) list='${words([...second.map((one) => one.word), '--help'])}' ;;`).join('\n')}
${named
  .map((name) => {
    const command = known.get(name);
    return `    '${name}') list='${words([...(command?.operands ?? []), ...flags(command?.options ?? [])])}' ;;`;
  })
  .join('\n')}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$list" -- "$current")
}
complete -F _otto_install otto-install
`;
}

function patterns(command: string, { name, short }: CompletedOption): string {
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]
    .map((word) => `'${command}:${word}'`)
    .join('|');
}

function completionOf({ value }: CompletedOption): string {
  if (value === 'path')
    return 'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return';
  if (value === 'free' || value === 'none') return 'return';
  return `mapfile -t COMPREPLY < <(compgen -W '${value.join(' ')}' -- "$current"); return`;
}
