import type { Command } from 'commander';
import { wordsOf } from './usage-text.ts';

/** The options and arguments with other names than the fields of the API that they set, by command. */
const OTHER_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  list: { q: '--search' },
  logs: { stream: '--stderr' },
  search: { q: '<text>', from: '--from-byte' },
  submit: { execution_id: '--id', timeout_per_task: '--timeout', labels: '--label', vars: '--var' },
  run: { checks: '--check', json: '--json-report' },
  restore: { before_task: '--before', after_task: '--after' },
  rerun: { tasks: '--edit', workspace: '--keep-workspace' },
  'history list': { execution_id: '--execution' },
  'history export': { execution_id: '--execution' },
  'history metrics': { execution_id: '--execution' },
};

/**
 * Returns the option or the argument of a command that sets a field of the API, such as `--search` for `q`; null: none does.
 * `path`: the place of a fault, such as `tasks[0].timeout` of the one task of `run`.
 */
export function optionOf(command: Command, path: string): string | null {
  const words = wordsOf(command).split(' ').slice(1).join(' ');
  const [field] = /^\w+/.exec(words === 'run' ? path.replace(/^tasks\[0\]\.?/, '') : path) ?? [];
  if (field === undefined) return null;
  const names = OTHER_NAMES[words] ?? {};
  if (Object.hasOwn(names, field)) return names[field] ?? null;
  const option = `--${field.replaceAll('_', '-')}`;
  if (command.options.some(({ long }) => long === option)) return option;
  const argument = command.registeredArguments.find((one) => one.name() === field);
  return argument === undefined ? null : `<${field}>`;
}
