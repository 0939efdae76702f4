import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { brokenJson } from './broken-json.ts';
import { mixed } from './damage.ts';
import { fromSchema, type Schema } from './from-schema.ts';
import { hostileText } from './hostile.ts';
import { inParallel } from './in-parallel.ts';
import { submissionsOf } from './submissions.ts';
import { scaled } from './scale.ts';
import { KEY, NEVER_MS, expectNoHarm, type UnderFire } from './under-fire.ts';

interface Operation {
  parameters?: readonly { name: string; in: string; schema: Schema; required?: boolean }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Half an hour: there to end what hangs. */
const TIMEOUT = 1_800_000;

interface Input {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | undefined;
}

it(
  'answers whatever comes to an address of the API, and never with its own fault',
  { timeout: TIMEOUT },
  async () => {
    const count = scaled(60_000);
    await expectNoHarm({ suite: 'REST', inputs: count }, async (fire) => {
      const described = await fetch(`${fire.apiUrl}/openapi.json`, {
        headers: { authorization: `Bearer ${KEY}` },
      });
      const description = (await described.json()) as Description;
      const operations = operationsOf(description);
      expect(operations.length).toBeGreaterThan(20);
      const inputs = fc.oneof(...operations);
      await inParallel({
        inputs,
        count,
        lanes: 12,
        warm: fire.warm,
        one: async (input) => await call(fire, input),
      });
    });
  },
);

async function call(fire: UnderFire, { method, path, headers, body }: Input): Promise<void> {
  const began = performance.now();
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), NEVER_MS * 2);
  const input = { method, path, headers, body: typeof body === 'string' ? body : '(bytes)' };
  try {
    const signal = gone.signal;
    const response = await fetch(fire.apiUrl + path, {
      method,
      headers,
      signal,
      ...(body !== undefined && { body }),
    });
    // A stream of events of what still runs has no end.
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    const text = isStream && path !== '/mcp' ? await firstOf(response) : await response.text();
    const told = JSON.stringify([...response.headers]);
    // These two name folders of the machine to their owner: it is what they are for.
    const shown = /^\/(auth\/status|configuration)(\?|$)/.test(path) ? '' : text;
    fire.saw({ kind: String(response.status), ms: performance.now() - began, text: told + shown, input });
  } catch (error) {
    fire.wrong(`no answer: ${String((error as Error).cause ?? error)}`, input);
  } finally {
    clearTimeout(timer);
  }
}

async function firstOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return new TextDecoder().decode(value);
}

/** One source of inputs for each operation that is described. */
function operationsOf({
  paths,
  components,
}: Description): { weight: number; arbitrary: fc.Arbitrary<Input> }[] {
  const resolve = (ref: string) => components.schemas[ref.split('/').at(-1) ?? ''] ?? {};
  const options = { resolve };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const placed = fc.tuple(
        ...parameters.map(({ name, in: place, schema, required }) => {
          const right = name === 'id' ? ids : name === 'prefer' ? waits : fromSchema(schema, options);
          const values = fc.oneof(
            { weight: 4, arbitrary: right.map(asText) },
            { weight: 1, arbitrary: hostileText },
          );
          const isHere = place === 'path' || required === true ? fc.constant(true) : fc.boolean();
          return fc.tuple(isHere, values).map(([is, value]) => ({ name, place, value: is ? value : null }));
        }),
      );
      const schema = requestBody?.content['application/json']?.schema;
      const json = schema === undefined ? fc.jsonValue() : submissionsOf(fromSchema(schema, options));
      const bodies =
        method === 'get' || method === 'delete'
          ? fc.constant(undefined)
          : fc.oneof(
              { weight: 9, arbitrary: mixed(json).map(stringified) },
              { weight: 1, arbitrary: brokenBodies },
            );
      const unknown = fc.oneof(
        { weight: 12, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) },
      );
      const arbitrary = fc.tuple(placed, bodies, unknown, types).map(([values, body, more, type]) => {
        const at = (wanted: string) =>
          values.filter(({ place, value }) => place === wanted && value !== null);
        const address = at('path').reduce(
          (text, { name, value }) => text.replace(`{${name}}`, encodeURIComponent(wellFormed(value ?? ''))),
          path,
        );
        const query = new URLSearchParams(
          at('query').map(({ name, value }): [string, string] => [name, value ?? '']),
        );
        if (more) query.append(...more);
        const search = query.size === 0 ? '' : `?${query.toString().slice(0, 8000)}`;
        const headers = Object.fromEntries(
          at('header').map(({ name, value }) => [name, headerText(value ?? '')]),
        );
        const isEmpty = body === undefined;
        return {
          method: method.toUpperCase(),
          path: address.slice(0, 8000) + search,
          headers: { authorization: `Bearer ${KEY}`, ...headers, ...(!isEmpty && { 'content-type': type }) },
          body,
        };
      });
      // Most of what can be wrong is in what is submitted; and what is submitted is what the others answer with.
      return { weight: schema === undefined ? 1 : 5, arbitrary };
    }),
  );
}

/** Often one that an execution has. */
const ids = fc.oneof(
  fc.nat(30).map((n) => `run-${String(n)}`),
  fc.uuid(),
);
const waits = fc.constantFrom('wait=0', 'wait=00', 'respond-async', 'wait=x');
const types = fc.oneof(
  { weight: 12, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'text/plain',
      'application/json; charset=utf-16',
      'application/jsonp',
      'multipart/form-data',
      ';',
      'application/json;;',
    ),
  },
);
const brokenBodies = fc.oneof(
  { weight: 4, arbitrary: brokenJson },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Uint8Array.from(bytes)) },
);

const asText = (value: unknown) => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const stringified = (value: unknown) => JSON.stringify(value) ?? '';
const wellFormed = (text: string) => text.toWellFormed().slice(0, 2000);
/** What a header of a client's library may be: anything else is for the raw suite. */
const headerText = (text: string) =>
  text
    .replaceAll(/[^\t\x20-\x7E\x80-\xFF]/g, '')
    .slice(0, 3000)
    .trim();
