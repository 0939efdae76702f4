import { invalidRequest } from '@cc-executor/contracts';
import type { ListQuery, StoredStatus } from '@cc-executor/executions';
import type { Redis } from 'ioredis';
import { answered } from './answered.ts';
import { STATUS_FIELDS, toStatus } from './execution-fields.ts';
import { KEYS } from './keys.ts';

/**
 * Returns a page of executions, newest first. A cursor is the time and the id of the last one of the previous page, so it
 * stays valid while executions come and go.
 */
export async function listPage(
  redis: Redis,
  { status, limit, cursor }: ListQuery,
): Promise<{ executions: StoredStatus[]; nextCursor: string | null }> {
  const after = cursor === null ? null : decode(cursor);
  const ids = await idsAfter(redis, KEYS.index(status), after, limit + 1);
  const page = ids.slice(0, limit);
  const found = await Promise.all(
    page.map(({ id }) => answered(redis.hmget(KEYS.execution(id), ...STATUS_FIELDS))),
  );
  const executions = page.map(({ id }, index) => toStatus(id, found[index] ?? []));
  const last = ids.length > limit ? page.at(-1) : undefined;
  return {
    executions: executions.filter((execution) => execution !== null),
    nextCursor: last ? Buffer.from(`${last.score} ${last.id}`).toString('base64url') : null,
  };
}

interface Place {
  score: string;
  id: string;
}

/** Equal times are ordered by id, descending, as in Redis. */
async function idsAfter(redis: Redis, index: string, after: Place | null, count: number): Promise<Place[]> {
  const places: Place[] = [];
  const max = after?.score ?? '+inf';
  for (let offset = 0; places.length < count; offset += count) {
    const flat =
      (await answered(
        redis.zrange(index, max, '-inf', 'BYSCORE', 'REV', 'LIMIT', offset, count, 'WITHSCORES'),
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
