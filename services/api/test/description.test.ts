import type { AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

type Contents = Record<string, { example?: unknown }>;

interface Specification extends Record<string, unknown> {
  openapi: string;
  paths: Record<string, object>;
}

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => api.close());

describe('the description of the API', () => {
  // Proves: described-api
  it('is a valid OpenAPI 3.1 document with every route', async () => {
    const { text } = await api.call.get('/openapi.json').expect(200);
    const { errors = [] } = await new Validator().validate(JSON.parse(text) as Specification);
    expect(errors).toEqual([]);
    const { openapi, paths } = JSON.parse(text) as Specification;
    expect(openapi).toBe('3.1.0');
    expect(
      Object.entries(paths)
        .flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`))
        .toSorted(),
    ).toEqual([
      'delete /executions/{id}',
      'get /agents',
      'get /auth/status',
      'get /configuration',
      'get /evidence/key',
      'get /executions',
      'get /executions/{id}',
      'get /executions/{id}/archive',
      'get /executions/{id}/changes',
      'get /executions/{id}/events',
      'get /executions/{id}/file',
      'get /executions/{id}/files',
      'get /executions/{id}/graph',
      'get /executions/{id}/report',
      'get /executions/{id}/results',
      'get /executions/{id}/search',
      'get /executions/{id}/status',
      'get /executions/{id}/submission',
      'get /executions/{id}/tasks/{n}/changes',
      'get /executions/{id}/tasks/{n}/output',
      'get /executions/{id}/tasks/{n}/receipt',
      'get /executions/{id}/verification',
      'get /feed',
      'get /health',
      'get /history',
      'get /hooks/status',
      'get /report',
      'get /schemas/task-list.json',
      'get /search',
      'get /workers',
      'post /auth/claude',
      'post /execute',
      'post /executions/{id}/cancel',
      'post /executions/{id}/pause',
      'post /executions/{id}/remove',
      'post /executions/{id}/rerun',
      'post /executions/{id}/restore',
      'post /executions/{id}/resume',
      'post /mcp',
      'post /tasks/analyze',
    ]);
  });

  it('names the server that it came from, also on its page', async () => {
    const { port } = api.app.server.address() as AddressInfo;
    const url = `http://127.0.0.1:${String(port)}`;
    for (const path of ['/openapi.json', '/docs/json']) {
      const { servers } = (await api.call.get(path).expect(200)).body as { servers: { url: string }[] };
      expect(servers.map((server) => server.url)).toEqual(['/', url]);
    }
  });

  it('has task lists to begin with, each of which would be taken', async () => {
    const { body } = await api.call.get('/openapi.json').expect(200);
    const { examples } = (body as { components: { schemas: { ExecuteRequest: { examples: object[] } } } })
      .components.schemas.ExecuteRequest;
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) await api.call.post('/tasks/analyze').send(example).expect(200);
  });

  it('has examples that work one after the other: what the first call submits is what the others read', async () => {
    interface Operation {
      requestBody?: { content: Contents };
      parameters?: { name: string; example?: unknown }[];
    }
    const { body } = (await api.call.get('/openapi.json').expect(200)) as {
      body: { paths: Record<string, Record<string, Operation>> };
    };
    const example = body.paths['/execute']?.['post']?.requestBody?.content['application/json']?.example;
    const answer = await api.call
      .post('/execute')
      .send(example as object)
      .expect(202);
    const { execution_id: id } = JSON.parse(answer.text) as { execution_id: string };
    const named = Object.values(body.paths).flatMap((path) =>
      Object.values(path).flatMap(({ parameters = [] }) => parameters.filter(({ name }) => name === 'id')),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const { example: one } of named) expect(one).toBe(id);
    await api.call.get(`/executions/${id}/status`).expect(200);
  });

  it('has an example for every schema and every JSON answer, which fits', async () => {
    const document = JSON.parse((await api.call.get('/openapi.json').expect(200)).text) as {
      components: { schemas: Record<string, { examples?: unknown[] }> };
      paths: Record<string, Record<string, { responses?: Record<string, { content?: Contents }> }>>;
    };
    const ajv = formats.default(new Ajv2020({ strict: false }));
    ajv.addSchema(document, 'api');
    const faults: string[] = [];
    const check = (where: string, pointer: string, examples: readonly unknown[] | undefined) => {
      const validate = ajv.getSchema(`api#${pointer}`);
      if (examples === undefined || examples.length === 0) faults.push(`${where}: none`);
      for (const example of examples ?? [])
        if (validate?.(example) !== true) faults.push(`${where}: ${ajv.errorsText(validate?.errors)}`);
    };
    // Those of requests leave out what has a default: that they are taken is tried above.
    const requests = new Set(['ExecuteRequest', 'RerunRequest', 'TaskFile']);
    for (const [name, { examples }] of Object.entries(document.components.schemas))
      if (!requests.has(name)) check(name, `/components/schemas/${name}`, examples);
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, { responses = {} }] of Object.entries(methods))
        for (const [code, { content = {} }] of Object.entries(responses))
          for (const [type, { example }] of Object.entries(content)) {
            if (!/json(;|$)/.test(type)) continue;
            const steps = ['paths', path, method, 'responses', code, 'content', type, 'schema'];
            const pointer = steps.map((step) =>
              encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')),
            );
            check(
              `${method} ${path} ${code}`,
              `/${pointer.join('/')}`,
              example === undefined ? undefined : [example],
            );
          }
    expect(faults).toEqual([]);
  });

  it('has a page to try it that loads nothing from elsewhere', async () => {
    const { text, headers } = await api.call.get('/docs/').expect(200);
    const policy = headers['content-security-policy'];
    for (const rule of ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    // No script of the page itself, which the policy would stop.
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
    expect(text).toContain('swagger-ui');
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});

describe('who needs a key', () => {
  const described = async (env: Record<string, string>) => {
    const other = await startApi(env);
    try {
      const read = async (path: string) => {
        const { text } = await other.call.get(path).set('authorization', 'Bearer a-test-key').expect(200);
        return JSON.parse(text) as Record<string, unknown>;
      };
      const { security } = await read('/openapi.json');
      const { authentication } = await read('/.well-known/mcp/cc-executor.json');
      return { security, authentication };
    } finally {
      await other.close();
    }
  };
  const scheme = 'bearer';

  it.each([
    ['a key that is set', { CC_EXECUTOR_API_KEY: 'a-test-key' }, [{ key: [] }], 'everybody'],
    ['no key, where something else keeps others out', { CC_EXECUTOR_KEYLESS: 'true' }, [], 'nobody'],
  ] as const)('with %s is told by both descriptions', async (_, env, security, who) => {
    const authentication = { required: who === 'everybody', for: who, scheme };
    expect(await described(env)).toEqual({ security, authentication });
  });

  it.runIf(process.platform === 'linux')('is everybody but the own user where nothing is set', async () => {
    const authentication = { required: false, for: 'others', scheme };
    expect(await described({})).toEqual({ security: [{}, { key: [] }], authentication });
  });
});
