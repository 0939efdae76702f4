import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from './api-under-test.ts';

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
      'get /auth/status',
      'get /configuration',
      'get /evidence/key',
      'get /executions',
      'get /executions/{id}',
      'get /executions/{id}/events',
      'get /executions/{id}/report',
      'get /executions/{id}/results',
      'get /executions/{id}/status',
      'get /executions/{id}/tasks/{n}/output',
      'get /executions/{id}/tasks/{n}/receipt',
      'get /executions/{id}/verification',
      'get /health',
      'get /history',
      'get /hooks/status',
      'post /auth/claude',
      'post /execute',
      'post /executions/{id}/cancel',
      'post /executions/{id}/pause',
      'post /executions/{id}/resume',
      'post /mcp',
      'post /tasks/analyze',
    ]);
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
