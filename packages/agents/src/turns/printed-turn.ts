import { piecesOf } from '../lines/pieces.ts';
import type { LineTag } from '../lines/run-lines.ts';
import type { TurnEnd, TurnOptions } from './spec.ts';

/** At most one sign of life in this time, in milliseconds. */
const LIFE_MS = 1000;

/**
 * Runs a turn and prints what it reports as lines, as LineTag describes them. Returns the line with its end, which is not
 * printed yet. `env`: of the agent and of what it starts.
 */
export async function printedTurn(
  env: TurnOptions['env'],
  { print, drained }: { print: (line: string) => void } & Pick<TurnOptions, 'drained'>,
  runTurn: (options: TurnOptions) => Promise<TurnEnd>,
): Promise<string> {
  const lineOf = (tag: LineTag, value: unknown) => `${tag}${JSON.stringify(value)}\n`;
  let aliveAt = -Infinity;
  const end = await runTurn({
    env,
    onNews: (news) => print(lineOf('n', news)),
    onText: (text) => {
      for (const piece of piecesOf(text)) print(lineOf('t', piece));
    },
    onMessage: (message) => print(lineOf('m', message)),
    onLife: () => {
      if (performance.now() - aliveAt < LIFE_MS) return;
      aliveAt = performance.now();
      print(lineOf('n', {}));
    },
    drained,
  });
  return lineOf('e', end);
}
