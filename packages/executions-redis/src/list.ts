import { invalidRequest, type Labels } from '@cc-executor/contracts';
import type { LabelQuery, ListQuery, StoredStatus, Summary } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { STATUS_FIELDS, toStatus } from './execution-fields.ts';
import { KEYS } from './keys.ts';
import type { withScripts } from './scripts.ts';

/** The number that is checked together if not all are wanted. */
const BATCH = 500;

/**
 * Returns a page of executions, newest first. A cursor is the time and the id of the last one of the page before, so that
 * it stays true while executions come and go. Throws INVALID_REQUEST for a cursor that no page returned.
 */
export async function listPage(
  redis: Redis,
  run: ReturnType<typeof withScripts>,
  query: ListQuery,
): Promise<{ executions: StoredStatus[]; nextCursor: string | null }> {
  const { status, limit, cursor, from, to } = query;
  const wanted = wantedOf(query);
  const size = wanted ? Math.max(BATCH, limit + 1) : limit + 1;
  const range = { index: KEYS.index(status), min: from ? String(from.getTime()) : '-inf' };
  let after = cursor === null ? null : decode(cursor);
  // Nothing has an empty id: this is before all of that time.
  if (to && (after === null || Number(after.score) >= to.getTime()))
    after = { score: String(to.getTime()), id: '' };
  const found: Place[] = [];
  for (;;) {
    const places = await placesAfter(redis, range, after, size);
    found.push(...(wanted ? await matching(run, places, wanted) : places));
    after = places.at(-1) ?? null;
    if (places.length < size || found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const fields = await fieldsOf(run, page, STATUS_FIELDS);
  const executions = page.map(({ id }, index) => toStatus(id, fields[index] ?? []));
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    executions: executions.filter((execution) => execution !== null),
    nextCursor: last ? Buffer.from(`${last.score} ${last.id}`).toString('base64url') : null,
  };
}

interface Candidate {
  id: string;
  title: string;
  labels: Labels;
  outcomes: readonly string[];
}

/** A filter for executions. */
interface Wanted {
  /** Its fields that this is about. */
  fields: readonly string[];
  matches: (one: Candidate) => boolean;
}

/** Returns a filter for executions; null: all match. */
function wantedOf({ labels = [], outcome, q }: ListQuery): Wanted | null {
  const fields = [
    ...(q === undefined ? [] : ['title']),
    ...(q === undefined && labels.length === 0 ? [] : ['labels']),
    ...(outcome === undefined ? [] : ['summary']),
  ];
  if (fields.length === 0) return null;
  const words = (q ?? '').toLocaleLowerCase('en').split(/\s+/);
  const matches = (one: Candidate) => {
    const has = ({ key, value, isNot }: LabelQuery) => {
      const is = Object.hasOwn(one.labels, key) && (value === null || one.labels[key] === value);
      return is !== isNot;
    };
    if (!labels.every(has)) return false;
    if (outcome !== undefined && !one.outcomes.includes(outcome)) return false;
    if (q === undefined) return true;
    const text = [one.title, one.id, ...Object.values(one.labels)].join('\n').toLocaleLowerCase('en');
    return words.every((word) => text.includes(word));
  };
  return { fields, matches };
}

async function matching(
  run: ReturnType<typeof withScripts>,
  places: readonly Place[],
  { fields, matches }: Wanted,
): Promise<Place[]> {
  const values = await fieldsOf(run, places, fields);
  return places.filter(({ id }, index) => {
    const valueOf = (name: string) => values[index]?.[fields.indexOf(name)] ?? '';
    const { outcomes = [] } = JSON.parse(valueOf('summary') || '{}') as Partial<Summary>;
    const labels = JSON.parse(valueOf('labels') || '{}') as Labels;
    return matches({ id, title: valueOf('title'), labels, outcomes });
  });
}

/** Returns these fields of each execution, in the order of both. One call costs far less than one for each. */
async function fieldsOf(
  run: ReturnType<typeof withScripts>,
  places: readonly Place[],
  fields: readonly string[],
): Promise<(string | null)[][]> {
  if (places.length === 0) return [];
  const keys = places.map(({ id }) => KEYS.execution(id));
  const values = (await run('fields', keys, [...fields])) as (string | null)[];
  return places.map((_, index) => values.slice(index * fields.length, (index + 1) * fields.length));
}

interface Place {
  score: string;
  id: string;
}

/** Equal times are ordered by id, descending, as in Redis. */
async function placesAfter(
  redis: Redis,
  { index, min }: { index: string; min: string },
  after: Place | null,
  count: number,
): Promise<Place[]> {
  const places: Place[] = [];
  const max = after?.score ?? '+inf';
  for (let offset = 0; places.length < count; offset += count) {
    const flat =
      (await answered(
        redis.zrange(index, max, min, 'BYSCORE', 'REV', 'LIMIT', offset, count, 'WITHSCORES'),
      )) ?? [];
    for (let i = 0; i < flat.length; i += 2) {
      const place = { id: flat[i] ?? '', score: flat[i + 1] ?? '' };
      const seen = after && place.score === after.score && place.id >= after.id;
      if (!seen && places.length < count) places.push(place);
    }
    if (flat.length < count * 2) break;
  }
  return places;
}

function decode(cursor: string): Place {
  const [, score, id] = /^(\d+) (.+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (!score || !id) throw invalidRequest([{ path: 'cursor', message: 'is not a cursor that a page gave' }]);
  return { score, id };
}
