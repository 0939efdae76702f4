import { readFileSync } from 'node:fs';
import { piecesOf } from '../lines/pieces.ts';
import type { LineTag } from '../lines/run-lines.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

/** At most one sign of life in this time, in milliseconds. */
const LIFE_MS = 1000;

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
  const print = (tag: LineTag, value: unknown) => process.stdout.write(`${tag}${JSON.stringify(value)}\n`);
  let isStopped = false;
  // The agent is in the same group and gets the signal too.
  process.once('SIGTERM', () => (isStopped = true));
  let aliveAt = -Infinity;
  const end = await runTurn(spec, {
    env,
    onNews: (news) => print('n', news),
    onText: (text) => {
      for (const piece of piecesOf(text)) print('t', piece);
    },
    onMessage: (message) => print('m', message),
    onLife: () => {
      if (performance.now() - aliveAt < LIFE_MS) return;
      aliveAt = performance.now();
      print('n', {});
    },
  });
  if (!isStopped) print('e', end);
  return await new Promise(() => {
    process.stdout.write('', () => process.exit(isStopped ? 143 : 0));
  });
}
