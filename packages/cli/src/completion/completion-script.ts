import type { Command } from 'commander';
import { placesOf, type Kind, type Place } from './places.ts';

/**
 * Returns a script that completes commands, options, their values, ids of executions, and names of files. `own`: the words
 * that start this command, for a shell that does not find it.
 */
export function completionScript(
  program: Command,
  shell: 'bash' | 'zsh' | 'fish',
  own: readonly string[],
): string {
  const ids = `${own.map((word) => `'${word}'`).join(' ')} completion ids 2>/dev/null`;
  return { bash, zsh, fish }[shell](program.name(), placesOf(program), ids);
}

function bash(name: string, places: readonly Place[], ids: string): string {
  return `_cc_executor() {
  local at="" word list="" kind="" current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
${choice('"${COMP_WORDS[@]:1:COMP_CWORD-1}"', places)}
  [ "$kind" = id ] && [[ "$current" != -* ]] && list="$list $(${ids})"
  [ "$kind" = file ] && [[ "$current" != -* ]] && list=""
  COMPREPLY=($(compgen -W "$list" -- "$current"))
}
complete -o default -F _cc_executor ${name}
`;
}

function zsh(name: string, places: readonly Place[], ids: string): string {
  return `#compdef ${name}
_cc_executor() {
  local at="" word list="" kind="" current="\${words[CURRENT]}" before="\${words[CURRENT-1]}"
${choice('"${(@)words[2,CURRENT-1]}"', places)}
  [[ "$kind" = id && "$current" != -* ]] && list="$list $(${ids})"
  [[ "$kind" = file && "$current" != -* ]] && list=""
  compadd -- \${=list} || _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _cc_executor ${name}
`;
}

/**
 * Lines that look which command is being typed, and put the words that may follow it into `list`, and what else may into
 * `kind`: the value of the option before, or what the command takes.
 */
function choice(typed: string, places: readonly Place[]): string {
  const paths = places.map(({ path }) => path.join(' ')).filter((path) => path !== '');
  const words = ({ commands, options, argument }: Place) =>
    [...new Set([...commands, ...options.map(({ flag }) => flag), ...wordsOf(argument)])].join(' ');
  const cases = places.map(
    (place) => `    "${place.path.join(' ')}") list="${words(place)}" kind="${kindOf(place.argument)}" ;;`,
  );
  const values = places.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flag, value }) => {
        const kind = kindOf(value) || 'none';
        return `    "${path.join(' ')} ${flag}") list="${wordsOf(value).join(' ')}" kind="${kind}" ;;`;
      }),
  );
  return `  for word in ${typed}; do
    case " ${paths.join(' | ')} " in
      *" \${at:+$at }$word "*) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at" in
${cases.join('\n')}
  esac
  case "$at $before" in
${values.join('\n')}
  esac`;
}

function wordsOf(kind: Kind): readonly string[] {
  return kind !== null && typeof kind === 'object' ? kind.words : [];
}

function kindOf(kind: Kind): string {
  return typeof kind === 'string' ? kind : '';
}

function fish(name: string, places: readonly Place[], ids: string): string {
  const lines = places.flatMap(({ path, commands, options, argument }) => {
    const condition =
      path.length === 0
        ? '__fish_use_subcommand'
        : path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const line = (what: string) => `complete -c ${name} -n '${condition}' ${what}`;
    const candidates = (kind: Kind) =>
      kind === 'id' ? `-f -a "(${ids})"` : kind === 'file' ? '-F' : `-f -a '${wordsOf(kind).join(' ')}'`;
    return [
      ...commands.map((word) => line(`-f -a ${word}`)),
      ...options.map(({ flag, takesValue, value }) =>
        line(`-l ${flag.slice(2)}${takesValue ? ` -r ${candidates(value)}` : ''}`),
      ),
      ...(argument === null ? [] : [line(candidates(argument))]),
    ];
  });
  return `${lines.join('\n')}\n`;
}
