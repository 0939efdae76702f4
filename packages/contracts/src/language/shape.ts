import type { Fault } from './errors.ts';
import { formatPath } from './format-path.ts';
import { LIMITS } from './limits.ts';

/** The depth of schemas: below is any JSON, such as a schema of the user. */
const MOST_LEVELS = 8;

/** A list or an object that is being walked, with the position. */
interface Place {
  nested: object;
  keys: readonly (string | number)[] | null;
  at: number;
}

/**
 * Returns what is wrong with the shape of a JSON value before a schema checks it: too many keys or items in one place, or in
 * total, or too many lists and objects. Null: nothing. So no value is slow for a schema, or overflows its stack.
 */
export function shapeFault(value: unknown): Fault | null {
  if (!isNested(value)) return null;
  const places = [placeOf(value)];
  let nested = 1;
  let values = 0;
  for (let place = places.at(-1); place !== undefined; place = places.at(-1)) {
    if (place.at === -1) {
      const message = faultOf(place);
      if (message !== null) return { path: formatPath(places.slice(0, -1).map(keyOf)), message };
      values += lengthOf(place);
      if (values > LIMITS.values)
        return { path: '', message: `has more than ${String(LIMITS.values)} keys and items in it` };
    }
    place.at += 1;
    if (place.at >= lengthOf(place)) places.pop();
    else {
      const inner = (place.nested as Record<PropertyKey, unknown>)[keyOf(place)];
      if (!isNested(inner) || places.length === MOST_LEVELS) continue;
      places.push(placeOf(inner));
      nested += 1;
      if (nested > LIMITS.nested)
        return { path: '', message: `has more than ${String(LIMITS.nested)} lists and objects in it` };
    }
  }
  return null;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function placeOf(nested: object): Place {
  return { nested, keys: Array.isArray(nested) ? null : Object.keys(nested), at: -1 };
}

function lengthOf({ nested, keys }: Place): number {
  return keys?.length ?? (nested as unknown[]).length;
}

function keyOf({ keys, at }: Place): PropertyKey {
  return keys?.[at] ?? at;
}

function faultOf(place: Place): string | null {
  const [what, most] = place.keys ? ['keys', LIMITS.keys] : ['items', LIMITS.items];
  const length = lengthOf(place);
  return length > most ? `has ${String(length)} ${what}; at most ${String(most)} are allowed` : null;
}
