import * as fc from 'fast-check';
import { hostileText, hostileValue } from './hostile.ts';

const KINDS = ['replace', 'remove', 'rename', 'add', 'wrap', 'twice'] as const;

interface Damage {
  kind: (typeof KINDS)[number];
  /** Which of the places of the value. */
  place: number;
  value: unknown;
  name: string;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...KINDS),
  place: fc.nat(),
  value: hostileValue,
  name: hostileText,
});

/** Values with one to three faults each; the rest of each is as it was. */
export function nearly(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const faults = fc.array(damage, { minLength: 1, maxLength: 3 });
  return fc.tuple(values, faults).map(([value, several]) => {
    const holder = { value: structuredClone(value) };
    // What is put in is a copy: the sources give the same objects again and again.
    for (const one of several) apply(holder, { ...one, value: structuredClone(one.value) });
    return holder.value;
  });
}

/** Mostly right, often nearly right, sometimes anything at all. */
export function mixed(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 3, arbitrary: values },
    { weight: 5, arbitrary: nearly(values) },
    { weight: 1, arbitrary: hostileValue },
  );
}

type Container = Record<string, unknown> | unknown[];

function apply(holder: Record<string, unknown>, { kind, place, value, name }: Damage): void {
  const places = placesIn(holder);
  const [container, key] = places[place % places.length] ?? [holder, 'value'];
  const at = container as Record<string, unknown>;
  const old = at[key];
  if (kind === 'replace') set(at, key, value);
  else if (kind === 'wrap') set(at, key, [old]);
  else if (kind === 'twice') set(at, key, [old, structuredClone(old)]);
  else if (kind === 'add' && isRecord(old)) set(old, name, value);
  else if (Array.isArray(container)) container.splice(Number(key), kind === 'remove' ? 1 : 0, value);
  else if (container !== holder) {
    delete at[key];
    if (kind === 'rename') set(at, name, old);
  }
}

/** An own property, whatever its name. */
function set(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Where values are, at most some hundreds; the levels are bounded, because values may be nested deeply. */
function placesIn(container: Container, level = 0): [Container, string][] {
  return Object.keys(container)
    .slice(0, 50)
    .flatMap((key): [Container, string][] => {
      const inner = (container as Record<string, unknown>)[key];
      const below =
        typeof inner === 'object' && inner !== null && level < 6
          ? placesIn(inner as Container, level + 1)
          : [];
      return [[container, key], ...below];
    });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
