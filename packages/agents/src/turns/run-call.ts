import { readFileSync } from 'node:fs';
import { printedTurn } from './printed-turn.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

/**
 * Has an agent work on one prompt in this process and prints lines as LineTag describes them; the stderr of the agent is
 * this process's. `variable` names the descriptor with the spec. Ends the process.
 */
export async function runCall(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
  runTurn: (spec: unknown, options: TurnOptions) => Promise<TurnEnd>,
): Promise<never> {
  const {
    [variable]: descriptor,
    NODE_COMPILE_CACHE: _cache,
    NODE_USE_ENV_PROXY: _proxy,
    ...inherited
  } = environment;
  const spec = JSON.parse(readFileSync(Number(descriptor), 'utf8')) as unknown;
  const env = Object.fromEntries(
    Object.entries(inherited).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  let isStopped = false;
  // The agent is in the same group and gets the signal too.
  process.once('SIGTERM', () => (isStopped = true));
  const print = (line: string) => process.stdout.write(line);
  const end = await printedTurn(env, print, async (options) => await runTurn(spec, options));
  if (!isStopped) print(end);
  return await new Promise(() => {
    process.stdout.write('', () => process.exit(isStopped ? 143 : 0));
  });
}
