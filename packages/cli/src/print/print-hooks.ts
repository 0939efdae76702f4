import type { HookStatus } from '@cc-executor/contracts';
import type { TriedHook } from '@cc-executor/local-stack';
import { columns, oneLine, print } from './print.ts';

/** Prints the hooks of a server, and their last runs. */
export function printHookStatus({ enabled, hooks, recent_executions: runs, statistics }: HookStatus): void {
  if (!enabled)
    return print('There are no hooks: CC_EXECUTOR_HOOKS_DIR and CC_EXECUTOR_BUILT_IN_HOOKS are not set.');
  const rows = hooks.map(({ stage, name, required, timeout, source }) => {
    const time = timeout === null ? '-' : `${String(timeout)} s`;
    return [stage, name, required ? 'required' : '-', time, oneLine(source)];
  });
  for (const line of columns([['STAGE', 'NAME', 'REQUIRED', 'TIMEOUT', 'SOURCE'], ...rows])) print(line);
  const counts = Object.entries(statistics).map(([name, count]) => `${String(count)} ${name}`);
  print(`\n${counts.join(', ')}`);
  for (const { at, hook, stage, execution_id, result, message } of runs)
    print(
      `${at}  ${stage} ${hook}  ${execution_id}  ${result}${message === null ? '' : `: ${oneLine(message)}`}`,
    );
}

/** Prints the result of a tried hook. */
export function triedLines({ hook, result, message, answer, stderr, execution_time }: TriedHook): string[] {
  const said = message === null ? '' : `: ${oneLine(message)}`;
  const { env = {}, prompt } = (answer ?? {}) as { env?: Record<string, string>; prompt?: string };
  return [
    `${hook}  ${result}${said}  (${String(execution_time)} s)`,
    ...Object.entries(env).map(([name, value]) => `  ${name}=${oneLine(value)}`),
    ...(prompt === undefined ? [] : ['  prompt:', ...indented(prompt)]),
    ...(stderr === '' ? [] : ['  stderr:', ...indented(stderr)]),
  ];
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `    ${oneLine(line)}`);
}
