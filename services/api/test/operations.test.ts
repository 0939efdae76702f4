import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { startApi } from './api-under-test.ts';

interface Schema {
  $ref?: string;
  properties?: Record<string, unknown>;
}
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}
interface Row {
  rest?: string[];
  parameters?: Record<string, unknown>;
}

const TABLE = new URL('../../../tests/contract/operations.json', import.meta.url);

it('serves the operations of the table with their parameters, and no other', async () => {
  const api = await startApi();
  const { text } = await api.call.get('/openapi.json').expect(200);
  await api.close();
  const { paths, components } = JSON.parse(text) as Description;
  // The body of these is the caller's list, which has its own row, or another protocol.
  const withoutBody = new Set(['POST /tasks/analyze', 'POST /mcp', 'POST /auth/claude']);
  const served = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const reference = requestBody?.content['application/json']?.schema.$ref?.split('/').at(-1) ?? '';
      const fields = withoutBody.has(name) ? {} : (components.schemas[reference]?.properties ?? {});
      const query = parameters.filter((parameter) => parameter.in === 'query').map((one) => one.name);
      return [name, [...query, ...Object.keys(fields)].toSorted()] as const;
    }),
  );
  const rows = JSON.parse(await readFile(TABLE, 'utf8')) as Row[];
  const named = rows.flatMap(({ rest = [], parameters = {} }) =>
    rest.map((name) => [name, Object.keys(parameters).toSorted()] as const),
  );
  expect(Object.fromEntries(served)).toEqual(Object.fromEntries(named));
});
