import { parseArgs } from 'node:util';
import { generatedHistory } from './time-prediction/generated.ts';
import { judge, type Verdict } from './time-prediction/judge.ts';
import { METHODS } from './time-prediction/methods.ts';
import { historyOf, WORLDS } from './time-prediction/other-worlds.ts';

// How well the time of a run is predicted before it begins, beside other ways and an oracle; and in other worlds.
//   node benchmarks/time-prediction.ts --seeds 1,2,3,4,5 --runs 2000
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '1,2,3,4,5' }, runs: { type: 'string', default: '2000' } },
});
const seeds = values.seeds.split(',').map(Number);
const runs = Number(values.runs);

const COLUMNS = ['', 'loss 50%', 'loss 90%', 'under 90%', 'kinds outside', 'good ended', 'lost on hung'];

function cells(name: string, verdict: Verdict): string[] {
  const { lossMedian, lossP90, under, outside, ended, hung, lost } = verdict;
  const limits = Number.isFinite(lost)
    ? [`${(100 * ended).toFixed(2)}%`, `${lost.toFixed(1)} x p90 of ${String(hung)}`]
    : ['', ''];
  return [
    name,
    lossMedian.toFixed(3),
    lossP90.toFixed(3),
    under.toFixed(3),
    String(outside.length),
    ...limits,
  ];
}

function table(title: string, rows: readonly string[][]): void {
  const all = [COLUMNS, ...rows];
  const widths = COLUMNS.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  console.log(`\n${title}`);
  for (const row of all)
    console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}

const histories = seeds.map((seed) => generatedHistory(seed, runs));
const verdicts = Object.entries(METHODS).map(([name, method]) => [name, judge(method, histories)] as const);
const judged = verdicts[0]?.[1].judged ?? 0;
table(
  `Runs 501 to ${String(runs)} of seeds ${seeds.join(', ')}: ${String(judged)} completed runs (aims: 0.270, 0.135, 0.88 to 0.92, 0, 0.20%, 10)`,
  verdicts.map(([name, verdict]) => cells(name, verdict)),
);

const rows = Object.entries(WORLDS).flatMap(([name, world]) => {
  const others = seeds.map((seed) => historyOf(world, seed, runs));
  return ['an oracle', 'cc-executor', 'a bucket of two words'].map((method) => {
    const make = METHODS[method];
    if (!make) throw new Error(`no method "${method}"`);
    return cells(`${name}: ${method}`, judge(make, others));
  });
});
table('Worlds that it was not made for', rows);

const method = METHODS['cc-executor']?.();
const last = histories[0] ?? [];
for (const run of last) if (method) method.tell(run, method.ask(run));
const began = performance.now();
for (const run of last) method?.ask(run);
console.log(
  `\nA prediction takes ${((performance.now() - began) / last.length).toFixed(2)} ms, without Redis.`,
);
