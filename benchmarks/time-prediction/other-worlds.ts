import { randomOf, type PastRun, type Random } from './history.ts';

// Worlds that the estimator was not made for: other words, other noise, other drifts. Nothing may be tuned to one.

interface Kind {
  name: string;
  what: PastRun['kind'];
  median: number;
  share: number;
  text: (random: Random) => string;
  /** A factor of the noise, around 1; its median is about 1. */
  noise: (random: Random) => number;
  hang: number;
  fail: number;
}

interface World {
  kinds: (random: Random) => Kind[];
  /** The factor of all prompts at a part of the history, 0 to 1. */
  drift?: (part: number) => number;
  /** How much more a run takes for each load above 1. */
  loadPart?: number;
  /** A factor that belongs to the text itself. */
  textSpread?: number;
}

const places = [
  'login',
  'invoices',
  'the tokenizer',
  'avatars',
  'the queue',
  'maps',
  'the importer',
  'reports',
  'feeds',
  'quotas',
  'the editor',
  'themes',
  'invites',
  'the ledger',
];
const lognormal =
  (sigma: number, rare = 0.02, times = 8) =>
  (random: Random) =>
    Math.exp(random.gauss() * sigma) * (random.next() < rare ? times : 1);
const kind = (
  name: string,
  what: PastRun['kind'],
  median: number,
  share: number,
  text: Kind['text'],
  noise = lognormal(0.55),
): Kind => ({ name, what, median, share, text, noise, hang: 0.004, fail: 0.05 });

const office: World['kinds'] = () => [
  kind(
    'rename',
    'prompt',
    25,
    8,
    (r) =>
      `Rename the variable ${r.pick(['foo', 'userId', 'tmp_count', 'x1'])} in src/${r.pick(['a', 'b', 'c'])}.ts`,
  ),
  kind('fix typo', 'prompt', 30, 8, (r) => `Fix the typo in ${r.pick(places)}`),
  kind('fix race', 'prompt', 700, 6, (r) => `Fix the race condition in ${r.pick(places)}`, lognormal(0.8)),
  kind('write story', 'prompt', 20, 5, (r) => `Write a short story about ${r.pick(places)}`, lognormal(0.3)),
  kind(
    'write migration',
    'prompt',
    260,
    6,
    (r) => `Write a migration that adds a column to ${r.pick(places)}`,
  ),
  kind('german tests', 'prompt', 150, 6, (r) => `Schreibe Tests für ${r.pick(places)}`),
  kind('german explain', 'prompt', 12, 5, (r) => `Erkläre, was ${r.pick(places)} macht`, lognormal(0.35)),
  kind(
    'upgrade',
    'prompt',
    500,
    4,
    (r) =>
      `Upgrade ${r.pick(['react', 'django', 'rails', 'spring'])} to the latest version and make the suite pass again`,
    lognormal(0.9),
  ),
  kind(
    'please',
    'prompt',
    90,
    5,
    (r) => `Could you please check whether ${r.pick(places)} handles empty input?`,
  ),
  kind('lint', 'command', 5, 6, () => 'npm run lint'),
  kind('unit', 'command', 30, 8, () => 'npm run test:unit -- --coverage', lognormal(0.2)),
  kind('e2e', 'command', 400, 3, () => 'npx cypress run --headless', lognormal(0.4)),
  kind(
    'curl',
    'command',
    0.4,
    5,
    (r) => `curl -s https://example.com/${String(Math.floor(r.next() * 1000))}`,
    lognormal(0.9),
  ),
  kind('migrate', 'command', 9, 4, () => 'python manage.py migrate', lognormal(0.5)),
];

const VERBS = [
  'Create',
  'Fix',
  'Review',
  'Document',
  'Optimize',
  'Port',
  'Test',
  'Simplify',
  'Extend',
  'Audit',
];
const OBJECTS = [
  'the parser',
  'the API',
  'a component',
  'the build script',
  'the data model',
  'the login form',
  'an endpoint',
  'the report',
];
/** Eighty kinds, each of a few runs, with medians over three orders of magnitude. */
const many: World['kinds'] = (random) =>
  VERBS.flatMap((verb) => {
    const base = Math.exp(4 + random.gauss());
    return OBJECTS.map((object) =>
      kind(
        `${verb} ${object}`,
        'prompt',
        base * Math.exp(random.gauss() * 0.5),
        1,
        (r) => `${verb} ${object} of ${r.pick(places)}`,
        lognormal(0.5),
      ),
    );
  });

const skewed: World['kinds'] = (random) =>
  office(random).map((one, index) => ({
    ...one,
    noise:
      index % 3 === 0
        ? (r: Random) => (r.next() < 0.7 ? 1 : 6) * Math.exp(r.gauss() * 0.25)
        : index % 3 === 1
          ? (r: Random) => -Math.log(1 - r.next()) / Math.LN2 + 0.05
          : (r: Random) => 0.5 + r.next(),
  }));

export const WORLDS: Readonly<Record<string, World>> = {
  'other words': { kinds: office },
  'other noise': { kinds: skewed },
  'eighty kinds': { kinds: many },
  'slower from one day on': { kinds: office, drift: (part) => (part > 0.6 ? 1.8 : 1) },
  'faster bit by bit': { kinds: office, drift: (part) => 0.3 ** part },
  'no load': { kinds: office, loadPart: 0 },
  'all load': { kinds: office, loadPart: 1 },
  'names matter': { kinds: office, textSpread: 0.6 },
  'many hang': { kinds: (random) => office(random).map((one) => ({ ...one, hang: 0.05 })) },
};

/** The history of a world, oldest first. */
export function historyOf(world: World, seed: number, runs: number): PastRun[] {
  const random = randomOf(seed);
  const kinds = world.kinds(random).map((one) => ({
    ...one,
    sorted: Array.from({ length: 4001 }, () => one.noise(random)).toSorted((a, b) => a - b),
  }));
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  const textFactors = new Map<string, number>();
  let load = 0.5;
  return Array.from({ length: runs }, (_, index) => {
    let left = random.next() * shares;
    const one = kinds.find(({ share }) => (left -= share) < 0) ?? kinds[0];
    if (!one) throw new Error('a world without kinds');
    load = Math.min(4, Math.max(0.05, load + random.gauss() * 0.15));
    const text = one.text(random);
    if (!textFactors.has(text)) textFactors.set(text, Math.exp(random.gauss() * (world.textSpread ?? 0)));
    const drift = one.what === 'prompt' ? (world.drift?.(index / runs) ?? 1) : 1;
    const scale =
      one.median *
      drift *
      (textFactors.get(text) ?? 1) *
      (1 + Math.max(0, load - 1) * (world.loadPart ?? 0.6));
    const chance = random.next();
    const outcome = chance < one.hang ? 'hung' : chance < one.hang + one.fail ? 'failed' : 'completed';
    const seconds = scale * one.noise(random) * (outcome === 'failed' ? 0.1 + 0.8 * random.next() : 1);
    return {
      kind: one.what,
      text,
      agent: one.what === 'prompt' ? 'claude' : 'command',
      load,
      seconds: outcome === 'hung' ? null : seconds,
      outcome,
      truth: {
        kind: one.name,
        median: scale * (one.sorted[2000] ?? 1),
        p90: scale * (one.sorted[3600] ?? 1),
      },
    };
  });
}
