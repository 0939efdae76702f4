import type { SwaggerOptions } from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from '@fastify/type-provider-zod';
import { version } from '@cc-executor/service-kit';
import type { KeyNeed } from '@cc-executor/service-kit/http';
import { addExamples } from './schema-examples.ts';

type Transform = NonNullable<Extract<SwaggerOptions, { transformObject?: unknown }>['transformObject']>;
interface Operation {
  responses?: Record<string, { content?: Record<string, unknown> }>;
}

const WHOSE: Readonly<Record<KeyNeed, string>> = {
  everybody:
    'A key of CC_EXECUTOR_API_KEY; where none is set, the one in the file access-key of the data directory.',
  others:
    'The key in the file access-key of the data directory. The user of the service and root, on the same machine, need none.',
  nobody: 'None is needed.',
};

/** Returns the description of the API, made from the schemas of its routes. */
export function describeApi({ keyFor }: { keyFor: KeyNeed }): SwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'cc-executor',
        version,
        description: 'Runs long lists of tasks through a coding agent: in order, streamed, with evidence.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: { key: { type: 'http', scheme: 'bearer', description: WHOSE[keyFor] } },
      },
      // An empty entry: also without.
      security: { everybody: [{ key: [] }], others: [{}, { key: [] }], nobody: [] }[keyFor],
    },
    transform: jsonSchemaTransform,
    transformObject: (document) => addExamples(withProblems(jsonSchemaTransformObject(document))),
  };
}

/**
 * Returns the description with the servers that it is about: the one that it was read from, for its page and for whatever
 * resolves it against its address; and `url` for a program that has the file alone.
 */
export function withServers<T extends object>(document: T, url: string): T & { servers: object[] } {
  return {
    ...document,
    servers: [
      { url: '/', description: 'the server that this description came from' },
      { url, description: 'the same server, on its own machine' },
    ],
  };
}

/** Describes errors as problem documents, whatever a route otherwise returns. */
function withProblems(document: ReturnType<Transform>): ReturnType<Transform> {
  const operations = Object.values(document.paths ?? {}).flatMap((path) =>
    Object.values<Operation>(path ?? {}),
  );
  for (const { responses = {} } of operations) {
    for (const response of Object.values(responses)) {
      const [schema] = Object.values(response.content ?? {});
      if (JSON.stringify(schema)?.includes('/Problem"'))
        response.content = { 'application/problem+json': schema };
    }
  }
  return document;
}
