import { strict as assert } from 'node:assert';
import type { Check } from '../check.ts';

export const server: readonly Check[] = [
  {
    id: 'health',
    title: 'The health is healthy, with a worker, a queue and Redis',
    run: async (installation) => {
      const health = await installation.until('the server is healthy', async () => {
        const answer = await installation.call('GET', '/health');
        return (answer.json() as { status: string }).status === 'healthy' ? answer : null;
      });
      const { checks } = health.json() as { checks: object };
      assert.deepEqual(
        ['queue', 'redis', 'workers'].filter((name) => !(name in checks)),
        [],
      );
    },
  },
  {
    id: 'openapi',
    title: 'The API describes itself, as OpenAPI 3.1',
    run: async (installation) => {
      const { openapi, paths } = (await installation.call('GET', '/openapi.json')).json() as {
        openapi: string;
        paths: object;
      };
      assert.match(openapi, /^3\.1/);
      assert.ok('/execute' in paths, 'the description has no /execute');
    },
  },
  {
    id: 'auth-status',
    title: 'There is a credential that prompts can run by',
    run: async (installation) => {
      const answer = (await installation.call('GET', '/auth/status')).json() as {
        status: string;
        message: string;
      };
      assert.equal(answer.status, 'authenticated', answer.message);
    },
  },
  {
    id: 'foreign-origin',
    title: 'A page of another site can drive nothing',
    run: async (installation) => {
      const headers = { origin: 'https://elsewhere.example' };
      const { status } = await installation.call(
        'POST',
        '/execute',
        { tasks: [{ command: 'true' }] },
        headers,
      );
      assert.equal(status, 403);
    },
  },
  {
    id: 'hook-status',
    title: 'The hooks are listed',
    run: async (installation) => {
      const answer = await installation.call('GET', '/hooks/status');
      assert.equal((answer.json() as { enabled: boolean }).enabled, false);
    },
  },
];
