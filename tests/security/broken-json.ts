import * as fc from 'fast-check';
import { hostileText } from './hostile.ts';

const levels = (most: number) => fc.integer({ min: 1, max: most });

/** Texts that are no JSON, or JSON as no serializer writes it. */
export const brokenJson: fc.Arbitrary<string> = fc.oneof(
  hostileText,
  levels(60_000).map((many) => '['.repeat(many)),
  levels(20_000).map((many) => `{"tasks":${'['.repeat(many)}${']'.repeat(many)}}`),
  levels(20_000).map((many) => `${'{"a":'.repeat(many)}1${'}'.repeat(many)}`),
  levels(20_000).map(
    (many) => `{"jsonrpc":"2.0","id":1,"method":"execute","params":${'['.repeat(many)}${']'.repeat(many)}}`,
  ),
  fc.constantFrom(
    '{"tasks":["a"],"tasks":["b"]}',
    '{"tasks":[1e999]}',
    '{"__proto__":{"tasks":["a"]}}',
    '[NaN]',
    '\uFEFF{}',
    '{}{}',
    '"\\ud800"',
    '{"jsonrpc":"2.0","id":1e999,"method":"status"}',
  ),
);
