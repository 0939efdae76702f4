import type { Run } from './run.ts';

/** Increases when the meaning of a stored run changes: other versions are not read. */
const VERSION = 1;
const NUMBERS = 9;

/** Encodes a run as a short text for a store. */
export function writeRun({ log, whole, load, mark, silence, tokens, cost }: Run): string {
  const numbers = [log, load, mark.pace, mark.center, mark.spread].map((value) => Number(value.toFixed(4)));
  const [log4, ...rest] = numbers;
  return JSON.stringify([VERSION, log4, whole ? 1 : 0, ...rest, silence, tokens, cost]);
}

/** Decodes a run; null for another version, or for a text that is not a run. */
export function readRun(text: string): Run | null {
  const parts = parse(text);
  if (!Array.isArray(parts) || parts.length !== NUMBERS + 1 || parts[0] !== VERSION) return null;
  const [, log, whole, load, pace, center, spread, silence, tokens, cost] = parts as (number | null)[];
  if (!isNumber(log) || !isNumber(load) || !isNumber(pace) || !isNumber(center) || !isNumber(spread))
    return null;
  if (spread <= 0 || [silence, tokens, cost].some((value) => value !== null && !isNumber(value))) return null;
  return {
    log,
    whole: whole === 1,
    load,
    mark: { pace, center, spread },
    silence: silence ?? null,
    tokens: tokens ?? null,
    cost: cost ?? null,
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
