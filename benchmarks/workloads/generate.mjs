#!/usr/bin/env node
// Makes a history of task runs for judging time prediction: JSON lines, oldest first, the same for the same seed.
//   node generate.mjs --seed 1 --runs 2000 > runs.jsonl
// A line: {id, at, kind: "prompt"|"command", text, agent, load, seconds, outcome: "completed"|"failed"|"hung"}
// `seconds` is what the run takes if it is left alone (for "hung": it never ends; seconds is null).
// What makes it hard, as real histories are: heavy tails, a few tasks that are ten times as long, texts that differ in
// words but not in kind, kinds not seen before, drift (a faster model from one day on), load, failures that end early.
const arg = (n, d) => {
  const i = process.argv.indexOf('--' + n);
  return i < 0 ? d : Number(process.argv[i + 1]);
};
let state = arg('seed', 1) >>> 0;
const rnd = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (a) => a[Math.floor(rnd() * a.length)];
const gauss = () => Math.sqrt(-2 * Math.log(1 - rnd())) * Math.cos(2 * Math.PI * rnd());
const nouns = [
  'auth',
  'billing',
  'the parser',
  'user profiles',
  'the cache layer',
  'search',
  'webhooks',
  'the upload form',
  'rate limiting',
  'the CSV export',
  'sessions',
  'the scheduler',
  'notifications',
  'the settings page',
  'image resizing',
  'the audit log',
];
const langs = ['Python', 'TypeScript', 'Go', 'Rust', 'Java'];
// median seconds, sigma of the logarithm, share of the traffic, share that fails early, share that hangs, text
const kinds = [
  [
    'prompt',
    4,
    0.35,
    6,
    0.01,
    0.002,
    () => `What is ${Math.floor(rnd() * 90) + 2} * ${Math.floor(rnd() * 90) + 2}?`,
  ],
  ['prompt', 9, 0.4, 5, 0.01, 0.002, () => `Explain what ${pick(nouns)} does in one paragraph`],
  [
    'prompt',
    35,
    0.5,
    10,
    0.03,
    0.004,
    () =>
      `Create a ${pick(langs)} function to ${pick(['calculate fibonacci numbers', 'validate e-mail addresses', 'merge two sorted lists', 'parse ISO dates', 'slugify titles'])}`,
  ],
  ['prompt', 110, 0.6, 14, 0.05, 0.005, () => `Write tests for ${pick(nouns)}`],
  ['prompt', 160, 0.7, 10, 0.06, 0.006, () => `Fix the failing test in ${pick(nouns)}`],
  [
    'prompt',
    240,
    0.65,
    9,
    0.05,
    0.006,
    () =>
      `Refactor ${pick(nouns)} to ${pick(['use dependency injection', 'remove duplication', 'stream its results', 'drop the global state'])}`,
  ],
  [
    'prompt',
    420,
    0.7,
    7,
    0.08,
    0.008,
    () =>
      `Add ${pick(['JWT authentication', 'pagination', 'role-based access', 'full-text search', 'soft deletes'])} to ${pick(nouns)}, with tests and documentation`,
  ],
  [
    'prompt',
    900,
    0.8,
    4,
    0.1,
    0.01,
    () =>
      `Design and implement ${pick(nouns)} as a service: REST API, database schema, migrations, tests, Docker`,
  ],
  [
    'prompt',
    130,
    0.5,
    5,
    0.03,
    0.004,
    () => `Review ${pick(nouns)} for security problems and list them by severity`,
  ],
  [
    'command',
    0.05,
    0.3,
    6,
    0.02,
    0.001,
    () => pick(['git status', 'git commit -m "wip"', 'ls -la', 'echo done']),
  ],
  ['command', 14, 0.45, 8, 0.15, 0.004, () => pick(['pytest -q', 'npm test', 'go test ./...', 'cargo test'])],
  [
    'command',
    48,
    0.3,
    5,
    0.08,
    0.003,
    () => pick(['npm run build', 'cargo build --release', 'docker build .', 'make all']),
  ],
  ['command', 3, 0.5, 4, 0.05, 0.002, () => pick(['ruff check .', 'tsc --noEmit', 'eslint src'])],
];
// two kinds that begin only in the last third
const late = [
  [
    'prompt',
    75,
    0.55,
    8,
    0.04,
    0.004,
    () => `Translate the user guide of ${pick(nouns)} into ${pick(['German', 'French', 'Japanese'])}`,
  ],
  ['command', 200, 0.4, 3, 0.1, 0.005, () => 'playwright test'],
];
const runs = arg('runs', 2000);
let at = Date.UTC(2026, 0, 5, 8),
  load = 0.5;
for (let i = 0; i < runs; i++) {
  const known = i > (runs * 2) / 3 ? [...kinds, ...late] : kinds;
  let r = rnd() * known.reduce((s, k) => s + k[3], 0);
  const kind = known.find((k) => (r -= k[3]) < 0) ?? known[0];
  const [what, median, sigma, , fail, hang, text] = kind;
  load = Math.min(4, Math.max(0.05, load + gauss() * 0.15));
  let s = median * Math.exp(gauss() * sigma) * (rnd() < 0.02 ? 8 : 1) * (1 + Math.max(0, load - 1) * 0.6);
  if (what === 'prompt' && i > runs / 2) s *= 0.7;
  const u = rnd();
  const outcome = u < hang ? 'hung' : u < hang + fail ? 'failed' : 'completed';
  if (outcome === 'failed') s *= 0.1 + 0.8 * rnd();
  at += Math.floor(60_000 * (0.2 + rnd() * 6));
  console.log(
    JSON.stringify({
      id: i + 1,
      at: new Date(at).toISOString(),
      kind: what,
      text: text(),
      agent: what === 'prompt' ? 'claude' : 'command',
      load: Number(load.toFixed(2)),
      seconds: outcome === 'hung' ? null : Number(s.toFixed(3)),
      outcome,
    }),
  );
}
