import type { Command } from 'commander';

/** The words that may follow each command, by the command's own words: `server` has `start`, `stop` and so on. */
function wordsOf(command: Command, path: readonly string[] = []): Map<string, string[]> {
  const options = [...command.options, ...(command.parent?.options ?? [])].flatMap(({ long }) => long ?? []);
  const words = [...command.commands.map((sub) => sub.name()), ...options, '--help'];
  const below = command.commands.flatMap((sub) => [...wordsOf(sub, [...path, sub.name()])]);
  return new Map([[path.join(' '), [...new Set(words)]], ...below]);
}

/** A script that completes commands and options, and file names where those are none. */
export function completionScript(program: Command, shell: 'bash' | 'zsh' | 'fish'): string {
  const words = wordsOf(program);
  return { bash, zsh, fish }[shell](program.name(), words);
}

type Words = ReadonlyMap<string, readonly string[]>;

function bash(name: string, words: Words): string {
  return `_cc_executor() {
  local at="" word list current="\${COMP_WORDS[COMP_CWORD]}"
${choice('"${COMP_WORDS[@]:1:COMP_CWORD-1}"', words)}
  COMPREPLY=($(compgen -W "$list" -- "$current"))
}
complete -o default -F _cc_executor ${name}
`;
}

function zsh(name: string, words: Words): string {
  return `#compdef ${name}
_cc_executor() {
  local at="" word list
${choice('"${(@)words[2,CURRENT-1]}"', words)}
  compadd -- \${=list} || _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _cc_executor ${name}
`;
}

/** Lines that look which command is being typed, and put the words that may follow it into `list`. */
function choice(typed: string, words: Words): string {
  const paths = [...words.keys()].filter((path) => path !== '');
  const cases = [...words].map(([path, list]) => `    "${path}") list="${list.join(' ')}" ;;`);
  return `  for word in ${typed}; do
    case " ${paths.join(' | ')} " in
      *" \${at:+$at }$word "*) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac`;
}

function fish(name: string, words: Words): string {
  const lines = [...words].flatMap(([path, list]) => {
    const seen = path.split(' ').filter((word) => word !== '');
    const condition =
      seen.length === 0
        ? '__fish_use_subcommand'
        : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return list.map((word) => {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c ${name} -n '${condition}' ${what}`;
    });
  });
  return `${lines.join('\n')}\n`;
}
