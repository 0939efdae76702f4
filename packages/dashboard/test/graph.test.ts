import { describe, expect, it } from 'vitest';
import { fold, layersOf, type Need } from '../src/graph/fold.ts';
import { BOX, layout } from '../src/graph/layout.ts';

/** Returns numbers from 0 to 1 that are the same each time. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const STATES = [
  'completed',
  'completed',
  'completed',
  'failed',
  'running',
  'pending',
  'skipped',
  'timed_out',
];

/** Returns a graph of random shape: each task needs some of those before it. */
function graphFrom(seed: number): { statuses: string[]; needs: Need[] } {
  const next = numbersFrom(seed);
  const tasks = 1 + Math.floor(next() * (seed % 5 === 0 ? 1000 : 60));
  const [reach, most] = [1 + Math.floor(next() * tasks), Math.floor(next() * 4)];
  const statuses = Array.from(
    { length: tasks },
    () => STATES[Math.floor(next() * STATES.length)] ?? 'pending',
  );
  const needs = statuses.flatMap((_, index) => {
    const all = Array.from({ length: most }, () => index - Math.floor(next() * Math.min(reach, index + 1)));
    return [...new Set(all)].filter((from) => from >= 1).map((from) => ({ from, to: index + 1 }));
  });
  return { statuses, needs };
}

/** Returns a chain of tasks, each of which needs the one before it. */
function chain(tasks: number): Need[] {
  return Array.from({ length: tasks - 1 }, (_, index) => ({ from: index + 1, to: index + 2 }));
}

/** The width of a box, in pixels. */
const WIDTH = 100;

describe('the drawing of a graph', () => {
  it('has each task in one box, and each line from a box to one in a row after it', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { statuses, needs } = graphFrom(seed);
      const { boxes, lines, boxOf } = fold(statuses, needs, layersOf(statuses.length, needs));
      const all = boxes.flatMap(({ tasks }) => tasks).toSorted((a, b) => a - b);
      expect(all).toEqual(statuses.map((_, index) => index + 1));
      expect(new Set(boxes.map(({ key }) => key)).size).toBe(boxes.length);
      for (const [from, to] of lines) expect(boxes[from]?.row).toBeLessThan(boxes[to]?.row ?? 0);
      for (const { from, to } of needs) {
        const [before, after] = [boxOf[from - 1], boxOf[to - 1]];
        expect(before === after || lines.some(([one, two]) => one === before && two === after)).toBe(true);
      }
      const rows = Map.groupBy(boxes, ({ row }) => row);
      expect(rows.size).toBeLessThanOrEqual(30);
      for (const row of rows.values()) expect(row.length).toBeLessThanOrEqual(13);
    }
  });

  it('has no box on another one, and none outside of it', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const { statuses, needs } = graphFrom(seed);
      const { boxes, lines } = fold(statuses, needs, layersOf(statuses.length, needs));
      const { places, width, height, paths } = layout(
        boxes.map(({ row }) => row),
        lines,
        WIDTH,
      );
      for (const own of Map.groupBy(places, ({ y }) => y).values()) {
        const xs = own.map(({ x }) => x).toSorted((a, b) => a - b);
        expect(xs[0]).toBeGreaterThanOrEqual(-0.001);
        expect((xs.at(-1) ?? 0) + WIDTH).toBeLessThanOrEqual(width + 0.001);
        for (const [index, x] of xs.slice(1).entries())
          expect(x - (xs[index] ?? 0)).toBeGreaterThanOrEqual(WIDTH + BOX.beside - 0.001);
      }
      for (const { y } of places) expect(y + BOX.height).toBeLessThanOrEqual(height);
      expect(new Set(paths.flatMap(({ lines: own }) => own)).size).toBe(lines.length);
    }
  });

  it('folds a thousand tasks beside each other, and draws those that failed or run', () => {
    const statuses = Array.from({ length: 1000 }, () => 'completed');
    statuses[400] = 'failed';
    statuses[700] = 'running';
    const needs = statuses.slice(1).map((_, index) => ({ from: 1, to: index + 2 }));
    const { boxes } = fold(statuses, needs, layersOf(1000, needs));
    expect(boxes.map(({ tasks }) => tasks.length).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 997]);
    expect(boxes.filter(({ tasks }) => tasks.length === 1).map(({ tasks }) => tasks[0])).toEqual([
      1, 401, 701,
    ]);
  });

  it('folds a long chain around what failed', () => {
    const statuses: string[] = Array.from({ length: 1000 }, (_, index) =>
      index < 600 ? 'completed' : 'pending',
    );
    statuses[600] = 'failed';
    const needs = chain(1000);
    const { boxes, lines } = fold(statuses, needs, layersOf(1000, needs));
    expect(boxes.map(({ tasks }) => tasks.length)).toEqual([600, 1, 399]);
    expect(lines).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });

  it('draws a chain as a straight line', () => {
    const { places } = layout(
      [0, 1, 2],
      [
        [0, 1],
        [1, 2],
      ],
      WIDTH,
    );
    expect(new Set(places.map(({ x }) => Math.round(x)))).toEqual(new Set([0]));
  });

  it('draws the lines of one box to distant rows as one, beside the boxes between', () => {
    const { places, paths } = layout(
      [0, 1, 2, 3],
      [
        [0, 1],
        [1, 2],
        [0, 2],
        [2, 3],
        [0, 3],
      ],
      WIDTH,
    );
    expect(paths.filter(({ lines }) => lines.length === 2)).toHaveLength(1);
    expect(places.map(({ y }) => y)).toEqual([0, 84, 168, 252]);
  });
});
