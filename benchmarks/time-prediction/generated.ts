import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { PastRun } from './history.ts';

const GENERATOR = fileURLToPath(new URL('../workloads/generate.mjs', import.meta.url));

/** The generator's own kinds, for the oracle: how their texts begin, their median in seconds, their spread. */
const KINDS: readonly (readonly [RegExp, number, number])[] = [
  [/^What is \d+ \*/, 4, 0.35],
  [/^Explain what /, 9, 0.4],
  [/^Create a /, 35, 0.5],
  [/^Write tests /, 110, 0.6],
  [/^Fix the failing /, 160, 0.7],
  [/^Refactor /, 240, 0.65],
  [/^Add .*, with tests/, 420, 0.7],
  [/^Design and /, 900, 0.8],
  [/^Review /, 130, 0.5],
  [/^(git|ls|echo) /, 0.05, 0.3],
  [/^(pytest|npm test|go test|cargo test)/, 14, 0.45],
  [/^(npm run build|cargo build|docker build|make all)/, 48, 0.3],
  [/^(ruff|tsc|eslint) /, 3, 0.5],
  [/^Translate /, 75, 0.55],
  [/^playwright /, 200, 0.4],
];

type Line = Omit<PastRun, 'truth'>;

/** A history of workloads/generate.mjs, with the truth that the generator draws from. */
export function generatedHistory(seed: number, runs: number): PastRun[] {
  const args = [GENERATOR, '--seed', String(seed), '--runs', String(runs)];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
  return lines.map((json, index) => {
    const line = JSON.parse(json) as Line;
    const found = KINDS.find(([text]) => text.test(line.text));
    if (!found) throw new Error(`The oracle does not know the kind of "${line.text}".`);
    const [name, median, spread] = found;
    const faster = line.kind === 'prompt' && index > runs / 2 ? 0.7 : 1;
    const scale = median * faster * (1 + Math.max(0, line.load - 1) * 0.6);
    const at = (part: number) => scale * Math.exp(spread * mixtureQuantile(spread, part));
    return { ...line, truth: { kind: name.source, median: at(0.5), p90: at(0.9) } };
  });
}

/** One run in fifty takes eight times as long: the quantile of that mixture, in spreads. */
function mixtureQuantile(spread: number, part: number): number {
  let [low, high] = [-6, 12];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    const below = 0.98 * normalBelow(middle) + 0.02 * normalBelow(middle - Math.log(8) / spread);
    if (below < part) low = middle;
    else high = middle;
  }
  return low;
}

/** The normal distribution by its series (Marsaglia 2004). */
function normalBelow(x: number): number {
  if (Math.abs(x) > 8) return x > 0 ? 1 : 0;
  let [sum, term] = [x, x];
  for (let n = 3; Math.abs(term) > 1e-12; n += 2) {
    term *= (x * x) / n;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
