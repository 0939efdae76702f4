import { expect, it } from 'vitest';
import { z } from 'zod';
import { faultsOf, RpcRequest } from '../src/index.ts';

const faults = (schema: z.ZodType, value: unknown) => faultsOf(schema.safeParse(value).error as z.ZodError);

it('says in words what must be there, also where the schema has no sentence for it', () => {
  const one = z.strictObject({ a: z.string(), b: z.int(), c: z.array(z.string()), d: z.boolean() });
  expect(faults(one, { a: 1, b: 'x', c: {}, d: 0 })).toEqual([
    { path: 'a', message: 'must be a string' },
    { path: 'b', message: 'must be a number' },
    { path: 'c', message: 'must be a list' },
    { path: 'd', message: 'must be true or false' },
  ]);
  expect(faults(one, [])).toEqual([{ path: '', message: 'must be an object' }]);
  expect(faults(z.enum(['in', 'out']), 'up')).toEqual([{ path: '', message: 'must be "in" or "out"' }]);
  expect(faults(RpcRequest, { jsonrpc: '1.0', id: 1 })).toEqual([
    { path: 'jsonrpc', message: 'must be "2.0"' },
    { path: 'method', message: 'must be a string' },
  ]);
});
