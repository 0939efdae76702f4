import type { Pause } from '../agent.ts';
import { takeWork } from '../launch/work.ts';
import { printedTurn } from './printed-turn.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

/**
 * Has an agent work on one prompt in this process and prints lines as LineTag describes them; the stderr of the agent is
 * this process's. Ends the process.
 */
export async function runCall(
  environment: Readonly<Record<string, string | undefined>>,
  runTurn: (spec: unknown, options: TurnOptions) => Promise<TurnEnd>,
): Promise<never> {
  const { spec, env } = await takeWork(environment);
  let isStopped = false;
  // The agent is in the same group and gets the signal too.
  process.once('SIGTERM', () => (isStopped = true));
  const { stdout } = process;
  const print = (line: string) => stdout.write(line);
  const drained = (): Pause =>
    stdout.writableNeedDrain
      ? new Promise((resolve) => {
          stdout.once('drain', resolve);
        })
      : undefined;
  const end = await printedTurn(env, { print, drained }, async (options) => await runTurn(spec, options));
  if (!isStopped) print(end);
  return await new Promise(() => {
    process.stdout.write('', () => process.exit(isStopped ? 143 : 0));
  });
}
